package org.codeaudit.job.audit;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.ErrorClass;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.run.EarlierAnswers;

/** What the rows of earlier runs mean for the next run. */
public final class Resume {
  private static final String FINISHED = "finished";

  private Resume() {}

  /**
   * Everything is asked again; only the count of attempts continues.
   *
   * @param rows the table of earlier runs
   */
  public static EarlierAnswers.Builder askAgain(Dataset<Row> rows) {
    EarlierAnswers.Builder earlier = new EarlierAnswers.Builder();
    Iterator<Row> latest = rows.groupBy("row_key").agg(max("attempt")).toLocalIterator();
    latest.forEachRemaining(row -> earlier.asked(row.getString(0), row.getInt(1)));
    return earlier;
  }

  /**
   * Rows that came back are not asked again; rows that failed are.
   *
   * @param rows the table of earlier runs
   * @param inputKey see {@link ModelStep#inputKey}
   * @param poison whether rows that ended an executor are asked again too
   */
  public static EarlierAnswers.Builder goOn(Dataset<Row> rows, String inputKey, boolean poison) {
    boolean units = !inputKey.equals("row_key");
    Dataset<Row> latest =
        rows.groupBy(col("row_key"))
            .agg(
                max("attempt").as("attempt"),
                max_by(finished(poison), col("attempt")).as(FINISHED),
                max(col(inputKey)).as("input"),
                max(units ? col("unit_count") : lit(1)).as("units"),
                max(units ? col("unit").isNotNull() : lit(true)).as("is_unit"));
    EarlierAnswers.Builder earlier = new EarlierAnswers.Builder();
    if (!units) {
      latest.toLocalIterator().forEachRemaining(row -> add(earlier, row));
      return earlier;
    }
    Dataset<Row> inputs =
        latest
            .groupBy("input")
            .agg(
                count_if(col(FINISHED)).as("done"),
                count_if(col(FINISHED).and(col("is_unit"))).as("done_units"),
                max("is_unit").as("split"),
                max("units").as("units"))
            // Once a file has been split, an earlier row for the whole file no longer counts.
            .select(
                col("input"),
                when(col("split"), col("done_units").geq(col("units")))
                    .otherwise(col("done").gt(0))
                    .as("whole"));
    inputs
        .where("whole")
        .toLocalIterator()
        .forEachRemaining(row -> earlier.finished(row.getString(0)));
    // Single rows matter only where a part of an input is missing.
    latest
        .join(inputs.where("not whole"), "input")
        .select("row_key", "attempt", FINISHED)
        .toLocalIterator()
        .forEachRemaining(row -> add(earlier, row));
    return earlier;
  }

  private static void add(EarlierAnswers.Builder earlier, Row row) {
    if (row.<Boolean>getAs(FINISHED)) {
      earlier.finished(row.getAs("row_key"));
    } else {
      earlier.asked(row.getAs("row_key"), row.<Integer>getAs("attempt"));
    }
  }

  private static Column finished(boolean poison) {
    Column back = not(Status.FAILED.matches());
    return poison
        ? back
        : back.or(
            coalesce(col("error_class").equalTo(ErrorClass.POISON_ROW.columnValue()), lit(false)));
  }
}
