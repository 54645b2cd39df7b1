package org.codeaudit.model.torch;

import java.util.Optional;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.ModelConfig.Llama3RopeScaling;
import org.codeaudit.checkpoint.ModelConfig.RopeScaling;

/** Angles per position of rotary embeddings, computed in double precision. */
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /**
   * One frequency for each pair of a head: {@code theta^(-2i / rotarySize)}, stretched as the
   * configuration says.
   *
   * @return {@code rotarySize / 2} frequencies, radians per position, falling
   */
  static float[] of(ModelConfig config) {
    float[] frequencies = new float[config.rotarySize() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.rotarySize());
      Optional<RopeScaling> scaling = config.ropeScaling();
      frequencies[i] =
          (float)
              (scaling.isPresent()
                  ? scaled(frequency, (Llama3RopeScaling) scaling.get())
                  : frequency);
    }
    return frequencies;
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
}
