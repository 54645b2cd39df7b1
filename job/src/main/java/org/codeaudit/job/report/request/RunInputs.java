package org.codeaudit.job.report.request;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.sink.Attempts;

/** What one run of a series saw, also where an earlier one had answered it. */
public final class RunInputs {
  private RunInputs() {}

  /**
   * The run that saw something last.
   *
   * @param coverage rows of that table
   * @throws AuditException {@code NO_COVERAGE} if there is none
   */
  public static String last(Dataset<Row> coverage) {
    List<Row> last =
        coverage.orderBy(col("seen_at").desc(), col("run_id").desc()).limit(1).collectAsList();
    if (last.isEmpty()) {
      throw new AuditException(
          ErrorClass.NO_COVERAGE,
          "It is not known what the last run saw",
          "the table coverage is empty",
          "Review once more: nothing is asked twice");
    }
    return last.get(0).getAs("run_id");
  }

  /**
   * Whether it is known that a run came to its end. Of one that was killed the tables have only
   * what it had published.
   *
   * @param runs rows of that table
   */
  public static boolean ended(Dataset<Row> runs, String runId) {
    return !runs.where(col("run_id").equalTo(runId)).isEmpty();
  }

  /**
   * Rows of {@code reviews} that stand and are about what a run saw, or asked of an input before
   * its budget was used up: that was not seen whole, so what stood of it before stands beside
   * these.
   *
   * @param coverage rows of that table
   */
  public static Dataset<Row> standing(Dataset<Row> reviews, Dataset<Row> coverage, String runId) {
    Column own = col("run_id").equalTo(runId);
    Dataset<Row> seen = coverage.where(own).select(col("input_key").as("seen_input"));
    Column isSeen = col("input_key").equalTo(col("seen_input"));
    return LatestFindings.reviews(reviews.join(seen, isSeen, "left_semi"), coverage)
        .unionByName(Attempts.latest(reviews.where(own).join(seen, isSeen, "left_anti")));
  }
}
