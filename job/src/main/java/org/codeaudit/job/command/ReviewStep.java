package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.audit.ModelStep;
import org.codeaudit.udf.ReviewFunction;
import org.codeaudit.udf.row.FindingRow;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.setting.ReviewSettings;

/** Changes to reviews, and reviews to findings. */
public record ReviewStep(ReviewSettings settings) implements ModelStep {
  static final String REVIEWS = "reviews";
  public static final String FINDINGS = "findings";
  static final String RUNS = "runs";

  /** All tables of a run of reviews. */
  static final List<String> TABLES = List.of(REVIEWS, FINDINGS, RUNS);

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
    return "input_key";
  }

  @Override
  public MapPartitionsFunction<Row, Row> function(RunContext run) {
    return new ReviewFunction(settings, run);
  }

  @Override
  public Map<String, UnaryOperator<Dataset<Row>>> derived() {
    return Map.of(FINDINGS, ReviewStep::findings);
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
