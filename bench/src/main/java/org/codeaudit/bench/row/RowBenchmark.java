package org.codeaudit.bench.row;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.Precision;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.prompt.Unit;
import org.codeaudit.udf.row.ChangeSchema;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.CheckpointLoader;
import org.codeaudit.udf.setting.ReviewSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The row of one unit: its keys, its columns, and the form in which Spark writes it to Parquet. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class RowBenchmark {
  private ReviewSettings settings;
  private Row change;
  private Unit unit;
  private ExpressionEncoder.Serializer<Row> serializer;

  /** Makes a change and its unit. */
  @Setup
  public void make() {
    AnswerSettings answer =
        new AnswerSettings(
            "run",
            new CheckpointLoader(),
            new ModelSettings("model", Precision.BF16, 0, 1),
            "revision",
            EngineSettings.DEFAULT,
            400,
            false);
    settings = new ReviewSettings(answer, PromptTemplate.bundled("review"), 2000, 8);
    Object[] values = new Object[ChangeSchema.SCHEMA.length()];
    values[ChangeSchema.SCHEMA.fieldIndex("repository")] = "repository";
    values[ChangeSchema.SCHEMA.fieldIndex("path")] = "src/main/java/Visits.java";
    values[ChangeSchema.SCHEMA.fieldIndex("change_kind")] = "modified";
    values[ChangeSchema.SCHEMA.fieldIndex("diff")] =
        "@@ -1,1 +1,2 @@\n class A {\n+  int x = 1 / 0;\n".repeat(40);
    change = new GenericRowWithSchema(values, ChangeSchema.SCHEMA);
    unit = new Unit(0, 1, 2, "+  int x = 1 / 0;\n", java.util.List.of());
    serializer = ExpressionEncoder.apply(ReviewSchema.REVIEWS).createSerializer();
  }

  /** Builds a row. */
  @Benchmark
  public Row build() {
    return row();
  }

  /** Builds a row and converts it. */
  @Benchmark
  public InternalRow convert() {
    return serializer.apply(row());
  }

  private Row row() {
    String key = UnitRow.rowKey(change, Optional.of(unit), "content");
    return UnitRow.ofUnit(change, unit, 1, settings, "content", 1)
        .set("status", key.isEmpty() ? "failed" : "ok")
        .build();
  }
}
