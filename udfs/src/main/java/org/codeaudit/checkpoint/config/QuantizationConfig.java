package org.codeaudit.checkpoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.codeaudit.checkpoint.config.QuantizationSettings.Packing;
import org.codeaudit.checkpoint.config.QuantizationSettings.PatternRule;
import org.codeaudit.checkpoint.config.QuantizationSettings.Rule;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * Reads how a checkpoint was quantised: {@code quantization_config} of {@code config.json}, else a
 * file of its own, as AutoRound and AutoGPTQ wrote it first. Keys and defaults are those that
 * AutoRound, GPTQModel and transformers write.
 */
public final class QuantizationConfig {
  /** Beside {@code config.json}. */
  public static final List<String> FILES =
      List.of("quantization_config.json", "quantize_config.json");

  private static final String SUPPORTED =
      "auto-round and gptq in 4 and 8 bits and bitsandbytes in NF4 are supported";
  private static final int PLAIN_BITS = 16;

  private final JsonDocument json;
  private final Set<String> tensors;
  private final Map<String, Rule> modules = new LinkedHashMap<>();
  private final List<PatternRule> patterns = new ArrayList<>();

  private QuantizationConfig(JsonDocument json, Set<String> tensors) {
    this.json = json;
    this.tensors = tensors;
  }

  /**
   * The settings; empty for a checkpoint that is not quantised.
   *
   * @param tensors names of the plain tensors of the architecture, which tell a rule for one module
   *     from a rule for all that match
   */
  public static Optional<QuantizationSettings> read(
      Path folder, JsonDocument config, Set<String> tensors) {
    return document(folder, config).map(json -> new QuantizationConfig(json, tensors).settings());
  }

  private static Optional<JsonDocument> document(Path folder, JsonDocument config) {
    return config
        .object("quantization_config")
        .or(
            () ->
                FILES.stream()
                    .map(folder::resolve)
                    .filter(Files::exists)
                    .findFirst()
                    .map(JsonDocument::read));
  }

  private QuantizationSettings settings() {
    String method =
        json.text("quant_method")
            .orElse(json.file().endsWith("quantize_config.json") ? "gptq" : "(no quant_method)");
    return switch (method.toLowerCase(Locale.ROOT)) {
      case "gptq" -> gptq(method);
      case "auto-round", "auto_round", "intel/auto-round" -> autoRound(method);
      case "bitsandbytes" -> bitsandbytes(method);
      default -> throw unsupported("weights quantised with " + TensorLayout.shown(method));
    };
  }

  private QuantizationSettings gptq(String method) {
    String format = json.text("checkpoint_format").or(() -> json.text("format")).orElse("gptq");
    Packing packing =
        switch (format) {
          case "gptq" -> Packing.GPTQ_V1;
          case "gptq_v2" -> Packing.GPTQ_V2;
          default ->
              throw unsupported("the checkpoint_format " + TensorLayout.shown(format) + " of gptq");
        };
    for (Map.Entry<String, JsonNode> rule : rules("dynamic")) {
      boolean excludes = rule.getKey().startsWith("-:");
      String pattern = rule.getKey().replaceFirst("^[+-]:", "");
      JsonDocument changes = new JsonDocument(json.file(), "dynamic.", rule.getValue());
      // The pattern must match from the beginning of the name on.
      patterns.add(
          new PatternRule(
              pattern("dynamic", "^(?:" + pattern + ")"),
              excludes ? new Rule(PLAIN_BITS, 0) : rule(pattern, changes)));
    }
    return integers(method, packing);
  }

  private QuantizationSettings autoRound(String method) {
    String format =
        json.text("packing_format").or(() -> json.text("backend")).orElse("auto_round:auto_gptq");
    Packing packing =
        switch (format) {
          case "auto_round:auto_gptq", "auto_round:gptq", "auto_round:exllamav2", "auto" ->
              Packing.GPTQ_V1;
          case "auto_round", "auto_round:gptqmodel" -> Packing.GPTQ_V2;
          default -> throw unsupported("the packing_format " + TensorLayout.shown(format));
        };
    for (Map.Entry<String, JsonNode> rule : rules("extra_config")) {
      String key = rule.getKey();
      JsonDocument changes =
          new JsonDocument(json.file(), "extra_config." + key + ".", rule.getValue());
      if (tensors.contains(key + ".weight")) {
        modules.put(key, rule(key, changes));
      } else {
        patterns.add(new PatternRule(pattern("extra_config", key), rule(key, changes)));
      }
    }
    return integers(method, packing);
  }

  private QuantizationSettings integers(String method, Packing packing) {
    refuseActivations(json);
    return new QuantizationSettings(
        method,
        packing,
        bits("bits", json.requiredInteger("bits")),
        groupSize(json, json.requiredInteger("group_size")),
        json.flag("sym").orElse(true),
        json.flag("desc_act").orElse(false),
        modules,
        patterns);
  }

  private QuantizationSettings bitsandbytes(String method) {
    if (json.flag("load_in_8bit").or(() -> json.flag("_load_in_8bit")).orElse(false)) {
      throw unsupported("the 8-bit weights of bitsandbytes");
    }
    String type = json.text("bnb_4bit_quant_type").orElse("fp4");
    if (!type.equals("nf4")) {
      throw unsupported("the 4-bit type " + TensorLayout.shown(type) + " of bitsandbytes");
    }
    return new QuantizationSettings(method, Packing.NF4, 4, 0, true, false, Map.of(), List.of());
  }

  private Set<Map.Entry<String, JsonNode>> rules(String key) {
    return json.object(key).map(rules -> rules.node().properties()).orElse(Set.of());
  }

  /** What a rule says, and the defaults where it says nothing. */
  private Rule rule(String name, JsonDocument changes) {
    if (!changes.node().isObject()) {
      throw CheckpointErrors.configInvalid(
          json.file(), "The rule for " + TensorLayout.shown(name) + " should be an object");
    }
    int bits = changes.integer("bits").orElse(json.requiredInteger("bits"));
    if (bits >= PLAIN_BITS) {
      return new Rule(bits, 0);
    }
    refuseActivations(changes);
    int groupSize = changes.integer("group_size").orElse(json.requiredInteger("group_size"));
    return new Rule(bits(name, bits), groupSize(changes, groupSize));
  }

  private Pattern pattern(String key, String expression) {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw CheckpointErrors.configInvalid(
          json.file(),
          "The key " + key + " has the malformed pattern " + TensorLayout.shown(expression),
          e);
    }
  }

  private int bits(String where, int bits) {
    if (bits != 4 && bits != 8) {
      throw unsupported("weights of " + bits + " bits (" + TensorLayout.shown(where) + ")");
    }
    return bits;
  }

  private int groupSize(JsonDocument document, int groupSize) {
    if (groupSize != -1 && groupSize < 1) {
      throw CheckpointErrors.configInvalid(
          json.file(),
          "The key "
              + document.prefix()
              + "group_size is "
              + groupSize
              + "; it should be -1, for a whole row, or positive");
    }
    return groupSize;
  }

  private void refuseActivations(JsonDocument document) {
    int activationBits = document.integer("act_bits").orElse(PLAIN_BITS);
    if (activationBits < PLAIN_BITS) {
      throw unsupported("activations of " + activationBits + " bits");
    }
    String type = document.text("data_type").orElse("int");
    if (!type.equals("int")) {
      throw unsupported("weights of the data_type " + TensorLayout.shown(type));
    }
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupported(
        json.file(),
        "It needs " + feature + ", which is not supported; " + SUPPORTED,
        "Use a checkpoint of the model that is not quantised, or in one of these ways");
  }
}
