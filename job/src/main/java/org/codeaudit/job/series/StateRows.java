package org.codeaudit.job.series;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.udf.row.Decisions;
import org.codeaudit.udf.row.ResultColumns;
import org.codeaudit.udf.row.RowBuilder;

/** The states of a run's findings, from the tables of its series. */
final class StateRows {
  /** What a run saw of the file of a known finding; null on rows of the run itself. */
  private static final String FILE = "file_now";

  /** A file of the run that was not there before and has a known finding's code. */
  private static final String ELSEWHERE = "code_elsewhere";

  private static final String KNOWN = "was_known";

  private StateRows() {}

  /**
   * Rows of {@link States}.
   *
   * @param runId the run that is about to end
   * @param time when it takes place
   * @param own coverage of the run, with all that is gone: since this run, or a run before it
   * @param before coverage of the runs before it
   * @param reviews all rows of the table
   * @param findings all rows of the table
   * @param earlier states that runs before this one wrote, here or elsewhere
   * @param decisions what people have decided about findings, also those of earlier runs
   */
  static Dataset<Row> states(
      String runId,
      Instant time,
      Dataset<Row> own,
      Dataset<Row> before,
      Dataset<Row> reviews,
      Dataset<Row> findings,
      Dataset<Row> earlier,
      Decisions decisions) {
    Dataset<Row> now = decisions.of(found(own, reviews, findings));
    Dataset<Row> known = known(own, before, earlier);
    return now.unionByName(known, true)
        .groupByKey(
            (MapFunction<Row, String>) row -> row.<String>getAs("repository"), Encoders.STRING())
        .flatMapGroups(new Stated(runId, time), Encoders.row(States.SCHEMA));
  }

  /** What stands in the files and changes that the run saw, each place once. */
  private static Dataset<Row> found(
      Dataset<Row> coverage, Dataset<Row> reviews, Dataset<Row> findings) {
    Dataset<Row> inputs =
        coverage
            .where(col("outcome").notEqual(CoverageTable.GONE))
            .select(col("input_key").as("input"))
            .distinct();
    Dataset<Row> latest =
        Attempts.latest(reviews)
            .where(col("status").isin("ok", "truncated"))
            .join(inputs, col("input_key").equalTo(col("input")), "left_semi")
            .select(col("row_key").as("standing_row"), col("attempt").as("standing_attempt"));
    Dataset<Row> standing =
        findings.join(
            latest,
            col("row_key")
                .equalTo(col("standing_row"))
                .and(col("attempt").equalTo(col("standing_attempt"))),
            "left_semi");
    // Commits say the same again; in one state of a file equal fingerprints are two places.
    Column place = when(col("change_kind").equalTo("file"), col("finding_id")).otherwise("");
    return standing
        .withColumn("place", place)
        .withColumn(
            "rank",
            row_number()
                .over(
                    Window.partitionBy("repository", "path", "fingerprint", "place")
                        .orderBy(col("committed_at").desc_nulls_last(), col("finding_id"))))
        .where(col("rank").equalTo(1))
        .drop("rank", "place")
        .withColumn(KNOWN, lit(false));
  }

  /** What was known of the repositories that the run saw, with what it saw of its files. */
  private static Dataset<Row> known(
      Dataset<Row> coverage, Dataset<Row> before, Dataset<Row> earlier) {
    Dataset<Row> repositories = coverage.select(col("repository").as("seen_in")).distinct();
    Dataset<Row> files =
        CoverageTable.latest(coverage.where(col("change_kind").equalTo("file")))
            .select(
                col("repository").as("file_repository"),
                col("path").as("file_path"),
                col("outcome").as("file_outcome"),
                col("held_code").as("file_held"));
    Column held = coalesce(array_contains(col("file_held"), col("fingerprint")), lit(false));
    // Whatever has this was looked for: where nothing is said of that, looking has failed.
    Column unknown = col("file_held").isNull().and(col("code_sha").isNotNull());
    Column file =
        when(col("file_outcome").isNull().or(col("change_kind").notEqual("file")), lit(null))
            .when(col("file_outcome").equalTo(CoverageTable.GONE), Known.File.GONE.name())
            .when(unread(col("file_outcome")).or(unknown), Known.File.UNREAD.name())
            .when(held, Known.File.HOLDS_CODE.name())
            .otherwise(Known.File.CODE_CHANGED.name());
    Dataset<Row> latest =
        States.latest(earlier)
            .join(repositories, col("repository").equalTo(col("seen_in")), "left_semi");
    return latest
        .join(
            files,
            col("repository")
                .equalTo(col("file_repository"))
                .and(col("path").equalTo(col("file_path"))),
            "left")
        .join(
            elsewhere(coverage, before, latest),
            col("repository")
                .equalTo(col("of_repository"))
                .and(col("identity").equalTo(col("of_identity"))),
            "left")
        .withColumn(FILE, file)
        .withColumn(KNOWN, lit(true))
        .drop("file_repository", "file_path", "file_outcome", "file_held")
        .drop("of_repository", "of_identity");
  }

