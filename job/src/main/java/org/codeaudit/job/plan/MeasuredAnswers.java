package org.codeaudit.job.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.sample.UnitPlace;

/** Answers the model gives to a few questions of the source, asked for the sake of the plan. */
final class MeasuredAnswers {
  /** Bytes of text a token stands for at most, in the long run: few of code have more than 4. */
  private static final int BYTES_PER_TOKEN = 4;

  /** An answer is kept as text, and its findings within the review and as rows of their own. */
  private static final int COPIES = 3;

  private static final int SKIPPED_ROWS = 32;

  private final SparkSession spark;
  private final SourceSampling sampling;
  private final SourceCount source;

  MeasuredAnswers(SparkSession spark, SourceSampling sampling, SourceCount source) {
    this.spark = spark;
    this.sampling = sampling;
    this.source = source;
  }

  /**
   * Asks the model.
   *
   * @param questions how many; 0 asks nothing and takes every answer to be as long as allowed
   * @param findings makes the table of findings of one of reviews
   */
  AnswerFigures figures(int questions, int maxNewTokens, UnaryOperator<Dataset<Row>> findings) {
    List<UnitPlace> places = new ArrayList<>(spread(source.askedSample(), questions));
    places.addAll(source.skippedSample().stream().limit(SKIPPED_ROWS).toList());
    List<Row> rows = sampling.measure(places);
    List<Row> answered =
        rows.stream().filter(row -> row.getAs("generated_tokens") != null).toList();
    List<Row> others = rows.stream().filter(row -> row.getAs("skip_reason") != null).toList();
    if (answered.isEmpty() && questions > 0 && !source.askedSample().isEmpty()) {
      throw unanswered(rows);
    }
    return answered.isEmpty()
        ? longest(maxNewTokens, others)
        : measured(answered, others, findings);
  }

  private static AuditException unanswered(List<Row> rows) {
    String why =
        rows.stream()
            .map(row -> row.<String>getAs("error_message"))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("no reason is given");
    return new AuditException(
        ErrorClass.PLAN_UNANSWERED,
        "No question the model was asked for the plan was answered",
        why,
        "Correct what it says, or pass --measure 0 to plan without asking");
  }

  /**
   * As many places as asked for, spread evenly over the lengths of prompts: systematic sampling
   * from the ordered list, which is never worse than a simple sample where longer questions have
   * longer answers (Cochran 1977, section 8.6).
   */
  static List<UnitPlace> spread(List<UnitPlace> sample, int size) {
    List<UnitPlace> ordered =
        sample.stream()
            .sorted(
                Comparator.comparingInt(UnitPlace::promptTokens).thenComparingLong(UnitPlace::rank))
            .toList();
    int chosen = Math.min(size, ordered.size());
    List<UnitPlace> places = new ArrayList<>();
    for (int i = 0; i < chosen; i++) {
      places.add(ordered.get((int) ((i + 0.5) * ordered.size() / chosen)));
    }
    return places;
  }

  private AnswerFigures measured(
      List<Row> answered, List<Row> others, UnaryOperator<Dataset<Row>> findings) {
    double[] tokens =
        answered.stream().mapToDouble(row -> number(row, "generated_tokens")).toArray();
    double cut = answered.stream().filter(row -> Status.of(row) == Status.TRUNCATED).count();
    TableSize reviews = TableSize.of(spark, ReviewSchema.REVIEWS, answered);
    Dataset<Row> found = findings.apply(spark.createDataFrame(answered, ReviewSchema.REVIEWS));
    TableSize finding = TableSize.of(spark, found.schema(), found.collectAsList());
    OutputSize size =
        new OutputSize(
            (double) (reviews.rowBytes() + finding.rowBytes()) / answered.size(),
            bytesPerRow(others),
            reviews.fileBytes() + finding.fileBytes(),
            false);
    AnswerFigures.Rates rates = rates(answered);
    return new AnswerFigures(
        Samples.mean(tokens, source.complete() ? source.asked().estimate() : Double.MAX_VALUE),
        OptionalDouble.of(cut / answered.size()),
        Optional.of(rates),
        size,
        "Answers: the model was asked "
            + answered.size()
            + " of these questions, spread evenly over the lengths of prompts, on "
            + rates.where()
            + ".");
  }

  private AnswerFigures longest(int maxNewTokens, List<Row> others) {
    TableSize empty = TableSize.of(spark, ReviewSchema.REVIEWS, List.of());
    double text = (double) COPIES * BYTES_PER_TOKEN * maxNewTokens;
    double other = bytesPerRow(others);
    return new AnswerFigures(
        Interval.exact(maxNewTokens),
        OptionalDouble.empty(),
        Optional.empty(),
        new OutputSize(text + other, other, 2.0 * empty.fileBytes(), true),
        "Answers: the model was not asked; each is taken to be as long as --max-new-tokens allows,"
            + " so tokens written and output are the most there may be.");
  }

  private double bytesPerRow(List<Row> rows) {
    return rows.isEmpty()
        ? 0
        : (double) TableSize.of(spark, ReviewSchema.REVIEWS, rows).rowBytes() / rows.size();
  }

  private static AnswerFigures.Rates rates(List<Row> answered) {
    double read = sum(answered, "prompt_tokens") - sum(answered, "cached_tokens");
    Row any = answered.get(0);
    String device = any.getAs("device");
    return new AnswerFigures.Rates(
        read / sum(answered, "prefill_ns") * 1e9,
        sum(answered, "generated_tokens") / sum(answered, "decode_ns") * 1e9,
        device + " of " + any.getAs("host"),
        isGpu(device));
  }

  static boolean isGpu(String device) {
    return !device.toLowerCase(Locale.ROOT).startsWith("cpu");
  }

  private static double sum(List<Row> rows, String column) {
    return rows.stream().mapToDouble(row -> number(row, column)).sum();
  }

  private static double number(Row row, String column) {
    return row.<Number>getAs(column).doubleValue();
  }
}
