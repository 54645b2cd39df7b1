package org.codeaudit.udf.row;

import static org.apache.spark.sql.functions.col;

import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** How a row came back. {@link AnswerRow} writes it. */
public enum Status {
  /** The answer is complete. */
  OK,
  /** The answer was cut at the limit of new tokens or of the context; what was complete is kept. */
  TRUNCATED,
  /** Not asked, and {@code skip_reason} says why. */
  SKIPPED,
  /** Something went wrong, and {@code error_class} and {@code error_message} say what. */
  FAILED,
  /** Answered by an earlier run, of which it is a row; this one only saw that it is still so. */
  UNCHANGED;

  /**
   * How a row comes back that was answered.
   *
   * @param whole whether the answer came to an end of its own
   */
  static Status answered(boolean whole) {
    return whole ? OK : TRUNCATED;
  }

  /** How a row of a table of answers came back. */
  public static Status of(Row row) {
    return valueOf(row.<String>getAs("status").toUpperCase(Locale.ROOT));
  }

  /** Whether rows of a table of answers have this status. */
  public Column matches() {
    return col("status").equalTo(columnValue());
  }

  /** The name stored in the column {@code status}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
