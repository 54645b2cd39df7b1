package org.codeaudit.job.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.rule.RepositoryRules;
import picocli.CommandLine.Option;

/** Rules besides those of repositories. */
public final class RulesOptions {
  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description =
          "Rules for all repositories, besides the .codeaudit.yaml that each may have: files that"
              + " are left out, checks that are asked about some files only, and findings that need"
              + " no attention; docs/rules.md has the format.")
  Path file;

  /**
   * The rules; none where no file is named.
   *
   * @throws AuditException {@code RULES_UNREADABLE} or {@code RULES_INVALID}
   */
  public RepositoryRules rules() {
    if (file == null) {
      return RepositoryRules.NONE;
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return RepositoryRules.read(
          file.toString(), stream.readNBytes(RepositoryRules.MOST_BYTES + 1));
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.RULES_UNREADABLE,
          "The rules " + file + " cannot be read",
          e.toString(),
          "Name a file that this user may read with --rules",
          e);
    }
  }
}
