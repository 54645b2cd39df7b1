package org.codeaudit.job.console;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.sink.ExecutorSummary;
import org.codeaudit.job.sink.RunSummary;
import org.codeaudit.job.sink.Stop;
import org.codeaudit.udf.row.Status;

/** The summary of a run on standard output. */
public final class Report {
  private static final int MOST_FINDINGS = 25;
  private static final int MOST_FAILURES = 5;
  private static final int MOST_ANSWERS = 3;
  private static final int MOST_LINES = 20;
  private static final int TITLE_WIDTH = 72;

  private final PrintWriter out;

  public Report(PrintWriter out) {
    this.out = out;
  }

  /**
   * The gravest findings, surest first; what has the same fingerprint is shown once. Suppressed
   * ones are counted apart.
   *
   * @param all rows of the table {@code states}
   * @param minConfidence those below are only counted
   */
  public void findings(Dataset<Row> all, double minConfidence) {
    long count = all.count();
    boolean everything = minConfidence <= 0;
    Map<String, Long> suppressed = count == 0 ? Map.of() : suppressed(all);
    long open = count - suppressed.values().stream().mapToLong(Long::longValue).sum();
    Dataset<Row> needing = all.where(col("suppressed").isNull());
    Dataset<Row> findings =
        everything ? needing : needing.where(col("confidence").geq(minConfidence));
    long above = everything ? open : findings.count();
    // A window and not max_by: RAPIDS supports it.
    WindowSpec same = Window.partitionBy("fingerprint");
    Column surest = coalesce(col("confidence"), lit(0.0)).desc();
    Dataset<Row> distinct =
        findings
            .withColumn("times", count(lit(1)).over(same))
            .withColumn(
                "rank", row_number().over(same.orderBy(surest, col("path"), col("line_start"))))
            .where(col("rank").equalTo(1));
    List<Row> rows =
        distinct
            .orderBy(severityRank(), col("confidence").desc_nulls_last(), col("path"))
            .limit(MOST_FINDINGS)
            .collectAsList();
    if (rows.isEmpty()) {
      out.println(
          count == 0
              ? "No findings."
              : open == 0
                  ? "No findings but suppressed ones."
                  : "No findings above that confidence.");
      below(open - above, minConfidence);
      suppressed(suppressed);
      out.println();
      return;
    }
    out.println("Findings");
    for (Row row : rows) {
      Integer line = row.getAs("line_start");
      String side = "old".equals(row.getAs("side")) ? " (removed line)" : "";
      out.printf(
          "  %-8s %s%s%s  %s%s%s%s%n",
          row.<String>getAs("severity"),
          printable(row.getAs("path")),
          line == null ? "" : ":" + line,
          side,
          row.<String>getAs("category"),
          row.getAs("cwe") == null ? "" : " " + row.getAs("cwe"),
          row.<Long>getAs("times") == 1 ? "" : "  (" + row.getAs("times") + " times)",
          row.getAs("compared_with") == null ? "" : "  " + row.getAs("state"));
      Double confidence = row.getAs("confidence");
      out.printf(
          "           %s%s%n",
          shortened(row.getAs("title")),
          confidence == null ? "" : String.format(Locale.ROOT, "  (confidence %.2f)", confidence));
      out.printf("           > %s%n", shortened(row.getAs("quote")));
    }
    long shown = rows.stream().mapToLong(row -> row.<Long>getAs("times")).sum();
    if (above > shown) {
      out.printf("  ... and %d more in the table findings%n", above - shown);
    }
    below(open - above, minConfidence);
    suppressed(suppressed);
    out.println();
  }

  /** How many are suppressed, by what has suppressed them. */
  private static Map<String, Long> suppressed(Dataset<Row> findings) {
    Map<String, Long> counts = new TreeMap<>();
    findings
        .where(col("suppressed").isNotNull())
        .groupBy("suppressed_by")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }

