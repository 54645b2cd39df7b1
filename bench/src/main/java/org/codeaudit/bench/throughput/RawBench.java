package org.codeaudit.bench.throughput;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.codeaudit.bench.measure.Stopwatch;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.torch.ModelProbe;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.placement.weight.StepWork;

/**
 * The model alone: made-up tokens, no engine, no grammar, nothing shared. One prompt is read; what
 * decodes side by side begins with copies of its cache, since how fast a step is does not depend on
 * what the cache holds. A model with recurrent states has none that could be copied: there each
 * sequence reads the prompt itself.
 */
final class RawBench implements AutoCloseable {
  /** Tokens of a step, as the engine has it. */
  static final int STEP_TOKENS = 512;

  /** Turns of which the best counts. */
  private static final int TURNS = 3;

  /** What a measured step chooses by. */
  static final Choice GREEDY =
      new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, new int[0]);

  private final TorchLanguageModel model;
  private final StepWork work;
  private final int vocabulary;
  private final int context;
  private final int prompt;
  private int made;

  /**
   * @param model is not closed
   * @param longest positions of the longest prompt to come
   */
  RawBench(TorchLanguageModel model, StepWork work, int longest) {
    this.model = model;
    this.work = work;
    this.vocabulary = model.description().vocabularySize();
    this.context = model.description().contextLength();
    this.prompt = model.open(longest);
    if (prompt < 0) {
      throw new IllegalArgumentException("no room for a prompt of " + longest + " tokens");
    }
  }

  /** Positions behind the prompt that decoding in turns of so many steps takes. */
  static int decoded(int steps) {
    return 1 + TURNS * steps;
  }

  /** Reads on until the prompt has so many tokens, without a clock. */
  void read(int length) {
    feed(prompt, length - model.length(prompt));
  }

  /** Reads on until the prompt has so many tokens; a model that can forget them does so thrice. */
  RawPhase prefill(int length) {
    int before = model.length(prompt);
    int tokens = length - before;
    double best = Double.MAX_VALUE;
    for (int turn = 0; turn < (model.keepsPositions() ? TURNS : 1); turn++) {
      if (turn > 0) {
        model.truncate(prompt, before);
      }
      Stopwatch watch = new Stopwatch();
      feed(prompt, tokens);
      best = Math.min(best, watch.seconds());
    }
    int steps = steps(tokens);
    return new RawPhase(
        RawPhase.PREFILL,
        length,
        1,
        tokens,
        best,
        steps,
        steps * work.weightBytes(Math.min(tokens, STEP_TOKENS)),
        work.operations(tokens, steps));
  }

  /** Why so many sequences like the prompt cannot be had side by side; empty if they can. */
  Optional<String> lack(int sequences, int steps) {
    int length = model.length(prompt) + decoded(steps);
    if (length > context) {
      return Optional.of("the model's context ends at " + context + " tokens");
    }
    long needed = (long) sequences * length;
    return needed > model.freeTokens()
        ? Optional.of(
            String.format(
                "%,d positions of cache are needed and %,d are free", needed, model.freeTokens()))
        : Optional.empty();
  }

  /**
   * Sequences that begin with the prompt write answers side by side.
   *
   * @param steps of a turn
   * @return empty if there is no recurrent state for so many
   */
  Optional<RawPhase> decode(int sequences, int steps) {
    List<Integer> handles = new ArrayList<>();
    try {
      for (int i = 0; i < sequences; i++) {
        int handle = another(model.length(prompt) + decoded(steps));
        if (handle < 0) {
          return Optional.empty();
        }
        handles.add(handle);
      }
      step(handles);
      double best = Double.MAX_VALUE;
      for (int turn = 0; turn < TURNS; turn++) {
        Stopwatch watch = new Stopwatch();
        for (int i = 0; i < steps; i++) {
          step(handles);
        }
        best = Math.min(best, watch.seconds());
      }
      return Optional.of(
          new RawPhase(
              RawPhase.DECODE,
              model.length(prompt),
              sequences,
              (long) steps * sequences,
              best,
              steps,
              steps * work.weightBytes(sequences),
              steps * work.operations(sequences, sequences)));
    } finally {
      handles.forEach(model::close);
    }
  }

  private int another(int capacity) {
    if (model.keepsPositions()) {
      return new ModelProbe(model).openCopy(prompt, capacity);
    }
    int handle = model.open(capacity);
    if (handle >= 0) {
      feed(handle, model.length(prompt));
    }
    return handle;
  }

  private void feed(int sequence, int tokens) {
    for (int done = 0; done < tokens; done += STEP_TOKENS) {
      model.step(List.of(append(sequence, Math.min(STEP_TOKENS, tokens - done))));
    }
  }

  private void step(List<Integer> handles) {
    model.step(handles.stream().map(handle -> append(handle, 1)).toList());
  }

  /** A made-up token. They differ, as far as the vocabulary goes: experts differ with them. */
  static int token(int index, int vocabulary) {
    return (int) ((100 + 7919L * index) % vocabulary);
  }

  private SequenceStep append(int sequence, int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> token(made++, vocabulary));
    return new SequenceStep(sequence, tokens, Optional.of(GREEDY));
  }

  private static int steps(int tokens) {
    return (tokens + STEP_TOKENS - 1) / STEP_TOKENS;
  }

  @Override
  public void close() {
    model.close(prompt);
  }
}
