package org.codeaudit.rule;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.change.FileChange;
import org.codeaudit.prompt.Side;

/**
 * What people have said about the findings of one file: first in its code, then in rules. The code
 * is read when the first finding asks. Used by one thread.
 */
public final class Suppressions {
  private final FileChange file;
  private final List<RepositoryRules> rules;
  private final LocalDate today;
  private final Map<Side, InlineIgnores> inline = new EnumMap<>(Side.class);

  /**
   * Of a file.
   *
   * @param rules in the order in which they are asked
   * @param today the day on which entries of rules must hold, in UTC
   */
  public Suppressions(FileChange file, List<RepositoryRules> rules, LocalDate today) {
    this.file = file;
    this.rules = List.copyOf(rules);
    this.today = today;
  }

  /** What became of a finding in the file. */
  public Ruling of(FindingFacts finding) {
    Ruling ruling =
        finding
            .side()
            .map(side -> inline.computeIfAbsent(side, own -> InlineIgnores.of(file, own)))
            .map(ignores -> ignores.ruling(finding))
            .orElse(Ruling.NONE);
    for (RepositoryRules each : rules) {
      ruling = ruling.or(each.ruling(finding, today));
    }
    return ruling;
  }
}
