package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.audit.ModelStep;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.series.Series;
import org.codeaudit.job.series.States;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.ReviewFunction;
import org.codeaudit.udf.row.Decisions;
import org.codeaudit.udf.row.FindingRow;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Turns changes into reviews, and reviews into findings.
 *
 * @param series what earlier runs mean to this one; empty for reviews that stand alone
 * @param time when its run takes place, for the tables of a series
 */
public record ReviewStep(ReviewSettings settings, Optional<Series> series, Instant time)
    implements ModelStep {
  static final String REVIEWS = "reviews";
  public static final String FINDINGS = "findings";
  static final String RUNS = "runs";
  static final String INPUT_KEY = "input_key";

  /** The tables of reviews that stand alone. */
  static final List<String> TABLES = List.of(REVIEWS, FINDINGS, RUNS);

  /** The tables of a run in a series. */
  static final List<String> SERIES_TABLES =
      List.of(REVIEWS, FINDINGS, CoverageTable.TABLE, States.TABLE, RUNS);

  /** Of a run that takes place now. */
  public ReviewStep(ReviewSettings settings, Optional<Series> series) {
    this(settings, series, Instant.now());
  }

  /** Reviews that stand alone. */
  public ReviewStep(ReviewSettings settings) {
    this(settings, Optional.empty());
  }

  @Override
  public String table() {
    return REVIEWS;
  }

  @Override
  public StructType schema() {
    return ReviewSchema.REVIEWS;
  }

  @Override
  public String inputKey() {
    return INPUT_KEY;
  }

  @Override
  public ModelStep begun(Optional<OutputFolder> tables) {
    return series.isEmpty() || tables.isEmpty()
        ? this
        : new ReviewStep(settings, series, Series.after(tables.get(), time));
  }

  @Override
  public MapPartitionsFunction<Row, Row> function(RunContext run) {
    return new ReviewFunction(settings, run);
  }

  @Override
  public StructType made() {
    return ReviewSchema.MADE;
  }

  @Override
  public Map<String, UnaryOperator<Dataset<Row>>> tables() {
    Map<String, UnaryOperator<Dataset<Row>>> tables = new LinkedHashMap<>();
    tables.put(REVIEWS, ReviewStep::reviews);
    tables.put(FINDINGS, ReviewStep::findings);
    if (series.isPresent()) {
      tables.put(CoverageTable.TABLE, made -> CoverageTable.of(made, time));
    }
    return tables;
  }

  @Override
  public void recall(
      Optional<OutputFolder> tables, boolean askAgain, EarlierAnswers.Builder earlier) {
    series.ifPresent(runs -> runs.recall(tables, askAgain, earlier));
  }

  @Override
  public Map<String, Dataset<Row>> atEnd(OutputFolder tables, EndOfRun end) {
    Decisions decisions = new Decisions(settings.rules(), LocalDate.now(ZoneOffset.UTC));
    return series
        .map(runs -> runs.atEnd(tables, findingsSchema(), end, time, decisions))
        .orElse(Map.of());
  }

  /** The rows of this run; of what is unchanged an earlier one has them. */
  private static Dataset<Row> reviews(Dataset<Row> made) {
    return made.where(col("status").notEqual(Status.UNCHANGED.columnValue()))
        .drop("held_code", "rows_due");
  }

  /** The columns of the table {@code findings}. */
  static StructType findingsSchema() {
    StructType schema = new StructType();
    for (String column : FindingRow.UNIT_COLUMNS) {
      schema = schema.add(ReviewSchema.REVIEWS.apply(column));
    }
    for (StructField column : ReviewSchema.FINDING.fields()) {
      schema = schema.add(column);
    }
    return schema;
  }

  /** One row per finding, with the identity of its unit. */
  static Dataset<Row> findings(Dataset<Row> reviews) {
    String[] columns =
        Stream.concat(FindingRow.UNIT_COLUMNS.stream(), Stream.of("finding.*"))
            .toArray(String[]::new);
    return reviews.select(col("*"), explode(col("findings")).as("finding")).selectExpr(columns);
  }
}
