package org.codeaudit.job.source.row;

import java.util.ArrayList;
import java.util.List;

/**
 * How work is cut into partitions by the tokens a model will read and write for it, as far as that
 * can be told beforehand. All task slots of an executor feed one batch, so the batch is full while
 * partitions are; it runs empty towards the end of each. Hence partitions of a few batches or more,
 * even if that leaves a slot with one of them.
 */
public final class TokenShares {
  /** What a question costs besides its code: instructions before it, an answer after it. */
  private static final int OF_EACH_ROW = 500;

  /** Of code and prose, for the tokenizers of today. */
  private static final int BYTES_PER_TOKEN = 4;

  /** Some 64 questions: four batches of 16, of which the last runs empty. */
  private static final long LEAST = 64_000;

  /** Some hundred questions; a partition that fails loses no more. */
  private static final long MOST = 128_000;

  private TokenShares() {}

  /** Tokens of a row, or of a file that gives one at least. */
  public static long ofRow(long bytes) {
    return OF_EACH_ROW + bytes / BYTES_PER_TOKEN;
  }

  /**
   * What a partition should get.
   *
   * @param tokens of all work
   * @param slots tasks that run at once
   * @return at least 1, and so little that there is something for every slot
   */
  public static long share(long tokens, int slots) {
    int each = Math.max(1, slots);
    long balanced = tokens / (Shares.PARTITIONS_PER_SLOT * (long) each);
    long least = Math.min(LEAST, (tokens + each - 1) / each);
    long share = Math.max(1, Math.max(least, Math.min(MOST, balanced)));
    // All alike: what is left over at the end would be a partition too small.
    long parts = Math.max(1, (tokens + share / 2) / share);
    return Math.max(1, (tokens + parts - 1) / parts);
  }

  /**
   * Neighbours together, each run about a share; what is larger than a share makes its run longer.
   *
   * @param tokens of each piece of work, in order; at least 1 each
   * @return where each run ends, exclusive and ascending; none for no work
   */
  public static List<Integer> cut(long[] tokens, long share) {
    List<Integer> ends = new ArrayList<>();
    long before = 0;
    long run = 0;
    for (int i = 0; i < tokens.length; i++) {
      // It belongs where its middle lies.
      long its = (before + tokens[i] / 2) / share;
      if (i > 0 && its != run) {
        ends.add(i);
      }
      run = its;
      before += tokens[i];
    }
    if (tokens.length > 0) {
      ends.add(tokens.length);
    }
    return ends;
  }
}
