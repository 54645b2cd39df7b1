package org.codeaudit.job.eval;

import java.util.Optional;
import java.util.OptionalDouble;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.Label;
import org.codeaudit.job.eval.dataset.LineRange;

/**
 * A finding as far as it is compared with labels.
 *
 * @param path the file it is about
 * @param lines where it points at, on the new side; empty for removed lines and where no line is
 *     known
 * @param confidence 0 to 1; empty if it was not measured
 * @param fingerprint equal for the same finding of another review
 */
public record Reported(
    Category category,
    Optional<String> cwe,
    String path,
    Optional<LineRange> lines,
    OptionalDouble confidence,
    String fingerprint) {

  /** Whether it is of a category, or has that category's number. */
  public boolean says(Category kind) {
    return category == kind || (cwe.isPresent() && cwe.equals(kind.cwe()));
  }

  /** Whether it is of a label's category, or has the label's number. */
  boolean says(Label label) {
    return category == label.category() || (cwe.isPresent() && cwe.equals(label.cwe()));
  }

  /** Whether it is shown to those who want so much confidence; always if none was measured. */
  public boolean shown(double least) {
    return confidence.isEmpty() || confidence.getAsDouble() >= least;
  }
}
