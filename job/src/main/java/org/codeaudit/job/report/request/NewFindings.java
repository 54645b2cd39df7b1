package org.codeaudit.job.report.request;

import static org.apache.spark.sql.functions.col;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.series.FindingState;
import org.codeaudit.job.series.States;

/**
 * Which findings were not there before. That is what the table {@code states} says of them, but for
 * a patch: what it brings is new until it is merged, however often the patch is reviewed.
 */
public final class NewFindings implements Predicate<Row> {
  private record Place(String repository, String path, String fingerprint) {
    static Place of(Row row) {
      return new Place(row.getAs("repository"), row.getAs("path"), row.getAs("fingerprint"));
    }
  }

  private final Set<Place> before = new HashSet<>();

  private NewFindings() {}

  /**
   * Compares with the runs of a series.
   *
   * @param states rows of that table
   * @param coverage rows of that table, of all runs in the folder
   */
  public static NewFindings of(Dataset<Row> states, Dataset<Row> coverage) {
    Set<String> runs = new HashSet<>();
    coverage.select("run_id").distinct().collectAsList().forEach(row -> runs.add(row.getString(0)));
    Column ofPatch = col("change_kind").notEqual("file").and(col("commit_id").isNull());
    NewFindings findings = new NewFindings();
    States.latest(States.standing(states))
        .withColumn("of_patch", ofPatch)
        .select("repository", "path", "fingerprint", "state", "first_run", "of_patch")
        .toLocalIterator()
        .forEachRemaining(
            row -> {
              boolean unseen = FindingState.of(row.getAs("state")).unseen();
              // Of a patch that is compared with another series, what that one had is not new.
              boolean brought =
                  row.<Boolean>getAs("of_patch") && runs.contains(row.getAs("first_run"));
              if (!unseen && !brought) {
                findings.before.add(Place.of(row));
              }
            });
    return findings;
  }

  /** Whether a row of {@code findings} is new; one of which nothing is stated is. */
  @Override
  public boolean test(Row finding) {
    return !before.contains(Place.of(finding));
  }
}