  private static Column unread(Column outcome) {
    return outcome.isin(CoverageTable.SKIPPED, CoverageTable.FAILED);
  }

  /**
   * The file that each known finding's code has gone to: of those that hold it, the first that was
   * not there when the finding was last spoken of, and was read if any was. A file that was there
   * may hold a copy. Nothing is said where the file that the finding was in had not been seen by
   * then either, as in the first run that is compared with another series.
   */
  private static Dataset<Row> elsewhere(Dataset<Row> own, Dataset<Row> before, Dataset<Row> known) {
    Column isFile = col("change_kind").equalTo("file");
    Dataset<Row> holders =
        own.where(isFile)
            .select(
                col("repository").as("holder_repository"),
                col("path").as("holder"),
                unread(col("outcome")).as("unread"),
                explode(col("held_code")).as("holds"));
    Dataset<Row> looked =
        known
            .select(
                col("repository").as("of_repository"),
                col("identity").as("of_identity"),
                col("fingerprint").as("of_fingerprint"),
                col("path").as("of_path"),
                col("stated_at").as("spoken_of_at"))
            .join(
                holders,
                col("of_repository")
                    .equalTo(col("holder_repository"))
                    .and(col("of_fingerprint").equalTo(col("holds")))
                    .and(col("of_path").notEqual(col("holder"))))
            .withColumn("looked_at", explode(array(col("of_path"), col("holder"))));
    Dataset<Row> files =
        before
            .where(isFile)
            .select(
                col("repository").as("seen_repository"),
                col("path").as("seen_path"),
                col("seen_at").as("file_seen_at"),
                col("outcome").notEqual(CoverageTable.GONE).as("was_there"));
    return looked
        .join(
            files,
            col("of_repository")
                .equalTo(col("seen_repository"))
                .and(col("looked_at").equalTo(col("seen_path")))
                .and(col("file_seen_at").leq(col("spoken_of_at"))),
            "left")
        .groupBy("of_repository", "of_identity", "of_path", "holder", "unread", "looked_at")
        .agg(coalesce(max_by(col("was_there"), col("file_seen_at")), lit(false)).as("was_there"))
        .groupBy("of_repository", "of_identity", "holder", "unread")
        .agg(
            max(col("was_there").and(col("looked_at").equalTo(col("of_path")))).as("was_known"),
            max(col("was_there").and(col("looked_at").equalTo(col("holder")))).as("was_held"))
        .where(col("was_known").and(not(col("was_held"))))
        .groupBy("of_repository", "of_identity")
        .agg(min(struct("unread", "holder")).as(ELSEWHERE));
  }

