package org.codeaudit.check;

import java.io.Serializable;
import java.util.Map;

/**
 * A logistic curve: the probability is 1 / (1 + e^-z) with z the intercept of the check plus the
 * weighted sum of what was observed.
 *
 * @param weights by the name of an observation; what is not named here does not count
 * @param intercepts by the id of a check
 * @param intercept of all other checks
 */
public record Curve(Map<String, Double> weights, Map<String, Double> intercepts, double intercept)
    implements Serializable {

  public Curve {
    weights = Map.copyOf(weights);
    intercepts = Map.copyOf(intercepts);
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