  private void suppressed(Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      out.printf(
          "  Suppressed and not shown: %s; they are in the table findings%n",
          counts.entrySet().stream()
              .map(entry -> entry.getValue() + " " + kind(entry.getKey()))
              .collect(Collectors.joining(", ")));
    }
  }

  private static String kind(String suppressedBy) {
    return suppressedBy.equals("inline") ? "by remarks in the code" : "by rules";
  }

  private void below(long below, double minConfidence) {
    if (below > 0) {
      out.printf(
          Locale.ROOT,
          "  %d less sure than %.2f not shown (--min-confidence); they are in the table findings%n",
          below,
          minConfidence);
    }
  }

  private static Column severityRank() {
    Column[] ranks =
        Arrays.stream(Severity.values())
            .map(severity -> lit(severity.columnValue()))
            .toArray(Column[]::new);
    return array_position(array(ranks), col("severity"));
  }

  private static String shortened(String text) {
    String line = printable(text.replaceAll("\\s+", " ").strip());
    return line.length() <= TITLE_WIDTH ? line : line.substring(0, TITLE_WIDTH - 3) + "...";
  }

  /** Names and code under review could otherwise steer the terminal that shows them. */
  public static String printable(String text) {
    return text == null ? "" : text.replaceAll("\\R", " ").replaceAll("\\p{Cc}", "?");
  }

  /** The first answers, cut to a few lines each. */
  public void answers(Dataset<Row> generations) {
    List<Row> rows =
        generations
            .where(col("text").isNotNull())
            .select(col("id"), col("text"))
            .orderBy("id")
            .limit(MOST_ANSWERS)
            .collectAsList();
    for (Row row : rows) {
      out.printf("--- %s%n", printable(row.getString(0)));
      row.getString(1)
          .lines()
          .limit(MOST_LINES)
          .forEach(line -> out.println(printable(line.replace("\t", "    "))));
      if (row.getString(1).lines().count() > MOST_LINES) {
        out.println("... (the rest is in the table generations)");
      }
    }
    out.println();
  }

  /** The first failed rows, each with its reason. */
  public void failures(Dataset<Row> answers) {
    String name = List.of(answers.columns()).contains("path") ? "path" : "id";
    List<Row> failed =
        answers
            .where(Status.FAILED.matches())
            .select(col(name), col("error_message"))
            .limit(MOST_FAILURES)
            .collectAsList();
    if (!failed.isEmpty()) {
      out.println("Failed");
      failed.forEach(
          row ->
              out.printf("  %s: %s%n", printable(row.getString(0)), printable(row.getString(1))));
      out.println();
    }
  }

  /** Units whose answers would change if their comments were shown. */
  public void framed(Dataset<Row> reviews) {
    List<Row> framed =
        reviews.where(col("framed")).select(col("path"), col("start_line")).collectAsList();
    if (!framed.isEmpty()) {
      out.println("Comments that would change the answer, had they been shown");
      framed.stream()
          .limit(MOST_LINES)
          .forEach(row -> out.printf("  %s:%s%n", printable(row.getString(0)), row.get(1)));
      if (framed.size() > MOST_LINES) {
        out.printf("  ... and %d more in the table reviews%n", framed.size() - MOST_LINES);
      }
      out.println();
    }
  }

  /** What became of the files that the run saw. */
  public void coverage(Dataset<Row> files) {
    List<Row> outcomes =
        files
            .groupBy("outcome")
            .count()
            .orderBy(col("count").desc(), col("outcome"))
            .collectAsList();
    Map<Boolean, List<Row>> gone =
        outcomes.stream()
            .collect(Collectors.partitioningBy(row -> row.getString(0).equals(CoverageTable.GONE)));
    out.printf(
        "Files      %d: %s%s%n",
        gone.get(false).stream().mapToLong(row -> row.getLong(1)).sum(),
        numbered(gone.get(false)),
        gone.get(true).isEmpty() ? "" : "; " + numbered(gone.get(true)));
  }

  /** How the findings compare with those of the runs before, if there were any. */
  public void states(Dataset<Row> states) {
    List<Row> counts =
        states
            .where(col("compared_with").isNotNull())
            .groupBy("state")
            .count()
            .orderBy(col("count").desc(), col("state"))
            .collectAsList();
    if (!counts.isEmpty()) {
      out.printf("Compared   %s%n", numbered(counts));
    }
  }

  /** Names and how often each came, from rows of both. */
  private static String numbered(List<Row> counts) {
    return counts.stream()
        .map(row -> row.getLong(1) + " " + row.getString(0).replace('_', ' '))
        .collect(Collectors.joining(", "));
  }

  /** What each executor did, if there were several. */
  public void executors(List<ExecutorSummary> executors) {
    List<String> lines = ExecutorTable.lines(executors);
    lines.forEach(out::println);
    if (!lines.isEmpty()) {
      out.println();
    }
  }

  /** Coverage and throughput. */
  public void summary(AuditRun.Result result) {
    RunSummary summary = result.summary();
    double seconds = result.seconds();
    if (result.reusedInputs() > 0) {
      out.printf("Earlier    %d inputs were answered by earlier runs%n", result.reusedInputs());
    }
    out.printf(
        "Rows       %d: %d ok, %d truncated, %d skipped, %d failed%n",
        summary.rows(), summary.ok(), summary.truncated(), summary.skipped(), summary.failed());
    result.stop().ifPresent(this::stop);
    reasons("Skipped", summary.skippedBy());
    unknown(summary.unknownExtensions());
    reasons("Failed", summary.failedBy());
    summary
        .coverage()
        .ifPresent(
            share ->
                out.printf(
                    Locale.ROOT,
                    "Coverage   %.1f %% of what was asked came back whole%n",
                    100 * share));
    result.findings().ifPresent(count -> out.printf("Findings   %d%n", count));
    if (summary.generatedTokens() > 0) {
      out.printf(
          Locale.ROOT,
          "Tokens     %d read, %d written (%d of them forced by the answer's form)%n",
          summary.promptTokens(),
          summary.generatedTokens(),
          summary.forcedTokens());
      out.printf(
          Locale.ROOT,
          "Speed      %.1f tokens/s read, %.1f tokens/s written over %s%n",
          summary.promptTokens() / seconds,
          summary.generatedTokens() / seconds,
          ProgressLine.duration(seconds));
    }
    summary
        .modelId()
        .ifPresent(
            model ->
                out.printf(
                    Locale.ROOT,
                    "Model      %s, %s, %s arithmetic%s%n",
                    model,
                    summary.precision().orElse(""),
                    summary.arithmetic().orElse("unknown"),
                    summary.modelLoadNanos().isPresent()
                        ? String.format(
                            Locale.ROOT,
                            ", loaded in %.1f s",
                            summary.modelLoadNanos().getAsLong() / 1e9)
                        : ""));
  }

  private void stop(Stop stop) {
    out.printf(
        "Stopped    the budget of %s was used up; %s left; the same command goes on with them%n",
        stop.budget().columnValue(),
        stop.inputsLeft().isPresent()
            ? stop.inputsLeft().getAsLong() + " inputs are"
            : "more inputs than could be counted are");
  }

  private void reasons(String what, Map<String, Long> reasons) {
    if (!reasons.isEmpty()) {
      out.printf(
          "%-10s %s%n",
          what,
          reasons.entrySet().stream()
              .map(reason -> reason.getValue() + " " + reason.getKey())
              .collect(Collectors.joining(", ")));
    }
  }

  /**
   * The extensions that were skipped most: one of them may be code that somebody wants reviewed.
   */
  private void unknown(Map<String, Long> extensions) {
    Map<String, Long> named = new LinkedHashMap<>();
    extensions.forEach(
        (extension, count) ->
            named.put(extension.isEmpty() ? "without an extension" : printable(extension), count));
    reasons("Unknown", named);
  }

  /** Where the tables are. */
  public void tables(String folder, List<String> tables) {
    out.printf("Tables     %s/{%s}%n", folder, String.join(",", tables));
    out.flush();
  }
}
