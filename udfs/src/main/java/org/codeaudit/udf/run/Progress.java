package org.codeaudit.udf.run;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.RowCounts;

/**
 * Counts of what has come back so far, for people who wait; the exact figures are in the tables.
 *
 * @param inputs input rows that are done: files of changes, or prompts
 * @param reused how many of them an earlier run had answered
 * @param rows rows that came back: units, prompts, skipped and failed ones
 * @param failed how many of them failed
 * @param findings findings in them
 * @param promptTokens tokens of their prompts
 * @param generatedTokens tokens of their answers
 */
public record Progress(
    long inputs,
    long reused,
    long rows,
    long failed,
    long findings,
    long promptTokens,
    long generatedTokens)
    implements Serializable {

  /** Nothing yet. */
  public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);

  /** An input that an earlier run had answered. */
  public static final Progress REUSED = new Progress(1, 1, 0, 0, 0, 0, 0);

  /**
   * A row that has come back.
   *
   * @param inputs inputs that are done with it: 1 for the last row of an input, else 0
   */
  public static Progress of(Row row, int inputs) {
    RowCounts counts = RowCounts.of(row);
    return new Progress(
        inputs,
        0,
        counts.rows(),
        counts.failed(),
        counts.findings(),
        counts.promptTokens(),
        counts.generatedTokens());
  }

  /** Both together. */
  public Progress plus(Progress other) {
    return new Progress(
        inputs + other.inputs,
        reused + other.reused,
        rows + other.rows,
        failed + other.failed,
        findings + other.findings,
        promptTokens + other.promptTokens,
        generatedTokens + other.generatedTokens);
  }
}
