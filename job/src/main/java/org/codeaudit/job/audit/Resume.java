package org.codeaudit.job.audit;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;

import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.run.EarlierAnswers;

/** What the rows of earlier runs mean for the next run. */
public final class Resume {
  private static final String FINISHED = "finished";
  private static final String FAILED = "failed";
  private static final String COUNTS = "counts";
  private static final String INPUT = "input_key";

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
                max_by(Status.FAILED.matches(), col("attempt")).as(FAILED),
                max(col(inputKey)).as(INPUT),
                max(units ? col("unit_count") : lit(1)).as("units"),
                max(units ? col("unit") : lit(0)).as("unit"));
    EarlierAnswers.Builder earlier = new EarlierAnswers.Builder();
    if (!units) {
      latest
          .withColumn(COUNTS, lit(true))
          .toLocalIterator()
          .forEachRemaining(row -> add(earlier, row));
      return earlier;
    }
    Dataset<Row> parts = latest.withColumn(COUNTS, Attempts.counts());
    Dataset<Row> inputs =
        parts
            .where(COUNTS)
            .groupBy(INPUT)
            .agg(
                count_if(col(FINISHED)).geq(max("units")).as("whole"),
                max(col(FINISHED).and(col(FAILED))).as(FAILED));
    inputs
        .where("whole")
        .toLocalIterator()
        .forEachRemaining(row -> finish(earlier, row.getAs(INPUT), row));
    // Single rows matter only where a part of an input is missing.
    parts
        .join(inputs.where("not whole").select(INPUT), INPUT)
        .toLocalIterator()
        .forEachRemaining(row -> add(earlier, row));
    return earlier;
  }

  /** Of one that counts no more the attempts do: they go on should its file fail whole again. */
  private static void add(EarlierAnswers.Builder earlier, Row row) {
    if (row.<Boolean>getAs(FINISHED) && row.<Boolean>getAs(COUNTS)) {
      finish(earlier, row.getAs("row_key"), row);
    } else {
      earlier.asked(row.getAs("row_key"), row.<Integer>getAs("attempt"));
    }
  }

  /** A row that ended its executor is finished, and has failed all the same. */
  private static void finish(EarlierAnswers.Builder earlier, String key, Row row) {
    if (row.<Boolean>getAs(FAILED)) {
      earlier.poison(key);
    } else {
      earlier.finished(key);
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
