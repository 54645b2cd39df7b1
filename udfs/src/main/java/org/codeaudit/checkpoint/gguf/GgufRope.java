package org.codeaudit.checkpoint.gguf;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.YarnRopeScaling;
import org.codeaudit.checkpoint.config.RopeFactors;
import org.codeaudit.checkpoint.config.RopeSettings;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;
import org.codeaudit.checkpoint.tensor.TensorReader;

/** The rotary settings of a GGUF file, as llama.cpp understands them. */
public final class GgufRope {
  private static final String FACTORS = "rope_freqs.weight";
  private static final double DEFAULT_THETA = 10_000;
  private static final double DEFAULT_BETA_FAST = 32;
  private static final double DEFAULT_BETA_SLOW = 1;

  private final GgufMetadata metadata;
  private final String prefix;

  public GgufRope(GgufMetadata metadata, String architecture) {
    this.metadata = metadata;
    this.prefix = architecture + ".rope.";
  }

  /** Base of the frequencies. */
  public double theta() {
    return number("freq_base", DEFAULT_THETA);
  }

  /** How the frequencies are stretched; refuses the kinds that are not supported. */
  public Optional<RopeScaling> scaling(int headSize, Map<String, TensorInfo> tensors) {
    // A file that names no type means the linear one, by a factor of one unless it says so.
    String type = metadata.text(prefix + "scaling.type").orElse("linear");
    double factor = number("scaling.factor", number("scale_linear", 1));
    TensorInfo factors = tensors.get(FACTORS);
    if (type.equals("yarn")) {
      if (factors != null) {
        throw unsupported("both yarn and the rotary factors of " + FACTORS);
      }
      return Optional.of(yarn());
    }
    boolean unscaled = type.equals("linear") && (factor == 1 || factor == 0);
    if (!type.equals("none") && !unscaled) {
      throw unsupported("the rope scaling " + TensorLayout.shown(type) + " by " + factor);
    }
    return factors == null ? Optional.empty() : llama3(factors, headSize);
  }

  /** Cosines and sines get the factor of the paper times the one that the file names. */
  private YarnRopeScaling yarn() {
    double extrapolated = number("scaling.yarn_ext_factor", 1);
    double logarithm = number("scaling.yarn_log_multiplier", 0);
    if (extrapolated != 1 || logarithm != 0) {
      throw unsupported(
          "yarn with an ext_factor of " + extrapolated + " and a log_multiplier of " + logarithm);
    }
    double factor = metadata.requiredNumber(prefix + "scaling.factor");
    double attention = number("scaling.yarn_attn_factor", number("scaling.attn_factor", 1));
    String context = prefix.substring(0, prefix.indexOf('.')) + ".context_length";
    return new YarnRopeScaling(
        factor,
        metadata
            .integer(prefix + "scaling.original_context_length")
            .orElseGet(() -> metadata.requiredInteger(context)),
        number("scaling.yarn_beta_fast", DEFAULT_BETA_FAST),
        number("scaling.yarn_beta_slow", DEFAULT_BETA_SLOW),
        attention * RopeSettings.magnitude(factor, 1));
  }

  /** A file states the {@code llama3} scaling by the divisor of every frequency. */
  private Optional<RopeScaling> llama3(TensorInfo tensor, int headSize) {
    if (!tensor.shape().equals(List.of((long) headSize / 2))) {
      throw CheckpointErrors.tensorsMismatch(
          metadata.file(),
          List.of(FACTORS + " is " + tensor.shape() + " but should be [" + headSize / 2 + "]"));
    }
    float[] factors = new float[headSize / 2];
    new TensorReader(tensor, headSize).read(0, factors.length, FloatBuffer.wrap(factors));
    return RopeFactors.scaling(factors, theta(), headSize)
        .map(scaling -> scaling.map(RopeScaling.class::cast))
        .orElseThrow(
            () -> unsupported("the rotary factors of " + FACTORS + ", not those of llama3"));
  }

  private double number(String key, double absent) {
    return metadata.number(prefix + key).orElse(absent);
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupportedFeature(metadata.file(), feature);
  }
}
