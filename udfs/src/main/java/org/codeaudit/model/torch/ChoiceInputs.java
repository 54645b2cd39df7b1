package org.codeaudit.model.torch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.torch.program.DecoderProgram.Choices;
import org.codeaudit.model.torch.program.TorchProgram.Numbers;

/** The choices of a step in the form in which the decoder takes them. */
final class ChoiceInputs {
  private static final long ALLOWS_ONLY = -1;
  private static final long ALLOWS_ALL = -2;

  private ChoiceInputs() {}

  /**
   * Checks one choice for everything that would make native code fail.
   *
   * @throws IllegalArgumentException if there is something
   */
  static void check(Choice choice, int vocabulary, MaskRegistry masks) {
    if (!(choice.uniform() >= 0 && choice.uniform() < 1)) {
      throw new IllegalArgumentException("uniform must be in [0, 1), not " + choice.uniform());
    }
    if (choice.sampling().penalises()) {
      checkIds(choice.seen(), vocabulary);
    }
    if (choice.allowed() instanceof AllowedTokens.Only only) {
      if (only.ids().length == 0) {
        throw new IllegalArgumentException("no token is allowed");
      }
      checkIds(only.ids(), vocabulary);
    } else if (choice.allowed() instanceof AllowedTokens.Masked masked) {
      masks.check(masked.mask());
    }
  }

  static void checkIds(int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "token " + id + " is outside the vocabulary of " + vocabulary);
      }
    }
  }

  /** One row of R for each choice. */
  static Choices of(List<Choice> choices, MaskRegistry registry) {
    int rows = choices.size();
    double[] penalties = new double[rows];
    long[] masks = new long[rows];
    long[] onlyCounts = new long[rows];
    double[] sampling = new double[4 * rows];
    LongStream.Builder only = LongStream.builder();
    for (int row = 0; row < rows; row++) {
      Choice choice = choices.get(row);
      SamplingSettings settings = choice.sampling();
      penalties[row] = settings.repetitionPenalty();
      sampling[4 * row] = settings.temperature();
      sampling[4 * row + 1] = settings.topK();
      sampling[4 * row + 2] = settings.topP();
      sampling[4 * row + 3] = choice.uniform();
      masks[row] = ALLOWS_ALL;
      if (choice.allowed() instanceof AllowedTokens.Masked masked) {
        masks[row] = registry.key(masked.mask());
      } else if (choice.allowed() instanceof AllowedTokens.Only allowed) {
        masks[row] = ALLOWS_ONLY;
        onlyCounts[row] = allowed.ids().length;
        Arrays.stream(allowed.ids()).forEach(only::add);
      }
    }
    long[] ids = only.build().toArray();
    return new Choices(penalised(choices), penalties, masks, Numbers.of(ids), onlyCounts, sampling);
  }

  private static Numbers penalised(List<Choice> choices) {
    int count =
        choices.stream().filter(c -> c.sampling().penalises()).mapToInt(c -> c.seen().length).sum();
    long[] pairs = new long[2 * count];
    int next = 0;
    for (int row = 0; row < choices.size(); row++) {
      if (choices.get(row).sampling().penalises()) {
        for (int id : choices.get(row).seen()) {
          pairs[next] = row;
          pairs[count + next] = id;
          next++;
        }
      }
    }
    return new Numbers(pairs, 2, count);
  }
}
