package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the numbers of a configuration before anything is computed from them. The limits lie far
 * above every published model and keep products of sizes inside a long.
 */
final class ModelConfigCheck {
  private static final int MOST_LAYERS = 4096;
  private static final int LARGEST_HEAD = 1024;
  private static final int LARGEST_WIDTH = 1 << 18;
  private static final int LARGEST_VOCABULARY = 1 << 24;

  private final List<String> problems = new ArrayList<>();

  /** Returns the configuration if it makes sense; reports all problems together if not. */
  static ModelConfig checked(ModelConfig config, Path file) {
    ModelConfigCheck check = new ModelConfigCheck();
    check.sizes(config);
    check.numbers(config);
    if (!check.problems.isEmpty()) {
      throw CheckpointErrors.configInvalid(file, String.join("; ", check.problems));
    }
    return config;
  }

  private void sizes(ModelConfig config) {
    between("the hidden size", config.hiddenSize(), LARGEST_WIDTH);
    between("the number of layers", config.layers(), MOST_LAYERS);
    between("the number of attention heads", config.attentionHeads(), LARGEST_WIDTH);
    between("the number of key and value heads", config.keyValueHeads(), config.attentionHeads());
    between("the head size", config.headSize(), LARGEST_HEAD);
    between("the intermediate size", config.intermediateSize(), LARGEST_VOCABULARY);
    between("the vocabulary size", config.vocabularySize(), LARGEST_VOCABULARY);
    between("the context length", config.contextLength(), Integer.MAX_VALUE);
    if (config.headSize() % 2 != 0) {
      problems.add("the head size is " + config.headSize() + ", which is odd");
    }
    if (config.keyValueHeads() > 0 && config.attentionHeads() % config.keyValueHeads() != 0) {
      problems.add(
          config.attentionHeads()
              + " attention heads cannot share "
              + config.keyValueHeads()
              + " key and value heads evenly");
    }
  }

  private void numbers(ModelConfig config) {
    positive("the rotary base", config.ropeTheta());
    positive("the norm epsilon", config.normEpsilon());
    config.ropeScaling().ifPresent(this::scaling);
  }

  private void scaling(ModelConfig.RopeScaling scaling) {
    if (scaling instanceof ModelConfig.Llama3RopeScaling llama3) {
      scaling(llama3);
    } else if (scaling instanceof ModelConfig.YarnRopeScaling yarn) {
      scaling(yarn);
    }
  }

  private void scaling(ModelConfig.YarnRopeScaling scaling) {
    positive("the rope scaling factor", scaling.factor());
    positive("the rope attention factor", scaling.attentionFactor());
    between("the original context length", scaling.originalContextLength(), Integer.MAX_VALUE);
    if (!(scaling.betaFast() > scaling.betaSlow())) {
      problems.add("the rope beta_fast is not above beta_slow");
    }
  }

  private void scaling(ModelConfig.Llama3RopeScaling scaling) {
    positive("the rope scaling factor", scaling.factor());
    positive("the rope low frequency factor", scaling.lowFrequencyFactor());
    positive("the rope high frequency factor", scaling.highFrequencyFactor());
    between("the original context length", scaling.originalContextLength(), Integer.MAX_VALUE);
    if (scaling.highFrequencyFactor() <= scaling.lowFrequencyFactor()) {
      problems.add("the rope high frequency factor is not above the low one");
    }
  }

  private void between(String name, int value, int most) {
    if (value < 1 || value > most) {
      problems.add(name + " is " + value + ", not between 1 and " + most);
    }
  }

  private void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      problems.add(name + " is " + value + ", not a positive number");
    }
  }
}
