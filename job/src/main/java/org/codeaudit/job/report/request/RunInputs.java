package org.codeaudit.job.report.request;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

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
   * Rows of {@code reviews} that are about what a run saw.
   *
   * @param coverage rows of that table
   */
  public static Dataset<Row> reviews(Dataset<Row> reviews, Dataset<Row> coverage, String runId) {
    Dataset<Row> seen =
        coverage.where(col("run_id").equalTo(runId)).select(col("input_key").as("seen_input"));
    return reviews.join(seen, col("input_key").equalTo(col("seen_input")), "left_semi");
  }
}
