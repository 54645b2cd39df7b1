package org.codeaudit.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.disk.UserCache;

/**
 * The user's access token of the hub, found where the hub's own tools look for it. Each process
 * that needs it reads it by itself; it is never passed on.
 */
final class HubToken {
  /** How a user can give a token, for error messages. */
  static final String HOW_TO_GIVE =
      "Set HF_TOKEN_PATH to a file that holds a token (on a cluster: mount a secret and set"
          + " spark.executorEnv.HF_TOKEN_PATH too), or HF_TOKEN to the token itself";

  private final String secret;

  private HubToken(String secret) {
    this.secret = secret;
  }

  /**
   * {@code HF_TOKEN}, else the file {@code HF_TOKEN_PATH}, else {@code token} in {@code HF_HOME} or
   * in the user's {@code .cache/huggingface}.
   *
   * @throws AuditException {@code MODEL_TOKEN} if {@code HF_TOKEN_PATH} names no readable token
   */
  static Optional<HubToken> find(Map<String, String> environment, Path home) {
    Optional<String> given = set(environment, "HF_TOKEN");
    if (given.isPresent()) {
      return given.map(HubToken::of);
    }
    Optional<String> path = set(environment, "HF_TOKEN_PATH");
    if (path.isPresent()) {
      return Optional.of(of(read(Path.of(path.get()))));
    }
    Path cache = UserCache.folder(environment, home);
    Path hubHome = set(environment, "HF_HOME").map(Path::of).orElse(cache.resolve("huggingface"));
    Path file = hubHome.resolve("token");
    return Files.isReadable(file) ? Optional.of(of(read(file))) : Optional.empty();
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static String read(Path file) {
    try {
      String text = Files.readString(file).strip();
      if (!text.isEmpty()) {
        return text;
      }
      throw invalid(file.toString(), "it is empty", null);
    } catch (IOException e) {
      throw invalid(file.toString(), e.toString(), e);
    }
  }

  private static HubToken of(String text) {
    // Anything else would be an illegal header, whose error message quotes it.
    if (!text.matches("[!-~]{1,1000}")) {
      throw invalid("in HF_TOKEN or its file", "it holds more than one line or word", null);
    }
    return new HubToken(text);
  }

  private static AuditException invalid(String where, String why, Throwable cause) {
    return new AuditException(
        ErrorClass.MODEL_TOKEN,
        "Cannot use the Hugging Face token " + where,
        why,
        "Put the token alone into that file, or unset HF_TOKEN_PATH",
        cause);
  }

  /** The value of the header {@code Authorization}. */
  String authorization() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "[token]";
  }
}
