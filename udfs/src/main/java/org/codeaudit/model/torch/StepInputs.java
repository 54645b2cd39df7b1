package org.codeaudit.model.torch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.codeaudit.model.torch.program.DecoderProgram.Batch;
import org.codeaudit.model.torch.program.TorchProgram.Numbers;

/**
 * The sequences of a step in the decoder's order: those of one token come first, and sequences that
 * begin with the same positions, or whose states are neighbours, follow each other.
 *
 * @param order indices in the batch of steps, in the decoder's order
 * @param batch what the decoder's methods take
 * @param firstTokens index among the batch's tokens of each sequence's first one
 */
record StepInputs(List<Integer> order, Batch batch, int[] firstTokens) {

  /**
   * The tokens that one sequence appends, its region of the cache and how much of it is filled.
   *
   * @param past positions of its own that it holds
   * @param state its place among the recurrent states; 0 if the model has none
   * @param before the positions of other sequences that it begins with, in order
   */
  record Run(int start, int past, int state, List<Stretch> before, int[] tokens) {
    /** The position in the text of the first token that is its own. */
    int firstPosition() {
      return before.stream().mapToInt(Stretch::positions).sum();
    }
  }

  /** Adjacent positions of the cache. */
  record Stretch(int start, int positions) {}

  /** Sorts sequences that begin with the same positions next to each other. */
  private static final Comparator<Run> BY_BEGINNING =
      (one, other) -> {
        for (int i = 0; i < Math.min(one.before().size(), other.before().size()); i++) {
          Stretch mine = one.before().get(i);
          Stretch its = other.before().get(i);
          if (!mine.equals(its)) {
            return mine.start() != its.start()
                ? Integer.compare(mine.start(), its.start())
                : Integer.compare(mine.positions(), its.positions());
          }
        }
        return Integer.compare(one.before().size(), other.before().size());
      };

  static StepInputs of(List<Run> runs) {
    List<Integer> singles = new ArrayList<>();
    List<Integer> chunks = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      (runs.get(i).tokens().length == 1 ? singles : chunks).add(i);
    }
    // recurrent models have states and share no positions; for the others it is the reverse
    singles.sort(Comparator.comparingInt(i -> runs.get(i).state()));
    Comparator<Integer> byBeginning = Comparator.comparing(runs::get, BY_BEGINNING);
    singles.sort(byBeginning);
    chunks.sort(byBeginning);
    List<Integer> order = Stream.concat(singles.stream(), chunks.stream()).toList();
    int count = runs.stream().mapToInt(run -> run.tokens().length).sum();
    long[] tokens = new long[3 * count];
    long[] regions = new long[4 * runs.size()];
    int[] firstTokens = new int[runs.size()];
    int token = 0;
    for (int sequence = 0; sequence < order.size(); sequence++) {
      Run run = runs.get(order.get(sequence));
      regions[4 * sequence] = run.start();
      regions[4 * sequence + 1] = run.past();
      regions[4 * sequence + 2] = run.tokens().length;
      regions[4 * sequence + 3] = run.state();
      firstTokens[sequence] = token;
      for (int i = 0; i < run.tokens().length; i++, token++) {
        tokens[token] = run.tokens()[i];
        tokens[count + token] = run.firstPosition() + run.past() + i;
        tokens[2 * count + token] = run.start() + run.past() + i;
      }
    }
    long[] shared = shared(order.stream().map(runs::get).toList());
    Batch batch = new Batch(new Numbers(tokens, 3, count), regions, singles.size(), shared);
    return new StepInputs(order, batch, firstTokens);
  }

  /** A stretch and the first token of the run that shares it. */
  private record Open(Stretch stretch, int firstToken) {}

  private static long[] shared(List<Run> ordered) {
    LongStream.Builder runs = LongStream.builder();
    Deque<Open> open = new ArrayDeque<>();
    int token = 0;
    for (Run run : ordered) {
      List<Stretch> before = run.before();
      int kept = 0;
      List<Open> outermostFirst = List.copyOf(open);
      while (kept < Math.min(open.size(), before.size())
          && outermostFirst.get(kept).stretch().equals(before.get(kept))) {
        kept++;
      }
      end(open, kept, token, runs);
      for (Stretch stretch : before.subList(kept, before.size())) {
        open.addLast(new Open(stretch, token));
      }
      token += run.tokens().length;
    }
    end(open, 0, token, runs);
    return runs.build().toArray();
  }

  private static void end(Deque<Open> open, int kept, int token, LongStream.Builder runs) {
    while (open.size() > kept) {
      Open last = open.removeLast();
      runs.add(last.firstToken())
          .add(token - last.firstToken())
          .add(last.stretch().start())
          .add(last.stretch().positions());
    }
  }
}
