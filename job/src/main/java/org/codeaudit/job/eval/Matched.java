package org.codeaudit.job.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;

/**
 * A unit's findings matched with its labels: one finding with one label at most, the most confident
 * finding first.
 *
 * @param matches in the order in which they were made
 * @param wrong findings that match no label, or only one that another finding has: reading them is
 *     a waste of time
 * @param repeats how many of the wrong ones match a label that another finding has
 * @param missed labels that no finding matches
 */
public record Matched(
    EvaluationUnit unit,
    List<Match> matches,
    List<Reported> wrong,
    int repeats,
    List<Label> missed) {
  /** Findings without a confidence come last; of equal ones, that which the review gave first. */
  private static final Comparator<Reported> SUREST =
      Comparator.comparingDouble((Reported finding) -> finding.confidence().orElse(-1)).reversed();

  /** A finding and the label it matches. */
  public record Match(Reported finding, Label label) {

    /** Whether the finding stands where the label does; empty if the label does not say. */
    public Optional<Boolean> onLine() {
      return label.lines().map(lines -> Level.onLine(finding, label));
    }
  }

  /** Matches what was said of a unit with what is known of it. */
  public static Matched of(ReviewedUnit reviewed, Level level) {
    EvaluationUnit unit = reviewed.unit();
    List<Label> free = new ArrayList<>(unit.labels());
    List<Match> matches = new ArrayList<>();
    List<Reported> wrong = new ArrayList<>();
    int repeats = 0;
    for (Reported finding : reviewed.findings().stream().sorted(SUREST).toList()) {
      Optional<Label> label = best(finding, free, level, unit);
      if (label.isPresent()) {
        free.remove(label.get());
        matches.add(new Match(finding, label.get()));
      } else {
        wrong.add(finding);
        repeats += best(finding, unit.labels(), level, unit).isPresent() ? 1 : 0;
      }
    }
    return new Matched(unit, List.copyOf(matches), List.copyOf(wrong), repeats, List.copyOf(free));
  }

  /** Of several labels it agrees with, one that stands where the finding does. */
  private static Optional<Label> best(
      Reported finding, List<Label> labels, Level level, EvaluationUnit unit) {
    return labels.stream()
        .filter(label -> level.agrees(finding, label, unit))
        .min(Comparator.comparing(label -> !Level.onLine(finding, label)));
  }
}
