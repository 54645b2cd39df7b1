package org.codeaudit.job.eval;

import java.util.Locale;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;

/** What of a defect must be right for it to count as found. */
public enum Level {
  /** Its kind, anywhere in the unit. */
  FOUND,
  /** Its kind and its line. */
  LINE;

  /** How far beside a label a finding may stand. */
  static final int SLACK = 2;

  /** As tables have it. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a finding about a unit finds a defect of it. */
  boolean agrees(Reported finding, Label label, EvaluationUnit unit) {
    return finding.path().equals(unit.path())
        && finding.says(label)
        && (this == FOUND || onLine(finding, label));
  }

  /** Whether a finding stands where the defect does; never if either place is unknown. */
  public static boolean onLine(Reported finding, Label label) {
    return label
        .lines()
        .flatMap(range -> finding.lines().map(lines -> range.touches(lines, SLACK)))
        .orElse(false);
  }
}
