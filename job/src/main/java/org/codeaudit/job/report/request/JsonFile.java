package org.codeaudit.job.report.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.nio.charset.StandardCharsets;

/** Records as JSON that people can read too. */
final class JsonFile {
  private static final ObjectWriter WRITER = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private JsonFile() {}

  /** In UTF-8. */
  static byte[] bytes(Object records) {
    try {
      return (WRITER.writeValueAsString(records) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it is made of records", e);
    }
  }
}
