package org.codeaudit.model.torch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.codeaudit.model.torch.TorchProgram.Numbers;

/**
 * A batch in the form the decoder's methods take it. Sequences of one token come first, as the
 * decoder wants them, those of them whose states are neighbours side by side; {@link #order} says
 * where each came from.
 *
 * @param order indices in the batch, in the decoder's order
 * @param tokens [3, T]: id, position, place in the cache
 * @param regions start in the cache, positions held before, tokens of this step and place among the
 *     recurrent states, of each sequence
 * @param singles sequences of one token
 * @param lastTokens index among the T tokens of each sequence's last one
 */
record StepInputs(
    List<Integer> order, Numbers tokens, long[] regions, int singles, int[] lastTokens) {

  /**
   * The tokens one sequence appends, where it lies and how much it holds.
   *
   * @param state its place among the recurrent states; 0 if the model has none
   */
  record Run(int start, int past, int state, int[] tokens) {}

  static StepInputs of(List<Run> runs) {
    List<Integer> singles = new ArrayList<>();
    List<Integer> chunks = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      (runs.get(i).tokens().length == 1 ? singles : chunks).add(i);
    }
    singles.sort(Comparator.comparingInt(i -> runs.get(i).state()));
    List<Integer> order = Stream.concat(singles.stream(), chunks.stream()).toList();
    int count = runs.stream().mapToInt(run -> run.tokens().length).sum();
    long[] tokens = new long[3 * count];
    long[] regions = new long[4 * runs.size()];
    int[] lastTokens = new int[runs.size()];
    int token = 0;
    for (int sequence = 0; sequence < order.size(); sequence++) {
      Run run = runs.get(order.get(sequence));
      regions[4 * sequence] = run.start();
      regions[4 * sequence + 1] = run.past();
      regions[4 * sequence + 2] = run.tokens().length;
      regions[4 * sequence + 3] = run.state();
      for (int i = 0; i < run.tokens().length; i++, token++) {
        tokens[token] = run.tokens()[i];
        tokens[count + token] = run.past() + i;
        tokens[2 * count + token] = run.start() + run.past() + i;
      }
      lastTokens[sequence] = token - 1;
    }
    return new StepInputs(
        order, new Numbers(tokens, 3, count), regions, singles.size(), lastTokens);
  }
}
