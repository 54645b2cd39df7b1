package org.codeaudit.udf;

import java.util.OptionalDouble;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.token.Tokenizer;

/**
 * How sure the model was of a part of its answer: the geometric mean of the probabilities of the
 * tokens it chose there, among those the grammar allowed; forced tokens carry no information and do
 * not count.
 */
final class Confidence {
  private final int[] ends;
  private final float[] logProbabilities;

  Confidence(Generation generation, Tokenizer tokenizer) {
    this.ends = new int[generation.tokens().length];
    this.logProbabilities = generation.logProbabilities();
    int bytes = 0;
    for (int i = 0; i < ends.length; i++) {
      bytes += tokenizer.bytes(generation.tokens()[i]).length;
      ends[i] = bytes;
    }
  }

  /**
   * The confidence of a range of the answer's UTF-8 bytes; a token counts where it overlaps the
   * range.
   *
   * @return in (0, 1]; empty if no token there was chosen
   */
  OptionalDouble of(int beginByte, int endByte) {
    double sum = 0;
    int chosen = 0;
    int begin = 0;
    for (int i = 0; i < ends.length && begin < endByte; begin = ends[i++]) {
      if (ends[i] > beginByte && !Float.isNaN(logProbabilities[i])) {
        sum += logProbabilities[i];
        chosen++;
      }
    }
    return chosen == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.exp(sum / chosen));
  }
}
