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

  /**
   * The same in a part of the file.
   *
   * @param part lines of the file, of which this one's first is one
   */
  public Label in(LineRange part) {
    return new Label(
        category,
        cwe,
        lines.map(
            own ->
                new LineRange(
                    own.start() - part.start() + 1,
                    Math.min(own.end(), part.end()) - part.start() + 1)));
  }

  /** One with the number that its category has. */
  public static Label of(Category category, Optional<LineRange> lines) {
    return new Label(category, category.cwe(), lines);
  }
}
