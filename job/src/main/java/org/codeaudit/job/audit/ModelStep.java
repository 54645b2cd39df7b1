package org.codeaudit.job.audit;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
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
   * The column that is equal for all rows of one input; the number of these rows is in the column
   * {@code unit_count}. {@code row_key} if an input has one row.
   */
  String inputKey();

  /** Makes rows of inputs on executors. */
  MapPartitionsFunction<Row, Row> function(RunContext run);

  /** Further tables, each derived from rows of {@link #table()} that were written. */
  Map<String, UnaryOperator<Dataset<Row>>> derived();
}
