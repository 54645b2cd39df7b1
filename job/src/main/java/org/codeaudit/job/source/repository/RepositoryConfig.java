package org.codeaudit.job.source.repository;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.codeaudit.AuditException;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;

/**
 * The file with a repository's settings, examined after JGit has refused it: JGit does not say
 * where it is wrong.
 */
record RepositoryConfig(Path file) {
  private static final String A_SECTION = "[section]\n";

  /** Linked working trees share the settings of the repository they belong to. */
  static RepositoryConfig of(File gitFolder) {
    Path folder = gitFolder.toPath();
    Path common = folder.resolve("commondir");
    try {
      folder = folder.resolve(Files.readString(common).strip()).normalize();
    } catch (IOException itself) {
      // It is no linked working tree.
    }
    return new RepositoryConfig(folder.resolve(Constants.CONFIG));
  }

  AuditException error(File gitFolder, Exception cause) {
    return GitErrors.config(gitFolder, file, wrongLine(), cause);
  }

  boolean hasWrongLine() {
    return wrongLine().isPresent();
  }

  /**
   * 1-based; empty if no line is wrong by itself. A line needs nothing of those before it but that
   * one of them began a section, and that a backslash at its end joins the next to it.
   */
  private OptionalInt wrongLine() {
    List<String> lines;
    try {
      // Bytes that are no text do not matter: only the signs of the format do.
      lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException unreadable) {
      return OptionalInt.empty();
    }
    String section = "";
    StringBuilder joined = new StringBuilder();
    int first = 1;
    for (int i = 0; i < lines.size(); i++) {
      joined.append(lines.get(i)).append('\n');
      if (isContinued(lines.get(i)) && i + 1 < lines.size()) {
        continue;
      }
      if (!isReadable(section + joined)) {
        return OptionalInt.of(first);
      }
      section = joined.toString().stripLeading().startsWith("[") ? A_SECTION : section;
      joined.setLength(0);
      first = i + 2;
    }
    return OptionalInt.empty();
  }

  /** Whether the line ends in a backslash that no other one escapes, and is no comment. */
  private static boolean isContinued(String line) {
    String text = line.stripLeading();
    if (text.startsWith("#") || text.startsWith(";")) {
      return false;
    }
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return (line.length() - end) % 2 == 1;
  }

  private static boolean isReadable(String text) {
    try {
      new Config().fromText(text);
      return true;
    } catch (ConfigInvalidException wrong) {
      return false;
    }
  }
}
