package org.codeaudit.review;

import java.util.Optional;
import org.codeaudit.finding.ToolReport;

/**
 * The line at which a claim is judged.
 *
 * @param line as the model is shown it
 * @param clues what is known of it
 */
record ClaimedLine(Claim claim, ReviewedCode.Shown line, Clues clues) {

  /** The claim at that line. */
  Optional<ToolReport> report() {
    return Optional.of(
        new ToolReport(claim.id(), claim.tool(), claim.rule(), line.line().newNumber()));
  }
}
