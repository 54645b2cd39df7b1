package org.codeaudit.check;

import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a model leans to yes by itself: every question has its own usual score, and some code
 * gets a yes to any question. What is left after both are subtracted shows which defects a unit is
 * likelier to have than others; the raw scores hardly do.
 *
 * @param usual score by the id of a check
 * @param elsewhere the usual score of all other checks
 */
public record Leaning(Map<String, Double> usual, double elsewhere) implements Serializable {

  public Leaning {
    // Sorted: its text is part of keys, and the order of Map.copyOf differs from JVM to JVM.
    usual = Collections.unmodifiableSortedMap(new TreeMap<>(usual));
  }

  /** A leaning in which the usual score of every other check is the mean of these. */
  public static Leaning of(Map<String, Double> usual) {
    double sum = usual.values().stream().mapToDouble(score -> score).sum();
    return new Leaning(usual, usual.isEmpty() ? 0 : sum / usual.size());
  }

  /**
   * Subtracts the leaning from the scores of checks that were asked about one unit. If there are
   * few, less is subtracted for the unit, as if one further check had scored as usual.
   *
   * @param scores by the id of a check
   */
  public Map<String, Double> takenOff(Map<String, Double> scores) {
    Map<String, Double> left = new HashMap<>();
    scores.forEach((check, score) -> left.put(check, score - usual.getOrDefault(check, elsewhere)));
    double unit = left.values().stream().mapToDouble(score -> score).sum() / (left.size() + 1);
    left.replaceAll((check, score) -> score - unit);
    return left;
  }
}
