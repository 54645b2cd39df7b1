package org.codeaudit.job.plan;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.stddev_samp;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.LiteralPaths;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.setting.ReviewSettings;

/** Answers that an earlier run has left in its output folder. */
final class EarlierReviews {
  private final SparkSession spark;
  private final String folder;

  EarlierReviews(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * The figures of answers by the same model to the same prompt with the same limit of new tokens;
   * empty if there are none.
   *
   * @throws AuditException if the folder's tables cannot be read
   */
  Optional<AnswerFigures> figures(ReviewSettings settings) {
    try {
      Dataset<Row> reviews = reviews(settings);
      Row figures =
          reviews
              .agg(
                  count(lit(1)).as("rows"),
                  avg("generated_tokens").as("mean"),
                  stddev_samp("generated_tokens").as("deviation"),
                  count_if(Status.TRUNCATED.matches()).as("truncated"),
                  sum(col("prompt_tokens").minus(col("cached_tokens"))).as("read"),
                  sum("prefill_ns").as("prefill"),
                  sum("generated_tokens").as("written"),
                  sum("decode_ns").as("decode"),
                  max_by(col("device"), col("finished_at")).as("device"),
                  max_by(col("host"), col("finished_at")).as("host"))
              .first();
      return number(figures, "rows") == 0
          ? Optional.empty()
          : Optional.of(figures(figures, size()));
    } catch (IOException e) {
      throw unreadable(e);
    } catch (Exception e) {
      // Spark's own errors are checked in Scala only.
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        throw unreadable(e);
      }
      throw e;
    }
  }

  private Dataset<Row> reviews(ReviewSettings settings) {
    Dataset<Row> runs =
        LiteralPaths.read(spark)
            .parquet(table("runs"))
            .where(
                get_json_object(col("settings"), "$['--max-new-tokens']")
                    .equalTo(String.valueOf(settings.answer().maxNewTokens())))
            .select("run_id");
    return LiteralPaths.read(spark)
        .schema(ReviewSchema.REVIEWS)
        .parquet(table("reviews"))
        .where(
            col("generated_tokens")
                .isNotNull()
                .and(col("model_revision").equalTo(settings.answer().modelRevision()))
                .and(col("prompt_version").equalTo(settings.prompt().version())))
        .join(runs, "run_id");
  }

  private AnswerFigures figures(Row row, OutputSize size) {
    double rows = number(row, "rows");
    String device = row.getAs("device");
    AnswerFigures.Rates rates =
        new AnswerFigures.Rates(
            number(row, "read") / number(row, "prefill") * 1e9,
            number(row, "written") / number(row, "decode") * 1e9,
            device + " of " + row.getAs("host"),
            MeasuredAnswers.isGpu(device));
    double deviation = row.getAs("deviation") == null ? Double.NaN : number(row, "deviation");
    return new AnswerFigures(
        Samples.mean(number(row, "mean"), deviation, (long) rows, Double.MAX_VALUE),
        OptionalDouble.of(number(row, "truncated") / rows),
        Optional.of(rates),
        size,
        String.format(
            "Answers: as %,d earlier ones of this model to this prompt in %s, given on %s.",
            (long) rows, folder, rates.where()));
  }

  /** Bytes of what is there, files included; rows that were not asked count as little. */
  private OutputSize size() throws IOException {
    Dataset<Row> reviews = LiteralPaths.read(spark).parquet(table("reviews"));
    double asked = reviews.where(col("generated_tokens").isNotNull()).count();
    return new OutputSize((bytes("reviews") + bytes("findings")) / asked, 0, 0, false);
  }

  private double bytes(String table) throws IOException {
    Path path = new Path(table(table));
    FileSystem files = path.getFileSystem(spark.sessionState().newHadoopConf());
    return files.exists(path) ? files.getContentSummary(path).getLength() : 0;
  }

  private String table(String name) {
    return new Path(LiteralPaths.place(folder), name).toString();
  }

  private static double number(Row row, String column) {
    return row.<Number>getAs(column).doubleValue();
  }

  private AuditException unreadable(Exception cause) {
    return new AuditException(
        ErrorClass.PLAN_FROM,
        "Cannot read earlier answers from " + folder,
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason is given"),
        "Name the --out folder of an earlier review, written as Parquet, or leave --from out",
        cause);
  }
}
