package org.codeaudit.udf.run;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/**
 * What earlier runs left in a table, as executors need it to go on: which keys need not be asked
 * again, how often the others were, and what was answered about units that may come again under
 * another name. Keys are looked up by their first 64 bits, so that ten million take 80 MB; the
 * chance that any of so many new keys is taken for a known one is about 1 in 180,000.
 */
public final class EarlierAnswers implements Serializable {
  private static final long serialVersionUID = 1L;

  /** There is no earlier run. */
  public static final EarlierAnswers NONE = new Builder().build();

  private static final int DIGITS = 16;

  /** Sorted. */
  private final long[] finished;

  /** Those of them that are not answered. */
  private final Set<Long> poison;

  /** Sorted; the attempts are at the same index of {@link #attempts}. */
  private final long[] asked;

  private final int[] attempts;

  /** Content keys that were answered whole, sorted. */
  private final long[] answered;

  /** Findings of those that have any. */
  private final Map<Long, List<EarlierFinding>> findings;

  private final KnownFindings known;

  private EarlierAnswers(
      long[] finished,
      Set<Long> poison,
      long[] asked,
      int[] attempts,
      long[] answered,
      Map<Long, List<EarlierFinding>> findings,
      KnownFindings known) {
    this.finished = finished;
    this.poison = poison;
    this.asked = asked;
    this.attempts = attempts;
    this.answered = answered;
    this.findings = findings;
    this.known = known;
  }

  /**
   * What an earlier run answered about a unit that reads the same, whatever its file is called.
   *
   * @return its findings; empty if none answered
   */
  public Optional<List<EarlierFinding>> answer(String contentKey) {
    long key = prefix(contentKey);
    return Arrays.binarySearch(answered, key) < 0
        ? Optional.empty()
        : Optional.of(findings.getOrDefault(key, List.of()));
  }

  /** The findings that stood before this run. */
  public KnownFindings known() {
    return known;
  }

  /** Whether nothing was answered that need not be asked again. */
  public boolean isEmpty() {
    return finished.length == 0 && answered.length == 0;
  }

  /** Sends it to the executors, once. */
  public Broadcast<EarlierAnswers> broadcast(SparkContext context) {
    return context.broadcast(this, ClassTag$.MODULE$.apply(EarlierAnswers.class));
  }

  /** Whether a row, or every row of an input, came back and need not be asked again. */
  public boolean finished(String key) {
    return Arrays.binarySearch(finished, prefix(key)) >= 0;
  }

  /**
   * Whether a row, or one of the rows of an input, is finished without an answer: it has ended its
   * executor.
   */
  public boolean poison(String key) {
    return poison.contains(prefix(key));
  }

  /** The number of the next attempt at this row, from 1. */
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
    private final Set<Long> poison = new HashSet<>();
    private long[] asked = new long[64];
    private int[] attempts = new int[64];
    private int askedCount;
    private long[] answered = new long[64];
    private int answeredCount;
    private final Map<Long, List<EarlierFinding>> findings = new HashMap<>();
    private KnownFindings known = KnownFindings.NONE;

    /** A row that need not be asked again, or an input none of whose rows need to be. */
    public Builder finished(String key) {
      if (finishedCount == finished.length) {
        finished = Arrays.copyOf(finished, 2 * finishedCount);
      }
      finished[finishedCount++] = prefix(key);
      return this;
    }

    /** As {@link #finished}, although it, or a row of it, has no answer: it ended its executor. */
    public Builder poison(String key) {
      poison.add(prefix(key));
      return finished(key);
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

    /** A unit that was answered whole. */
    public Builder answered(String contentKey) {
      if (answeredCount == answered.length) {
        answered = Arrays.copyOf(answered, 2 * answeredCount);
      }
      answered[answeredCount++] = prefix(contentKey);
      return this;
    }

    /** One of the findings of a unit that was answered, in the order it gave them. */
    public Builder found(String contentKey, EarlierFinding finding) {
      findings.computeIfAbsent(prefix(contentKey), none -> new ArrayList<>(1)).add(finding);
      return this;
    }

    /** The findings that stood before this run. */
    public Builder known(KnownFindings value) {
      known = value;
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
      long[] sortedAnswered = Arrays.copyOf(answered, answeredCount);
      Arrays.sort(sortedAnswered);
      return new EarlierAnswers(
          sortedFinished, poison, sortedAsked, sortedAttempts, sortedAnswered, findings, known);
    }
  }
}
