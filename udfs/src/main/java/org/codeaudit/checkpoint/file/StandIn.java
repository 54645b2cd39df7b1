package org.codeaudit.checkpoint.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Recognises what is found in place of a checkpoint's file if the file itself was never fetched.
 */
public final class StandIn {
  private static final int BEGINNING = 128;
  private static final Pattern POINTER = Pattern.compile("version https://(git-lfs|hawser)[.]");
  private static final Pattern PAGE =
      Pattern.compile("\\uFEFF?\\s*<(!doctype|html|[?]xml)\\b", Pattern.CASE_INSENSITIVE);

  private StandIn() {}

  /**
   * Looks at the first bytes of a file.
   *
   * @throws org.codeaudit.AuditException if they are those of a pointer of Git LFS or of a web page
   */
  public static void refuse(Path file) throws IOException {
    String beginning;
    try (InputStream stream = Files.newInputStream(file)) {
      beginning = new String(stream.readNBytes(BEGINNING), StandardCharsets.UTF_8);
    }
    if (POINTER.matcher(beginning).lookingAt()) {
      throw CheckpointErrors.notPulled(file);
    }
    if (PAGE.matcher(beginning).lookingAt()) {
      throw CheckpointErrors.webPage(file);
    }
  }
}
