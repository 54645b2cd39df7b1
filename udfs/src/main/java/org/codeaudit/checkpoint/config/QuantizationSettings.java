package org.codeaudit.checkpoint.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How the matrices of a checkpoint were quantised, as its configuration says. The tensors say it
 * too, and are checked against it.
 *
 * @param method the tool, as the checkpoint calls it, e.g. {@code auto-round}
 * @param packing how numbers are put into stored tensors
 * @param bits of a number, 4 or 8, where no rule says otherwise
 * @param groupSize numbers that share a scale, where no rule says otherwise; -1 for a whole row, 0
 *     if only the tensors tell
 * @param symmetric whether zeros are the middle of the range
 * @param columnsOrdered whether columns were quantised in the order of their activations ({@code
 *     desc_act}), so that groups are not made of neighbours
 * @param modules rules for single modules, by their full names
 * @param patterns rules for all modules whose names have a match; the first one counts
 */
public record QuantizationSettings(
    String method,
    Packing packing,
    int bits,
    int groupSize,
    boolean symmetric,
    boolean columnsOrdered,
    Map<String, Rule> modules,
    List<PatternRule> patterns) {

  /** From so many bits on a module is not quantised. */
  private static final int PLAIN_BITS = 16;

  /** How numbers are put into stored tensors. */
  public enum Packing {
    /** {@code qweight}, {@code qzeros}, {@code scales}; a zero is stored less one. */
    GPTQ_V1,
    /** As version 1, but zeros are stored as they are. */
    GPTQ_V2,
    /** The 4-bit NormalFloat type of bitsandbytes. */
    NF4
  }

  /**
   * The bits and the group size of a module.
   *
   * @param bits 4 or 8; 16 and more for a module that is not quantised
   * @param groupSize -1 for a whole row, 0 if only the tensors tell
   */
  public record Rule(int bits, int groupSize) {

    /** Whether the module is quantised at all. */
    public boolean quantised() {
      return bits < PLAIN_BITS;
    }
  }

  /** A rule for the modules in whose names the pattern has a match. */
  public record PatternRule(Pattern pattern, Rule rule) {}

  public QuantizationSettings {
    modules = Map.copyOf(modules);
    patterns = List.copyOf(patterns);
  }

  /**
   * What holds for a module: the rule for its name, else the first pattern's that matches, else the
   * default.
   *
   * @param module e.g. {@code model.layers.0.mlp.up_proj}
   */
  public Rule of(String module) {
    Rule exact = modules.get(module);
    if (exact != null) {
      return exact;
    }
    return patterns.stream()
        .filter(rule -> rule.pattern().matcher(module).find())
        .findFirst()
        .map(PatternRule::rule)
        .orElse(new Rule(bits, groupSize));
  }

  /** One line for people, e.g. {@code auto-round, 4 bits, groups of 128, 48 modules in 16 bits}. */
  public String description() {
    StringBuilder text = new StringBuilder(method).append(", ");
    text.append(packing == Packing.NF4 ? "NF4" : bits + " bits");
    if (groupSize != 0) {
      text.append(groupSize < 0 ? ", a scale a row" : ", groups of " + groupSize);
    }
    text.append(columnsOrdered ? ", columns by activation" : "");
    Map<Integer, Integer> others = new TreeMap<>();
    modules.values().forEach(rule -> others.merge(rule.bits(), 1, Integer::sum));
    others.forEach(
        (width, count) -> text.append(", ").append(count).append(" modules in ").append(width));
    text.append(others.isEmpty() ? "" : " bits");
    if (!patterns.isEmpty()) {
      text.append(", ").append(patterns.size()).append(" rules by pattern");
    }
    return text.toString();
  }
}
