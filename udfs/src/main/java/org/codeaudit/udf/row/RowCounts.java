package org.codeaudit.udf.row;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Rows that came back, by status, with what is in them.
 *
 * @param promptTokens tokens of the prompts of rows that were answered
 * @param generatedTokens tokens of their answers
 */
public record RowCounts(
    long ok,
    long truncated,
    long skipped,
    long failed,
    long findings,
    long promptTokens,
    long generatedTokens)
    implements Serializable {

  /** Nothing yet. */
  public static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0, 0, 0);

  /** One row of a table of answers. */
  public static RowCounts of(Row row) {
    Status status = Status.of(row);
    return new RowCounts(
        status == Status.OK ? 1 : 0,
        status == Status.TRUNCATED ? 1 : 0,
        status == Status.SKIPPED ? 1 : 0,
        status == Status.FAILED ? 1 : 0,
        findings(row),
        number(row.getAs("prompt_tokens")),
        number(row.getAs("generated_tokens")));
  }

  /** Both together. */
  public RowCounts plus(RowCounts other) {
    return new RowCounts(
        ok + other.ok,
        truncated + other.truncated,
        skipped + other.skipped,
        failed + other.failed,
        findings + other.findings,
        promptTokens + other.promptTokens,
        generatedTokens + other.generatedTokens);
  }

  /** The rows that have come back since {@code earlier}. */
  public RowCounts since(RowCounts earlier) {
    return new RowCounts(
        ok - earlier.ok,
        truncated - earlier.truncated,
        skipped - earlier.skipped,
        failed - earlier.failed,
        findings - earlier.findings,
        promptTokens - earlier.promptTokens,
        generatedTokens - earlier.generatedTokens);
  }

  /** All rows. */
  public long rows() {
    return ok + truncated + skipped + failed;
  }

  private static long findings(Row row) {
    boolean reviewed = row.schema().getFieldIndex("findings").isDefined();
    return reviewed && row.getAs("findings") instanceof Object[] findings ? findings.length : 0;
  }

  private static long number(Integer value) {
    return value == null ? 0 : value;
  }
}
