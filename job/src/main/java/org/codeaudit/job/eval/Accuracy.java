package org.codeaudit.job.eval;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;

/**
 * Right, wrong and missed in all and by groups. A match belongs to its label's group, a wrong
 * finding to its own, and by language both to the unit's.
 *
 * @param repeats how many of the wrong findings match a label that another has
 * @param lines of the units that were counted
 */
public record Accuracy(
    Level level,
    Counts all,
    Map<String, Counts> byCategory,
    Map<String, Counts> byCwe,
    Map<String, Counts> byLanguage,
    long repeats,
    long lines) {
  private static final String NO_CWE = "none";

  /** Counts a review. Units with a label whose lines are unknown are left out where lines count. */
  public static Accuracy of(Review review, Level level) {
    List<Matched> units =
        review.units().stream()
            .filter(unit -> level == Level.FOUND || linesKnown(unit.unit()))
            .map(unit -> Matched.of(unit, level))
            .toList();
    Counts all = Counts.NONE;
    Map<String, Counts> byCategory = new TreeMap<>();
    Map<String, Counts> byCwe = new TreeMap<>();
    Map<String, Counts> byLanguage = new TreeMap<>();
    for (Matched unit : units) {
      Counts counts = new Counts(unit.matches().size(), unit.wrong().size(), unit.missed().size());
      all = all.plus(counts);
      add(byLanguage, unit.unit().language(), counts);
      unit.matches().forEach(match -> addLabel(byCategory, byCwe, match.label(), RIGHT));
      unit.missed().forEach(label -> addLabel(byCategory, byCwe, label, MISSED));
      for (Reported finding : unit.wrong()) {
        add(byCategory, finding.category().columnValue(), WRONG);
        add(byCwe, finding.cwe().orElse(NO_CWE), WRONG);
      }
    }
    return new Accuracy(
        level,
        all,
        byCategory,
        byCwe,
        byLanguage,
        units.stream().mapToLong(Matched::repeats).sum(),
        units.stream().mapToLong(unit -> unit.unit().lines()).sum());
  }

  private static final Counts RIGHT = new Counts(1, 0, 0);
  private static final Counts WRONG = new Counts(0, 1, 0);
  private static final Counts MISSED = new Counts(0, 0, 1);

  private static boolean linesKnown(EvaluationUnit unit) {
    return unit.labels().stream().allMatch(label -> label.lines().isPresent());
  }

  private static void addLabel(
      Map<String, Counts> byCategory, Map<String, Counts> byCwe, Label label, Counts counts) {
    add(byCategory, label.category().columnValue(), counts);
    add(byCwe, label.cwe().orElse(NO_CWE), counts);
  }

  private static void add(Map<String, Counts> groups, String group, Counts counts) {
    groups.merge(group, counts, Counts::plus);
  }

  /** Wrong findings in 1,000 lines of all units. */
  public OptionalDouble wrongPerThousandLines() {
    return lines == 0 ? OptionalDouble.empty() : OptionalDouble.of(1000.0 * all.wrong() / lines);
  }

  /** The mean F1 of the categories that labels have. */
  public OptionalDouble meanF1() {
    return byCategory.values().stream()
        .filter(counts -> counts.right() + counts.missed() > 0)
        .mapToDouble(counts -> counts.f1().orElse(0))
        .average();
  }
}
