package org.codeaudit.udf.run;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.setting.IsolationSettings;

/**
 * What a run gives the functions that ask the model. Small and serialisable.
 *
 * @param progress is told of every row; null if nobody listens
 * @param earlier what earlier runs left in the table; null if nothing counts
 * @param isolation how rows that kill their executor are found; null if they are not
 * @param budget after which nothing new is started; null if there is none
 */
public record RunContext(
    ProgressAccumulator progress,
    Broadcast<EarlierAnswers> earlier,
    IsolationSettings isolation,
    RunBudget budget)
    implements Serializable {

  /** Without a budget. */
  public RunContext(
      ProgressAccumulator progress,
      Broadcast<EarlierAnswers> earlier,
      IsolationSettings isolation) {
    this(progress, earlier, isolation, null);
  }

  /**
   * For rows that belong to no series of runs: nothing was answered before, nothing is isolated.
   */
  public static RunContext alone() {
    return new RunContext(null, null, null);
  }

  public void add(Progress more) {
    if (progress != null) {
      progress.add(more);
    }
  }

  /** Whether nothing new may be started; checks a file now and then. */
  public boolean stopped() {
    return budget != null && budget.look();
  }

  /** Whether a question may start, as far as this JVM knows. Returns at once. */
  boolean mayStart() {
    return budget == null || !budget.over();
  }

  /** What becomes of an input that a task comes to. */
  public enum Intake {
    /** It is to be asked about. */
    OPEN,
    /** An earlier run has answered it. */
    REUSED,
    /** The budget is used up: nothing more is started. */
    STOPPED
  }

  /**
   * Takes up an input, and counts it.
   *
   * @param key of its row, or what all its rows share
   */
  public Intake takeUp(String key) {
    if (budget != null) {
      budget.saw();
    }
    if (earlierAnswers().finished(key)) {
      add(Progress.REUSED);
      return Intake.REUSED;
    }
    return stopped() ? Intake.STOPPED : Intake.OPEN;
  }

  /**
   * Counts a row and returns it.
   *
   * @param inputs see {@link Progress#of}
   */
  public Row counted(Row row, int inputs) {
    add(Progress.of(row, inputs));
    return row;
  }

  /** Notes tokens of a question that was answered, and of the answer. */
  void spend(long tokens) {
    if (budget != null) {
      budget.spend(tokens);
    }
  }

  public EarlierAnswers earlierAnswers() {
    return earlier == null ? EarlierAnswers.NONE : earlier.value();
  }
}