  /** The findings of one repository, compared. */
  private record Stated(String runId, Instant time)
      implements FlatMapGroupsFunction<String, Row, Row> {
    private record Seen(Sighting sighting, Row row) {}

    private record Before(Known known, Row row) {}

    @Override
    public Iterator<Row> call(String repository, Iterator<Row> rows) {
      List<Seen> now = new ArrayList<>();
      List<Before> known = new ArrayList<>();
      rows.forEachRemaining(
          row -> {
            if (row.<Boolean>getAs(KNOWN)) {
              known.add(new Before(knownOf(row), row));
            } else {
              now.add(new Seen(sighting(row), row));
            }
          });
      Comparator<Sighting> places =
          Comparator.comparing(Sighting::path)
              .thenComparing(Sighting::line)
              .thenComparing(Sighting::fingerprint);
      now.sort(Comparator.comparing(Seen::sighting, places));
      known.sort(
          Comparator.comparing((Before one) -> one.known().last(), places)
              .thenComparing(one -> one.known().identity()));
      String before =
          known.stream()
              .map(Before::row)
              .max(
                  Comparator.comparing((Row row) -> row.<Timestamp>getAs("stated_at"))
                      .thenComparing(row -> row.<String>getAs("run_id")))
              .map(row -> row.<String>getAs("run_id"))
              .orElse(null);
      List<Lifecycle.Outcome> outcomes =
          Lifecycle.of(
              now.stream().map(Seen::sighting).toList(),
              known.stream().map(Before::known).toList());
      Map<Known, Row> rowsOf = new IdentityHashMap<>();
      known.forEach(one -> rowsOf.put(one.known(), one.row()));
      List<Row> states = new ArrayList<>(outcomes.size());
      // The outcomes of what was found come first, in its order.
      for (int i = 0; i < outcomes.size(); i++) {
        Lifecycle.Outcome outcome = outcomes.get(i);
        Row found = i < now.size() ? now.get(i).row() : null;
        Row was = outcome.known().map(rowsOf::get).orElse(null);
        states.add(state(outcome, found, was, before));
      }
      return states.iterator();
    }

    private Row state(Lifecycle.Outcome outcome, Row found, Row was, String before) {
      Row shown = found == null ? was : found;
      RowBuilder state = new RowBuilder(States.SCHEMA);
      for (String column :
          List.of(
              "repository",
              "finding_id",
              "fingerprint",
              "fingerprint_loose",
              "change_kind",
              "commit_id",
              "path",
              "side",
              "line_start",
              "line_end",
              "check",
              "category",
              "cwe",
              "severity",
              "confidence",
              "title",
              "quote",
              "code_sha",
              "suppressed",
              "suppressed_by")) {
        state.set(column, shown.getAs(column));
      }
      Timestamp now = Timestamp.from(time);
      boolean moved = outcome.state() == FindingState.MOVED || outcome.goneTo().isPresent();
      // A change of a file that is also reviewed whole does not make its findings a change's.
      if (found != null && was != null && "file".equals(was.getAs("change_kind"))) {
        state.set("change_kind", "file");
        state.set(
            "code_sha",
            found.getAs("code_sha") == null ? was.getAs("code_sha") : found.getAs("code_sha"));
      }
      return state
          .set("schema_version", ResultColumns.SCHEMA_VERSION)
          .set("run_id", runId)
          .set("stated_at", now)
          .set("compared_with", before)
          .set("identity", outcome.identity())
          .set("state", outcome.state().columnValue())
          .set("first_run", was == null ? runId : was.getAs("first_run"))
          .set("first_seen_at", was == null ? now : was.getAs("first_seen_at"))
          .set("path", outcome.goneTo().orElse(shown.getAs("path")))
          .set("line_start", outcome.goneTo().isPresent() ? null : shown.getAs("line_start"))
          .set("line_end", outcome.goneTo().isPresent() ? null : shown.getAs("line_end"))
          .set("moved_from", moved ? was.getAs("path") : null)
          .build();
    }

    private static Sighting sighting(Row row) {
      Integer line = row.getAs("line_start");
      return new Sighting(
          row.getAs("path"),
          row.getAs("fingerprint"),
          row.getAs("fingerprint_loose"),
          row.getAs("category"),
          row.<String>getAs("quote").replaceAll("\\s+", ""),
          line == null ? 0 : line);
    }

    private static Known knownOf(Row row) {
      return new Known(
          row.getAs("identity"),
          FindingState.of(row.getAs("state")),
          sighting(row),
          Optional.ofNullable(row.<String>getAs(FILE)).map(Known.File::valueOf),
          Optional.ofNullable(row.<Row>getAs(ELSEWHERE))
              .map(
                  file ->
                      new Known.Elsewhere(file.getAs("holder"), !file.<Boolean>getAs("unread"))));
    }
  }
}
