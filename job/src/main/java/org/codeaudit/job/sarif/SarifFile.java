package org.codeaudit.job.sarif;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.LiteralPaths;

/** Logs as files, on any file system Hadoop knows. */
public final class SarifFile {
  private static final ObjectWriter WRITER =
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .without(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);

  private SarifFile() {}

  /** A log as UTF-8. */
  public static byte[] bytes(Object log) {
    try {
      return (WRITER.writeValueAsString(log) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a log is a tree or made of records", e);
    }
  }

  /**
   * Writes a log; one that is there is replaced, and folders are made.
   *
   * @throws AuditException {@code SARIF_UNWRITABLE} if it cannot be written
   */
  public static void write(byte[] log, String path, Configuration configuration) {
    try {
      Path place = new Path(LiteralPaths.place(path));
      FileSystem files = place.getFileSystem(configuration);
      // Without the checksum that Hadoop puts beside every file on a disk.
      FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
      try (OutputStream stream = plain.create(place, true)) {
        stream.write(log);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new AuditException(
          "SARIF_UNWRITABLE",
          "Cannot write " + path,
          e.toString(),
          "Name a file that can be written, and run the same command again: nothing is asked twice",
          e);
    }
  }
}
