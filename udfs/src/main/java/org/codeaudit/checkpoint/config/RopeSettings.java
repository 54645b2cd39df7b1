package org.codeaudit.checkpoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig.Llama3RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.LongRopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.YarnRopeScaling;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * The rotary settings of {@code config.json}. Version 5 of transformers keeps all of them in {@code
 * rope_parameters}; version 4 has {@code rope_scaling} for the stretching and the rest at the top.
 */
public final class RopeSettings {
  /** The kinds of scaling, for whoever names another. */
  static final String SUPPORTED =
      " (default, llama3, yarn and, in Phi's models, longrope are supported)";

  private static final String ORIGINAL_CONTEXT = "original_max_position_embeddings";
  private static final double DEFAULT_THETA = 10_000;
  private static final double DEFAULT_BETA_FAST = 32;
  private static final double DEFAULT_BETA_SLOW = 1;

  private final JsonDocument json;
  private final JsonDocument rope;

  RopeSettings(JsonDocument json) {
    this.json = json;
    this.rope =
        json.object("rope_parameters")
            .or(() -> json.object("rope_scaling"))
            .orElse(
                new JsonDocument(
                    json.file(), "rope_scaling.", JsonDocument.JSON.createObjectNode()));
    for (JsonNode value : rope.node()) {
      if (value.isObject()) {
        throw unsupported("rotary settings that differ between layers");
      }
    }
  }

  /** Base of the frequencies. */
  double theta() {
    return rope.number("rope_theta").orElse(json.number("rope_theta").orElse(DEFAULT_THETA));
  }

  /**
   * How many of a head's numbers are turned.
   *
   * @param defaultPart the part of a head where the file names none
   */
  int rotarySize(int headSize, double defaultPart) {
    return (int) (headSize * part(defaultPart));
  }

  /** The part of a head that is turned. */
  double part(double defaultPart) {
    return rope.number("partial_rotary_factor")
        .orElse(json.number("partial_rotary_factor").orElse(defaultPart));
  }

  private String type() {
    return rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
  }

  /** Whether there are divisors for short and for long sequences, by whatever name. */
  boolean hasLongFactors() {
    return type().equals("longrope") || rope.has("long_factor");
  }

  /** How the frequencies are stretched. */
  Optional<RopeScaling> scaling() {
    if (hasLongFactors()) {
      return Optional.of(longrope());
    }
    String type = type();
    switch (type) {
      case "default":
        if (rope.has("factor")) {
          throw unsupported("a rope factor without a rope_type");
        }
        return Optional.empty();
      case "llama3":
        return Optional.of(
            new Llama3RopeScaling(
                requiredNumber("factor"),
                requiredNumber("low_freq_factor"),
                requiredNumber("high_freq_factor"),
                rope.requiredInteger(ORIGINAL_CONTEXT)));
      case "yarn":
        return Optional.of(yarn());
      default:
        throw unsupported("the rope scaling " + TensorLayout.shown(type) + SUPPORTED);
    }
  }

  /**
   * The most positions. Qwen's instructions add the stretching to a configuration and leave its
   * {@code max_position_embeddings} as it was, so a stretching that names what it starts from says
   * where it ends.
   */
  int contextLength() {
    int stated = json.requiredInteger("max_position_embeddings");
    boolean known = rope.has(ORIGINAL_CONTEXT) || hasLongFactors();
    return known ? contextLength(stated, scaling()) : stated;
  }

  /**
   * The longer one of what a file states and what its stretching reaches; but the original context
   * where frequencies would be others beyond it.
   */
  public static int contextLength(int stated, Optional<RopeScaling> scaling) {
    if (scaling.isPresent() && scaling.get() instanceof YarnRopeScaling yarn) {
      return Math.max(stated, (int) (yarn.originalContextLength() * yarn.factor()));
    }
    if (scaling.isPresent() && scaling.get() instanceof LongRopeScaling longrope) {
      boolean same = longrope.shortFactors().equals(longrope.longFactors());
      return same ? stated : Math.min(stated, longrope.originalContextLength());
    }
    return stated;
  }

  /** Phi's files have the original context beside the other lengths, newer ones among these. */
  private LongRopeScaling longrope() {
    JsonDocument where = rope.has(ORIGINAL_CONTEXT) ? rope : json;
    int original = where.requiredInteger(ORIGINAL_CONTEXT);
    double factor = (double) json.requiredInteger("max_position_embeddings") / original;
    return new LongRopeScaling(
        factors("short_factor"),
        factors("long_factor"),
        rope.number("attention_factor")
            .orElseGet(() -> LongRopeScaling.magnitude(factor, original)),
        original);
  }

  private List<Double> factors(String key) {
    List<Double> factors = rope.numbers(key);
    if (factors.isEmpty()) {
      throw missing(key);
    }
    return factors;
  }

  /** The defaults are those of transformers. */
  private YarnRopeScaling yarn() {
    if (!rope.flag("truncate").orElse(true)) {
      throw unsupported("yarn without truncate");
    }
    double factor = requiredNumber("factor");
    return new YarnRopeScaling(
        factor,
        rope.integer(ORIGINAL_CONTEXT)
            .orElseGet(() -> json.requiredInteger("max_position_embeddings")),
        rope.number("beta_fast").orElse(DEFAULT_BETA_FAST),
        rope.number("beta_slow").orElse(DEFAULT_BETA_SLOW),
        rope.number("attention_factor").orElseGet(() -> attentionFactor(factor)));
  }

  private double attentionFactor(double factor) {
    double scale = rope.number("mscale").orElse(0);
    double scaleOfAll = rope.number("mscale_all_dim").orElse(0);
    return scale != 0 && scaleOfAll != 0
        ? magnitude(factor, scale) / magnitude(factor, scaleOfAll)
        : magnitude(factor, 1);
  }

  /** What the YaRN paper multiplies cosines and sines with: a function of the stretching. */
  public static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private double requiredNumber(String key) {
    return rope.number(key).orElseThrow(() -> missing(key));
  }

  private RuntimeException missing(String key) {
    return CheckpointErrors.configInvalid(json.file(), "It lacks the key " + rope.prefix() + key);
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupportedFeature(json.file(), feature);
  }
}
