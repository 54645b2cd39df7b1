package org.codeaudit.job.eval;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationUnit;

/**
 * A unit with what a review said of it.
 *
 * @param findings in the order of the review
 * @param notReviewed why it was not answered whole: skipped, failed or cut; empty if it was
 * @param scores how strongly the question of each check about it was answered with yes; empty if
 *     the review asks no such questions
 * @param confidences how sure the review is of the finding of a check; of the checks that were
 *     followed up
 */
public record ReviewedUnit(
    EvaluationUnit unit,
    List<Reported> findings,
    Optional<String> notReviewed,
    Map<Category, Double> scores,
    Map<Category, Double> confidences) {

  public ReviewedUnit {
    findings = List.copyOf(findings);
    scores = Map.copyOf(scores);
    confidences = Map.copyOf(confidences);
  }

  /** As a review shows it to those who want so much confidence. */
  public ReviewedUnit shown(double least) {
    return new ReviewedUnit(
        unit,
        findings.stream().filter(finding -> finding.shown(least)).toList(),
        notReviewed,
        scores,
        confidences);
  }

  /** Whether something of a category is reported. */
  public boolean says(Category category) {
    return findings.stream().anyMatch(finding -> finding.says(category));
  }
}
