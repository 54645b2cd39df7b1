package org.codeaudit.model.torch.load;

import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Llama3RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.LongRopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.YarnRopeScaling;

/** Angles per position of rotary embeddings, computed in double precision. */
public final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /**
   * One frequency for each pair of the rotated part of a head: {@code theta^(-2i / rotarySize)},
   * stretched as the configuration says.
   *
   * @return {@code rotarySize / 2} frequencies, radians per position, falling
   */
  public static float[] of(ModelConfig config) {
    float[] frequencies = new float[config.rotarySize() / 2];
    Optional<RopeScaling> scaling = config.ropeScaling();
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.rotarySize());
      if (scaling.isPresent() && scaling.get() instanceof Llama3RopeScaling llama3) {
        frequency = scaled(frequency, llama3);
      } else if (scaling.isPresent() && scaling.get() instanceof YarnRopeScaling yarn) {
        frequency = scaled(frequency, i, config, yarn);
      } else if (scaling.isPresent() && scaling.get() instanceof LongRopeScaling longrope) {
        frequency /= longrope.shortFactors().get(i);
      }
      frequencies[i] = (float) frequency;
    }
    return frequencies;
  }

  /** What cosines and sines are multiplied with: 1 but for {@code yarn} and {@code longrope}. */
  static double magnitude(ModelConfig config) {
    RopeScaling scaling = config.ropeScaling().orElse(null);
    if (scaling instanceof YarnRopeScaling yarn) {
      return yarn.attentionFactor();
    }
    return scaling instanceof LongRopeScaling longrope ? longrope.attentionFactor() : 1;
  }

  /**
   * The {@code llama3} rule of transformers: short wavelengths stay, long ones are stretched by the
   * factor, and between the two it is interpolated.
   */
  private static double scaled(double frequency, Llama3RopeScaling scaling) {
    double turns = scaling.originalContextLength() * frequency / (2 * Math.PI);
    double low = scaling.lowFrequencyFactor();
    double high = scaling.highFrequencyFactor();
    if (turns < low) {
      return frequency / scaling.factor();
    } else if (turns > high) {
      return frequency;
    }
    double smooth = (turns - low) / (high - low);
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }

  /**
   * The rule of YaRN (arXiv 2309.00071, section 3.2) with the rounding of transformers: the first
   * pairs stay, the last ones are stretched by the factor, and between the two it is interpolated
   * by the number of the pair.
   */
  private static double scaled(
      double frequency, int pair, ModelConfig config, YarnRopeScaling scaling) {
    double first = Math.max(Math.floor(pairOfTurns(scaling.betaFast(), config, scaling)), 0);
    double last =
        Math.min(
            Math.ceil(pairOfTurns(scaling.betaSlow(), config, scaling)), config.rotarySize() - 1);
    double width = first == last ? 0.001 : last - first;
    double stretched = Math.min(Math.max((pair - first) / width, 0), 1);
    return frequency * (1 - stretched) + frequency / scaling.factor() * stretched;
  }

  /** The pair, as a real number, that turns so many times within the original context. */
  private static double pairOfTurns(double turns, ModelConfig config, YarnRopeScaling scaling) {
    return config.rotarySize()
        * Math.log(scaling.originalContextLength() / (turns * 2 * Math.PI))
        / (2 * Math.log(config.ropeTheta()));
  }
}
