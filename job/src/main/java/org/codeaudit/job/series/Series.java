package org.codeaudit.job.series;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.unix_micros;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.audit.ModelStep;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.row.Decisions;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.EarlierFinding;
import org.codeaudit.udf.run.KnownFindings;

/**
 * What a run of reviews has from the runs before it in the same folder, and what it leaves to those
 * after it.
 *
 * @param baseline states of another series to compare with in place of this one's
 */
public record Series(Optional<Dataset<Row>> baseline) {
  private static final String REVIEWS = "reviews";

  /** A series that is compared with itself. */
  public static final Series OWN = new Series(Optional.empty());

  /** Adds answers that may be carried forward, and findings whose code is to be looked for. */
  public void recall(
      Optional<OutputFolder> tables, boolean askAgain, EarlierAnswers.Builder earlier) {
    if (!askAgain) {
      tables.ifPresent(folder -> carryForward(folder.read(REVIEWS, ReviewSchema.REVIEWS), earlier));
    }
    baseline
        .or(() -> tables.map(Series::ownStates))
        .ifPresent(states -> recallFindings(states, earlier));
  }

  private static void recallFindings(Dataset<Row> states, EarlierAnswers.Builder earlier) {
    KnownFindings.Builder known = new KnownFindings.Builder();
    States.latest(states)
        .where(col("state").notEqual(FindingState.FIXED.columnValue()))
        .where(col("code_sha").isNotNull())
        .select("repository", "fingerprint", "quote", "code_sha")
        .toLocalIterator()
        .forEachRemaining(
            row ->
                known.add(row.getString(0), row.getString(1), row.getString(2), row.getString(3)));
    earlier.known(known.build());
  }

  /**
   * Adds the answers of earlier runs that may be carried forward.
   *
   * @param reviews the table of them
   */
  public static void carryForward(Dataset<Row> reviews, EarlierAnswers.Builder earlier) {
    Dataset<Row> answers =
        reviews
            .where("status = 'ok' and unit is not null and prompt_name != 'triage'")
            .withColumn(
                "rank",
                row_number()
                    .over(
                        Window.partitionBy("content_key")
                            .orderBy(col("started_at").desc_nulls_last(), col("row_key"))))
            .where(col("rank").equalTo(1));
    answers
        .select("content_key")
        .toLocalIterator()
        .forEachRemaining(row -> earlier.answered(row.getString(0)));
    answers
        .where(size(col("findings")).gt(0))
        .select("content_key", "findings")
        .toLocalIterator()
        .forEachRemaining(
            row ->
                row.<Row>getList(1)
                    .forEach(finding -> earlier.found(row.getString(0), carried(finding))));
  }

  private static EarlierFinding carried(Row finding) {
    return new EarlierFinding(
        finding.getAs("check"),
        finding.getAs("category"),
        finding.getAs("cwe"),
        finding.getAs("severity"),
        finding.getAs("confidence"),
        finding.getAs("message"),
        finding.getAs("suggestion"),
        finding.getAs("quote"));
  }

  /**
   * When a run takes place that begins now: after all that have written to a folder, whatever their
   * clocks said. What was seen or said last is told by that.
   */
  public static Instant after(OutputFolder tables, Instant now) {
    return Stream.of(
            latest(tables.read(CoverageTable.TABLE, CoverageTable.SCHEMA), "seen_at"),
            latest(ownStates(tables), "stated_at"))
        .flatMap(Optional::stream)
        .map(last -> last.plusMillis(1))
        .reduce(now, (one, other) -> one.isAfter(other) ? one : other);
  }

  private static Optional<Instant> latest(Dataset<Row> rows, String time) {
    Row last = rows.agg(max(unix_micros(col(time)))).head();
    return last.isNullAt(0)
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(last.getLong(0), ChronoUnit.MICROS));
  }

  /**
   * Rows of {@code coverage} and {@code states} that a run ends with.
   *
   * @param time when the run takes place
   * @param decisions what people have decided about findings, also those of earlier runs
   */
  public Map<String, Dataset<Row>> atEnd(
      OutputFolder tables,
      StructType findings,
      ModelStep.EndOfRun end,
      Instant time,
      Decisions decisions) {
    Dataset<Row> coverage = tables.read(CoverageTable.TABLE, CoverageTable.SCHEMA);
    Column own = col("run_id").equalTo(end.runId());
    Map<String, Dataset<Row>> last = new LinkedHashMap<>();
    Dataset<Row> seen = coverage.where(own);
    if (end.whole()) {
      Dataset<Row> missing = CoverageTable.missing(coverage, end.runId());
      Dataset<Row> gone = CoverageTable.gone(missing, end.runId(), time);
      // That a file is gone is said once; but what was to be said of its findings may have waited.
      last.put(
          CoverageTable.TABLE,
          CoverageTable.gone(
              missing.where(col("outcome").notEqual(CoverageTable.GONE)), end.runId(), time));
      seen = seen.union(gone);
    }
    last.put(
        States.TABLE,
        StateRows.states(
            end.runId(),
            time,
            seen,
            coverage.where(not(own)),
            tables.read(REVIEWS, ReviewSchema.REVIEWS),
            tables.read("findings", findings),
            baseline.orElseGet(() -> ownStates(tables)),
            decisions));
    return last;
  }

  private static Dataset<Row> ownStates(OutputFolder tables) {
    return tables.read(States.TABLE, States.SCHEMA);
  }
}
