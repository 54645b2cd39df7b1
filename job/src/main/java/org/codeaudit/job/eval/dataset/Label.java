package org.codeaudit.job.eval.dataset;

import java.util.Optional;
import org.codeaudit.finding.Category;

/**
 * A defect that a unit has.
 *
 * @param cwe its number, e.g. {@code CWE-89}; empty where no single weakness is meant
 * @param lines where it stands, on the new side of a patch; empty where that is not known
 */
public record Label(Category category, Optional<String> cwe, Optional<LineRange> lines) {

  /** One with the number that its category has. */
  public static Label of(Category category, Optional<LineRange> lines) {
    return new Label(category, category.cwe(), lines);
  }
}
