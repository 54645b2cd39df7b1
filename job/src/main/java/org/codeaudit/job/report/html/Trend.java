package org.codeaudit.job.report.html;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.report.LatestFindings;

/**
 * How what stands changed from run to run: after each run the findings that stood then, chosen as
 * those of the page are. A finding that comes back with its fingerprint in its repository is the
 * same one. One that a run calls suppressed does not stand after it.
 */
record Trend(List<AfterRun> runs) {
  /** Of more, the latest. */
  static final int MOST_RUNS = 20;

  /**
   * @param standing findings after the run
   * @param added those that did not stand after the run before
   * @param gone those that stood after the run before and no longer do
   */
  record AfterRun(Run run, long standing, long added, long gone) {}

  private static final String AS_OF = "as_of";

  private static final StructType RUNS =
      new StructType().add("run_id", DataTypes.StringType).add(AS_OF, DataTypes.IntegerType);

  /** Columns by which it is decided what stands. */
  private static final List<String> DECIDING =
      List.of(
          "row_key",
          "attempt",
          "run_id",
          "input_key",
          "unit",
          "unit_count",
          "repository",
          "path",
          "change_kind",
          "commit_id",
          "content_sha",
          "prompt_name",
          "status",
          "started_at");

  /**
   * The trend.
   *
   * @param reviews all rows of the table
   * @param coverage all rows of that table
   * @param findings all rows of that table
   * @param states all rows of that table
   * @param runs the oldest first
   * @param repositories those that count
   * @param least as {@link LatestFindings#of} takes it
   */
  static Trend of(
      Dataset<Row> reviews,
      Dataset<Row> coverage,
      Dataset<Row> findings,
      Dataset<Row> states,
      List<Run> runs,
      Set<String> repositories,
      double least) {
    int first = Math.max(0, runs.size() - MOST_RUNS);
    Dataset<Row> asOf = broadcast(asOf(reviews, runs, Math.max(0, first - 1)));
    Dataset<Row> seen =
        reviews
            .where(col("repository").isInCollection(repositories))
            .selectExpr(DECIDING.toArray(String[]::new))
            .join(asOf, "run_id");
    Dataset<Row> stood =
        LatestFindings.of(
            LatestFindings.reviews(seen, coverage.join(asOf, "run_id"), AS_OF),
            findings,
            least,
            AS_OF);
    List<Row> sets =
        open(stood, states.join(asOf, "run_id"))
            .groupBy("repository", "fingerprint")
            .agg(array_sort(collect_set(AS_OF)).as("runs"))
            .groupBy("runs")
            .count()
            .collectAsList();
    return new Trend(
        IntStream.range(first, runs.size()).mapToObj(at -> after(runs.get(at), at, sets)).toList());
  }

  /** Without those that the last run which spoke of them calls suppressed. */
  private static Dataset<Row> open(Dataset<Row> stood, Dataset<Row> states) {
    Dataset<Row> said =
        states
            .groupBy(AS_OF, "repository", "finding_id")
            .agg(max_by(struct("suppressed"), col("stated_at")).as("said"));
    return stood
        .join(said, new String[] {AS_OF, "repository", "finding_id"}, "left")
        .where(
            when(col("said").isNull(), col("suppressed"))
                .otherwise(col("said.suppressed"))
                .isNull());
  }

  /** Each run with all runs after which its rows could be seen. */
  private static Dataset<Row> asOf(Dataset<Row> reviews, List<Run> runs, int first) {
    List<Row> rows = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      for (int later = Math.max(run, first); later < runs.size(); later++) {
        rows.add(RowFactory.create(runs.get(run).id(), later));
      }
    }
    return reviews.sparkSession().createDataFrame(rows, RUNS);
  }

  /**
   * @param sets findings that stood after the same runs: these runs, and how many findings
   */
  private static AfterRun after(Run run, int at, List<Row> sets) {
    long standing = 0;
    long added = 0;
    long gone = 0;
    for (Row set : sets) {
      List<Integer> stood = set.getList(0);
      boolean now = stood.contains(at);
      boolean before = stood.contains(at - 1);
      standing += now ? set.getLong(1) : 0;
      added += now && !before ? set.getLong(1) : 0;
      gone += before && !now ? set.getLong(1) : 0;
    }
    return new AfterRun(run, standing, added, gone);
  }

  /** The most that a run changed, for the lengths of bars. */
  long mostChanged() {
    return runs.stream().mapToLong(run -> Math.max(run.added(), run.gone())).max().orElse(0);
  }

  /** Half of the picture, for its side. */
  String length(long changed) {
    return Figures.length(changed, 2.0 * mostChanged());
  }

  /** Where the bar of what is gone begins, left of the middle. */
  String startOfGone(AfterRun run) {
    return Figures.length(mostChanged() - run.gone(), 2.0 * mostChanged());
  }
}
