package org.codeaudit.checkpoint.config;

import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig.Llama3RopeScaling;

/**
 * The {@code llama3} rotary scaling as GGUF files state it: a divisor for every frequency. The
 * published models share three of its four parameters, so the fourth is the largest divisor; the
 * divisors these parameters give are compared with the file's.
 */
public final class RopeFactors {
  private static final double LOW_FREQUENCY_FACTOR = 1;
  private static final double HIGH_FREQUENCY_FACTOR = 4;
  private static final int ORIGINAL_CONTEXT_LENGTH = 8192;
  private static final double TOLERANCE = 1e-4;

  private RopeFactors() {}

  /**
   * The scaling that gives these divisors: an empty inner value if all are one, an empty outer one
   * if no known scaling gives them.
   */
  public static Optional<Optional<Llama3RopeScaling>> scaling(
      float[] divisors, double theta, int headSize) {
    float largest = 1;
    for (float divisor : divisors) {
      largest = Math.max(largest, divisor);
    }
    Llama3RopeScaling scaling =
        new Llama3RopeScaling(
            largest, LOW_FREQUENCY_FACTOR, HIGH_FREQUENCY_FACTOR, ORIGINAL_CONTEXT_LENGTH);
    for (int i = 0; i < divisors.length; i++) {
      double expected = divisor(scaling, theta, 2.0 * i / headSize);
      // Written so that a NaN does not pass.
      if (!(Math.abs(divisors[i] - expected) <= TOLERANCE * expected)) {
        return Optional.empty();
      }
    }
    return Optional.of(largest == 1 ? Optional.empty() : Optional.of(scaling));
  }

  /** Long wavelengths are divided by the factor, short ones not at all, others in between. */
  private static double divisor(Llama3RopeScaling scaling, double theta, double exponent) {
    double wavelength = 2 * Math.PI * Math.pow(theta, exponent);
    double periods = scaling.originalContextLength() / wavelength;
    if (periods < scaling.lowFrequencyFactor()) {
      return scaling.factor();
    }
    if (periods > scaling.highFrequencyFactor()) {
      return 1;
    }
    double kept =
        (periods - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return 1 / ((1 - kept) / scaling.factor() + kept);
  }
}
