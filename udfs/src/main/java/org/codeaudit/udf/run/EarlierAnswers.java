package org.codeaudit.udf.run;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What earlier runs left in a table, as executors need it to go on: which keys need not be asked
 * again, and how often the others were. Keys are looked up by their first 64 bits, so that ten
 * million take 80 MB; the chance that any of so many new keys is taken for a known one is about 1
 * in 180,000.
 */
public final class EarlierAnswers implements Serializable {
  private static final long serialVersionUID = 1L;

  /** There is no earlier run. */
  public static final EarlierAnswers NONE = new Builder().build();

  private static final int DIGITS = 16;

  /** Sorted. */
  private final long[] finished;

  /** Sorted; the attempts at the same place of {@link #attempts}. */
  private final long[] asked;

  private final int[] attempts;

  private EarlierAnswers(long[] finished, long[] asked, int[] attempts) {
    this.finished = finished;
    this.asked = asked;
    this.attempts = attempts;
  }

  /** Whether a row, or all rows of an input, came back and are not wanted again. */
  public boolean finished(String key) {
    return Arrays.binarySearch(finished, prefix(key)) >= 0;
  }

  /** Which attempt the next answer to this row is, from 1. */
  public int attempt(String rowKey) {
    int place = Arrays.binarySearch(asked, prefix(rowKey));
    return place < 0 ? 1 : attempts[place] + 1;
  }

  /** How many keys are finished. */
  public int size() {
    return finished.length;
  }

  private static long prefix(String key) {
    return Long.parseUnsignedLong(key.substring(0, DIGITS), 16);
  }

  /** Collects keys in any order. */
  public static final class Builder {
    private long[] finished = new long[64];
    private int finishedCount;
    private long[] asked = new long[64];
    private int[] attempts = new int[64];
    private int askedCount;

    /** A row that is not wanted again, or an input all of whose rows are not. */
    public Builder finished(String key) {
      if (finishedCount == finished.length) {
        finished = Arrays.copyOf(finished, 2 * finishedCount);
      }
      finished[finishedCount++] = prefix(key);
      return this;
    }

    /** A row that is asked again after so many attempts. */
    public Builder asked(String rowKey, int attempt) {
      if (askedCount == asked.length) {
        asked = Arrays.copyOf(asked, 2 * askedCount);
        attempts = Arrays.copyOf(attempts, 2 * askedCount);
      }
      asked[askedCount] = prefix(rowKey);
      attempts[askedCount++] = attempt;
      return this;
    }

    public EarlierAnswers build() {
      long[] sortedFinished = Arrays.copyOf(finished, finishedCount);
      Arrays.sort(sortedFinished);
      long[] sortedAsked = Arrays.copyOf(asked, askedCount);
      Arrays.sort(sortedAsked);
      int[] sortedAttempts = new int[askedCount];
      for (int i = 0; i < askedCount; i++) {
        int place = Arrays.binarySearch(sortedAsked, asked[i]);
        sortedAttempts[place] = Math.max(sortedAttempts[place], attempts[i]);
      }
      return new EarlierAnswers(sortedFinished, sortedAsked, sortedAttempts);
    }
  }
}
