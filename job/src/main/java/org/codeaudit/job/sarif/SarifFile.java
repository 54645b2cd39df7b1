package org.codeaudit.job.sarif;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.sink.PlainFile;

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
      String text = WRITER.writeValueAsString(log);
      // Half a surrogate pair has no UTF-8. JSON may have it all the same, as an escape.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        text = WRITER.with(JsonGenerator.Feature.ESCAPE_NON_ASCII).writeValueAsString(log);
      }
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
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
    PlainFile.write(log, path, configuration, ErrorClass.SARIF_UNWRITABLE);
  }
}
