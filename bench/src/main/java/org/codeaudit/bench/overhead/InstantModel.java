package org.codeaudit.bench.overhead;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.StepResult;
import org.codeaudit.token.Tokenizer;

/**
 * A model that answers at once: it computes nothing, finds nothing and ends each answer as soon as
 * it may. What is left is what a row costs without a model.
 */
final class InstantModel implements LanguageModel {
  private static final int CACHE_TOKENS = 1 << 20;

  private final ModelDescription description;

  /** Ids that close a list. */
  private final int[] closing;

  private final int end;
  private final Map<Integer, Integer> lengths = new HashMap<>();
  private int opened;

  /**
   * @param end the id that ends an answer
   */
  InstantModel(Tokenizer tokenizer, int end, int contextLength) {
    this.end = end;
    this.closing =
        IntStream.range(0, tokenizer.size())
            .filter(id -> tokenizer.bytes(id).length > 0 && tokenizer.bytes(id)[0] == ']')
            .toArray();
    this.description =
        new ModelDescription(
            "instant",
            "none",
            "none",
            "none",
            "cpu",
            "cpu",
            0,
            0,
            tokenizer.size(),
            contextLength,
            CACHE_TOKENS,
            0);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public int open(int capacity) {
    lengths.put(opened, 0);
    return opened++;
  }

  @Override
  public boolean reserve(int sequence, int capacity) {
    return true;
  }

  @Override
  public int length(int sequence) {
    return lengths.get(sequence);
  }

  @Override
  public int freeTokens() {
    return CACHE_TOKENS;
  }

  @Override
  public StepResult step(List<SequenceStep> batch) {
    List<Integer> tokens = new ArrayList<>();
    List<Float> logProbabilities = new ArrayList<>();
    for (SequenceStep step : batch) {
      lengths.merge(step.sequence(), step.tokens().length, Integer::sum);
      if (step.choices().isEmpty()) {
        tokens.add(-1);
        logProbabilities.add(Float.NaN);
      }
      for (Choice choice : step.choices().values()) {
        tokens.add(choose(choice));
        logProbabilities.add(0f);
      }
    }
    float[] probabilities = new float[logProbabilities.size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = logProbabilities.get(i);
    }
    return new StepResult(tokens.stream().mapToInt(Integer::intValue).toArray(), probabilities);
  }

  private int choose(Choice choice) {
    if (choice.allowed() instanceof AllowedTokens.Only only) {
      return first(closing, id -> Arrays.stream(only.ids()).anyMatch(other -> other == id))
          .orElse(only.ids()[0]);
    }
    if (choice.allowed() instanceof AllowedTokens.Masked masked) {
      return masked.mask().allows(end)
          ? end
          : first(closing, masked.mask()::allows).orElseGet(() -> masked.mask().ids()[0]);
    }
    return end;
  }

  private static OptionalInt first(int[] ids, IntPredicate allowed) {
    return Arrays.stream(ids).filter(allowed).findFirst();
  }

  @Override
  public void close(int sequence) {
    lengths.remove(sequence);
  }

  @Override
  public void close() {
    lengths.clear();
  }
}
