package org.codeaudit.job.calibrate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.codeaudit.check.Curve;

/**
 * Logistic regression by Newton's method with a Gaussian prior: weights of what was observed are
 * common to all checks; each check has an intercept of its own that is drawn to the common one, the
 * more the fewer observations it has.
 */
final class CurveFit {
  private static final int MOST_STEPS = 50;
  private static final double PRECISE = 1e-8;

  /** Of the weights: wide, only to keep separable data finite. */
  private static final double WEIGHT_PRECISION = 0.05;

  /** Of the checks' own intercepts around the common one: a standard deviation of 1. */
  private static final double INTERCEPT_PRECISION = 1;

  private final List<String> names;
  private final List<String> checks;

  private CurveFit(List<String> names, List<String> checks) {
    this.names = names;
    this.checks = checks;
  }

  /**
   * The likeliest curve.
   *
   * @param names of what is observed
   * @param observations at least one that holds and one that does not
   * @throws IllegalArgumentException if all of them hold or none does
   */
  static Curve of(List<String> names, List<Observation> observations) {
    long holding = observations.stream().filter(Observation::holds).count();
    if (holding == 0 || holding == observations.size()) {
      throw new IllegalArgumentException(
          holding + " of " + observations.size() + " observations hold: there is nothing to tell");
    }
    List<String> checks =
        observations.stream().map(Observation::check).distinct().sorted().toList();
    return new CurveFit(names, checks).fit(observations);
  }

  private Curve fit(List<Observation> observations) {
    List<double[]> rows = observations.stream().map(this::row).toList();
    int size = 1 + names.size() + checks.size();
    double[] parameters = new double[size];
    double change = 1;
    for (int step = 0; step < MOST_STEPS && change > PRECISE; step++) {
      change = step(rows, observations, parameters);
    }
    Map<String, Double> weights = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      weights.put(names.get(i), parameters[1 + i]);
    }
    Map<String, Double> intercepts = new HashMap<>();
    for (int i = 0; i < checks.size(); i++) {
      intercepts.put(checks.get(i), parameters[0] + parameters[1 + names.size() + i]);
    }
    return new Curve(weights, intercepts, parameters[0]);
  }

  /** One step of Newton's method; returns the largest change of a parameter. */
  private double step(List<double[]> rows, List<Observation> observations, double[] parameters) {
    int size = parameters.length;
    RealMatrix curvature = new Array2DRowRealMatrix(size, size);
    RealVector slope = new ArrayRealVector(size);
    for (int j = 1; j < size; j++) {
      double precision = j <= names.size() ? WEIGHT_PRECISION : INTERCEPT_PRECISION;
      curvature.setEntry(j, j, precision);
      slope.setEntry(j, -precision * parameters[j]);
    }
    curvature.setEntry(0, 0, 1e-6);
    for (int n = 0; n < rows.size(); n++) {
      double[] row = rows.get(n);
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum += row[j] * parameters[j];
      }
      double probability = 1 / (1 + Math.exp(-sum));
      double miss = (observations.get(n).holds() ? 1 : 0) - probability;
      double spread = Math.max(probability * (1 - probability), 1e-9);
      for (int j = 0; j < size; j++) {
        if (row[j] != 0) {
          slope.addToEntry(j, miss * row[j]);
          for (int k = 0; k < size; k++) {
            curvature.addToEntry(j, k, spread * row[j] * row[k]);
          }
        }
      }
    }
    RealVector change = new LUDecomposition(curvature).getSolver().solve(slope);
    double largest = 0;
    for (int j = 0; j < size; j++) {
      // Short steps: far from the solution Newton's may overshoot.
      double move = Math.max(-2, Math.min(2, change.getEntry(j)));
      parameters[j] += move;
      largest = Math.max(largest, Math.abs(move));
    }
    return largest;
  }

  /** 1 for the intercept, what was observed, and 1 at the place of the check. */
  private double[] row(Observation observation) {
    double[] row = new double[1 + names.size() + checks.size()];
    row[0] = 1;
    for (int i = 0; i < names.size(); i++) {
      row[1 + i] = observation.observed().getOrDefault(names.get(i), 0.0);
    }
    row[1 + names.size() + checks.indexOf(observation.check())] = 1;
    return row;
  }
}
