package org.codeaudit.checkpoint.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.checkpoint.config.ModelConfig.Llama3RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.LongRopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfig.YarnRopeScaling;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * Checks the numbers of a configuration before anything is computed from them. The limits lie far
 * above every published model and keep products of sizes inside a long.
 */
public final class ModelConfigCheck {
  public static final int MOST_LAYERS = 4096;
  private static final int LARGEST_HEAD = 1024;
  private static final int LARGEST_WIDTH = 1 << 18;
  private static final int LARGEST_VOCABULARY = 1 << 24;
  private static final int MOST_EXPERTS = 1 << 18;
  private static final int WIDEST_CONVOLUTION = 64;

  private final List<String> problems = new ArrayList<>();

  /** Returns the configuration if it makes sense; reports all problems together if not. */
  public static ModelConfig checked(ModelConfig config, Path file) {
    ModelConfigCheck check = new ModelConfigCheck();
    check.sizes(config);
    check.numbers(config);
    config.experts().ifPresent(experts -> check.experts(experts, config.layers()));
    config.linearAttention().ifPresent(linear -> check.linearAttention(linear, config.layers()));
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
    between("the rotated part of a head", config.rotarySize(), config.headSize());
    even("the head size", config.headSize());
    even("the rotated part of a head", config.rotarySize());
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
    config.ropeScaling().ifPresent(scaling -> scaling(scaling, config.rotarySize() / 2));
    boolean yarn = config.ropeScaling().filter(YarnRopeScaling.class::isInstance).isPresent();
    if (yarn && config.ropeTheta() <= 1) {
      problems.add("the rotary base is " + config.ropeTheta() + ", which yarn cannot stretch");
    }
  }

  private void experts(Experts experts, int layers) {
    between("the number of experts", experts.count(), MOST_EXPERTS);
    between("the number of experts per token", experts.perToken(), experts.count());
    between("the intermediate size of an expert", experts.intermediateSize(), LARGEST_VOCABULARY);
    int shared = experts.sharedIntermediateSize();
    if (shared != 0) {
      between("the intermediate size of the shared expert", shared, LARGEST_VOCABULARY);
    }
    long all = (long) experts.count() * experts.sparseLayers().cardinality();
    if (layers <= MOST_LAYERS && all > MOST_EXPERTS) {
      problems.add("all layers together have " + all + " experts, more than " + MOST_EXPERTS);
    }
  }

  private void linearAttention(LinearAttention linear, int layers) {
    between("the number of linear key heads", linear.keyHeads(), LARGEST_WIDTH);
    between("the number of linear value heads", linear.valueHeads(), LARGEST_WIDTH);
    between("the size of linear key heads", linear.keyHeadSize(), LARGEST_HEAD);
    between("the size of linear value heads", linear.valueHeadSize(), LARGEST_HEAD);
    between("the width of the convolution", linear.convolutionWidth(), WIDEST_CONVOLUTION);
    if (linear.keyHeads() > 0 && linear.valueHeads() % linear.keyHeads() != 0) {
      problems.add(
          linear.valueHeads()
              + " linear value heads cannot share "
              + linear.keyHeads()
              + " key heads evenly");
    }
    if (linear.layers().cardinality() == layers) {
      problems.add("none of its layers has full attention");
    }
  }

  private void scaling(RopeScaling scaling, int frequencies) {
    if (scaling instanceof Llama3RopeScaling llama3) {
      scaling(llama3);
    } else if (scaling instanceof LongRopeScaling longrope) {
      scaling(longrope, frequencies);
    } else if (scaling instanceof YarnRopeScaling yarn) {
      scaling(yarn);
    }
  }

  private void scaling(YarnRopeScaling scaling) {
    positive("the rope scaling factor", scaling.factor());
    positive("the rope attention factor", scaling.attentionFactor());
    between("the original context length", scaling.originalContextLength(), Integer.MAX_VALUE);
    positive("the rope beta_slow", scaling.betaSlow());
    if (!(scaling.betaFast() > scaling.betaSlow())) {
      problems.add("the rope beta_fast is not above beta_slow");
    }
  }

  private void scaling(LongRopeScaling scaling, int frequencies) {
    for (List<Double> factors : List.of(scaling.shortFactors(), scaling.longFactors())) {
      if (factors.size() != frequencies) {
        problems.add(
            "it has " + factors.size() + " rope factors for " + frequencies + " frequencies");
      }
      factors.forEach(factor -> positive("a rope factor", factor));
    }
    positive("the rope attention factor", scaling.attentionFactor());
    between("the original context length", scaling.originalContextLength(), Integer.MAX_VALUE);
  }

  private void scaling(Llama3RopeScaling scaling) {
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

  private void even(String name, int value) {
    if (value % 2 != 0) {
      problems.add(name + " is " + value + ", which is odd");
    }
  }

  private void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      problems.add(name + " is " + value + ", not a positive number");
    }
  }
}
