package org.codeaudit.check;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A logistic curve: the probability is 1 / (1 + e^-z) with z the intercept of the check plus the
 * weighted sum of what was observed.
 *
 * @param weights by the name of an observation; others do not count
 * @param intercepts by the id of a check
 * @param intercept of all other checks
 */
public record Curve(Map<String, Double> weights, Map<String, Double> intercepts, double intercept)
    implements Serializable {

  public Curve {
    // Sorted: their text is part of keys, and the order of Map.copyOf differs from JVM to JVM.
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    intercepts = Collections.unmodifiableSortedMap(new TreeMap<>(intercepts));
  }

  /** In (0, 1), of observations by their names; an absent one counts as 0. */
  public double probability(String check, Map<String, Double> observed) {
    double sum = intercepts.getOrDefault(check, intercept);
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      sum += weight.getValue() * observed.getOrDefault(weight.getKey(), 0.0);
    }
    return 1 / (1 + Math.exp(-sum));
  }
}
