package org.codeaudit.job.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.codeaudit.Hashes;

/**
 * The style sheet and the script that stand in the page, and the policy that lets a browser use
 * these two and nothing else: no other script or style wherever it comes from, no image, no
 * request.
 */
record Assets(String style, String script) {
  static Assets load() {
    return new Assets(resource("report.css"), resource("report.js"));
  }

  private static String resource(String name) {
    try (InputStream stream = Assets.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Content Security Policy, level 3. */
  String policy() {
    return String.join(
        "; ",
        "default-src 'none'",
        "style-src " + hash(style),
        "script-src " + hash(script),
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'");
  }

  private static String hash(String text) {
    byte[] hash = Hashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }
}
