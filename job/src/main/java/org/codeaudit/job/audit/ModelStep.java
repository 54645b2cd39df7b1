package org.codeaudit.job.audit;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.RunContext;

/** The step of a run that asks the model: what it writes, and how rows are made. */
public interface ModelStep {

  /** The table the answers go to. */
  String table();

  /**
   * Its columns; {@code row_key}, {@code attempt}, {@code status} and {@code error_class} among
   * them.
   */
  StructType schema();

  /**
   * The column whose value is the same for all rows of one input; the number of these rows is in
   * the column {@code unit_count}. {@code row_key} if an input has one row.
   */
  String inputKey();

  /**
   * The same step in a run that begins now.
   *
   * @param tables those of earlier runs; empty if they are about to be replaced
   */
  default ModelStep begun(Optional<OutputFolder> tables) {
    return this;
  }

  /** Makes rows of {@link #made} of inputs on executors. */
  MapPartitionsFunction<Row, Row> function(RunContext run);

  /** Columns of the rows that executors make: those of the answers, and perhaps more. */
  default StructType made() {
    return schema();
  }

  /** All tables, {@link #table()} among them, each derived from the rows that were made. */
  Map<String, UnaryOperator<Dataset<Row>>> tables();

  /**
   * Adds what executors are to know of earlier runs beside which rows are done.
   *
   * @param tables those of earlier runs; empty if there are none, or they are about to be replaced
   * @param askAgain whether nothing that was answered may be used again
   */
  default void recall(
      Optional<OutputFolder> tables, boolean askAgain, EarlierAnswers.Builder earlier) {}

  /** Rows that can be told only when all others are published, by table. */
  default Map<String, Dataset<Row>> atEnd(OutputFolder tables, EndOfRun end) {
    return Map.of();
  }

  /**
   * How a run came to its end.
   *
   * @param whole whether it went through all of its input
   */
  record EndOfRun(String runId, boolean whole) {}
}
