package org.codeaudit.checkpoint.gguf;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig.LongRopeScaling;
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
  private static final String SHORT_FACTORS = "rope_factors_short.weight";
  private static final String LONG_FACTORS = "rope_factors_long.weight";
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
  public Optional<RopeScaling> scaling(int rotarySize, Map<String, TensorInfo> tensors) {
    // A file that names no type means the linear one, by a factor of one unless it says so.
    String type = metadata.text(prefix + "scaling.type").orElse("linear");
    double factor = number("scaling.factor", number("scale_linear", 1));
    TensorInfo factors = tensors.get(FACTORS);
    boolean unscaled = type.equals("linear") && (factor == 1 || factor == 0);
    if (tensors.containsKey(SHORT_FACTORS) || tensors.containsKey(LONG_FACTORS)) {
      if (!unscaled && !type.equals("longrope") || factors != null) {
        throw unsupported("rotary factors for short and long contexts beside another scaling");
      }
      return Optional.of(longrope(rotarySize, tensors));
    }
    if (type.equals("yarn")) {
      if (factors != null) {
        throw unsupported("both yarn and the rotary factors of " + FACTORS);
      }
      return Optional.of(yarn());
    }
    if (!type.equals("none") && !unscaled) {
      throw unsupported("the rope scaling " + TensorLayout.shown(type) + " by " + factor);
    }
    return factors == null ? Optional.empty() : llama3(factors, rotarySize);
  }

  private LongRopeScaling longrope(int rotarySize, Map<String, TensorInfo> tensors) {
    String original = prefix + "scaling.original_context_length";
    return new LongRopeScaling(
        factors(tensors.get(SHORT_FACTORS), SHORT_FACTORS, rotarySize),
        factors(tensors.get(LONG_FACTORS), LONG_FACTORS, rotarySize),
        number("scaling.attn_factor", 1),
        metadata.requiredInteger(original));
  }

  private List<Double> factors(TensorInfo tensor, String name, int rotarySize) {
    List<Double> factors = new ArrayList<>();
    for (float factor : numbers(tensor, name, rotarySize / 2)) {
      factors.add((double) factor);
    }
    return factors;
  }

  private float[] numbers(TensorInfo tensor, String name, int count) {
    if (tensor == null || !tensor.shape().equals(List.of((long) count))) {
      String found = tensor == null ? "missing" : tensor.shape().toString();
      throw CheckpointErrors.tensorsMismatch(
          metadata.file(), List.of(name + " is " + found + " but should be [" + count + "]"));
    }
    float[] numbers = new float[count];
    new TensorReader(tensor, 1).read(0, count, FloatBuffer.wrap(numbers));
    return numbers;
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
    float[] factors = numbers(tensor, FACTORS, headSize / 2);
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
