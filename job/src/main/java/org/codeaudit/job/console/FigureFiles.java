package org.codeaudit.job.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** Files of figures, for programs. */
public final class FigureFiles {
  /** Writes records with names of words joined by underscores, and enums as people read them. */
  public static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .build();

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
