package org.codeaudit.disk;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a user's programs keep what they can make again: XDG_CACHE_HOME, else {@code ~/.cache}. */
public final class UserCache {
  private UserCache() {}

  /** That folder, whether or not there is one. */
  public static Path folder(Map<String, String> environment, Path home) {
    return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
        .map(String::strip)
        .filter(named -> !named.isEmpty())
        .map(Path::of)
        .orElseGet(() -> home.resolve(".cache"));
  }

  /** Our part of it for a purpose, say {@code models}. */
  public static Path ours(Map<String, String> environment, Path home, String purpose) {
    return folder(environment, home).resolve("code-audit").resolve(purpose);
  }

  /** Our part of this process's user's cache for a purpose. */
  public static Path ours(String purpose) {
    return ours(System.getenv(), Path.of(System.getProperty("user.home")), purpose);
  }
}
