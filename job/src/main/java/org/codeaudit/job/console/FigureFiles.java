package org.codeaudit.job.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** Files of figures, for programs. */
public final class FigureFiles {
  private FigureFiles() {}

  /** Writes figures as JSON; does nothing if there is no file. */
  public static void write(Path file, JsonNode figures) {
    write(file, List.of(figures.toPrettyString()));
  }

  /** Writes lines; does nothing if there is no file. */
  public static void write(Path file, List<String> lines) {
    if (file == null) {
      return;
    }
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot write the figures to " + file,
          e.toString(),
          "Name a file in a folder that exists and can be written",
          e);
    }
  }
}
