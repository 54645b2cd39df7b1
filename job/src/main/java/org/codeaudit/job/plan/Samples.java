package org.codeaudit.job.plan;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/** Estimators of totals and means from random samples, with 95 % confidence intervals. */
final class Samples {
  private static final double UPPER_QUANTILE = 0.975;

  private Samples() {}

  /**
   * A total over all clusters from some of them, drawn without replacement: the ratio estimator
   * with the clusters' sizes, which are known of all.
   *
   * <p>Cochran, Sampling Techniques, 3rd edition 1977: the estimator (6.2), its variance (6.12 with
   * the sample's residuals, 6.13), clusters of unequal sizes in section 9A.1. The quantile is
   * Student's with one degree of freedom less than there are clusters.
   *
   * @param values of the sampled clusters
   * @param sizes of the sampled clusters, at least 1 each
   * @param allSizes sum of the sizes of all clusters
   * @param clusters how many there are
   */
  static Interval total(double[] values, double[] sizes, double allSizes, int clusters) {
    int sampled = values.length;
    double value = 0;
    double size = 0;
    for (int i = 0; i < sampled; i++) {
      value += values[i];
      size += sizes[i];
    }
    if (sampled == clusters) {
      return Interval.exact(value);
    }
    double ratio = value / size;
    double squares = 0;
    for (int i = 0; i < sampled; i++) {
      double residual = values[i] - ratio * sizes[i];
      squares += residual * residual;
    }
    double notSampled = 1 - (double) sampled / clusters;
    double meanSize = size / sampled;
    double variance = notSampled / sampled * squares / (sampled - 1) / (meanSize * meanSize);
    return new Interval(ratio * allSizes, allSizes * Math.sqrt(variance) * quantile(sampled - 1));
  }

  /**
   * A mean over a population from a simple random sample of it (Cochran 1977, section 2.8).
   *
   * @param values of the sample, at least one
   * @param population how many there are, at least as many as values
   */
  static Interval mean(double[] values, double population) {
    return mean(
        StatUtils.mean(values), Math.sqrt(StatUtils.variance(values)), values.length, population);
  }

  /** As {@link #mean(double[], double)}, of a sample by its mean and standard deviation. */
  static Interval mean(double mean, double deviation, long sampled, double population) {
    if (sampled >= population) {
      return Interval.exact(mean);
    }
    if (sampled < 2) {
      return new Interval(mean, Double.NaN);
    }
    double notSampled = 1 - sampled / population;
    return new Interval(mean, deviation * Math.sqrt(notSampled / sampled) * quantile(sampled - 1));
  }

  private static double quantile(long degreesOfFreedom) {
    return degreesOfFreedom < 1
        ? Double.NaN
        : new TDistribution(null, degreesOfFreedom).inverseCumulativeProbability(UPPER_QUANTILE);
  }
}
