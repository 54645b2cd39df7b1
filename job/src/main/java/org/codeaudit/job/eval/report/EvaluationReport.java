package org.codeaudit.job.eval.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.sink.Csv;

/**
 * The result of an evaluation, printed and saved: {@code report.md}, {@code figures} and {@code
 * matches} as CSV files and Parquet tables, and charts.
 */
public final class EvaluationReport {
  private final String set;
  private final List<Evaluation> evaluations;
  private final Tables tables;
  private final OptionalDouble pricePerHour;

  /**
   * @param set what was reviewed, for people
   * @param evaluations of that set, at least one
   * @param pricePerHour of the machine; empty if it is not known
   */
  public EvaluationReport(String set, List<Evaluation> evaluations, OptionalDouble pricePerHour) {
    this.set = set;
    this.evaluations = List.copyOf(evaluations);
    this.tables = new Tables(this.evaluations, pricePerHour);
    this.pricePerHour = pricePerHour;
  }

  /** Prints what people look at first. */
  public void print(PrintWriter out) {
    List<Table> shown = new ArrayList<>(List.of(tables.comparison()));
    for (Evaluation evaluation : evaluations) {
      shown.add(Tables.categories(evaluation));
      shown.add(Tables.sweep(evaluation));
      if (!evaluation.notReviewed().isEmpty()) {
        shown.add(Tables.notReviewed(evaluation));
      }
    }
    for (Table table : shown) {
      table.text().forEach(out::println);
      out.println();
    }
    out.flush();
  }

  /**
   * Saves everything; earlier files of the same names are replaced.
   *
   * @param folder on the driver
   * @param shared the folder for the Parquet tables, which executors write
   * @param head lines about how it was made, for the report
   * @throws AuditException {@code EVALUATION_UNWRITABLE}
   */
  public void save(Path folder, String shared, List<String> head, SparkSession spark) {
    try {
      Files.createDirectories(folder);
      List<String> charts = new Charts(set, evaluations).write(folder);
      Files.write(folder.resolve("report.md"), markdown(head, charts));
      List<Row> figures = ResultTables.figures(evaluations, pricePerHour);
      List<Row> matches = ResultTables.matches(evaluations);
      Csv.write(folder.resolve("figures.csv"), ResultTables.FIGURES, figures);
      Csv.write(folder.resolve("matches.csv"), ResultTables.MATCHES, matches);
      parquet(spark, figures, ResultTables.FIGURES, shared + "/figures.parquet");
      parquet(spark, matches, ResultTables.MATCHES, shared + "/matches.parquet");
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.EVALUATION_UNWRITABLE,
          "Cannot save the evaluation in " + folder,
          e.toString(),
          "Name a folder that you may write; what was asked is kept and not asked again",
          e);
    }
  }

  private static void parquet(SparkSession spark, List<Row> rows, StructType schema, String place) {
    spark.createDataFrame(rows, schema).coalesce(1).write().mode("overwrite").parquet(place);
  }

  private List<String> markdown(List<String> head, List<String> charts) {
    List<String> lines = new ArrayList<>(List.of("# Evaluation on " + set, ""));
    lines.addAll(head);
    lines.add("");
    lines.addAll(tables.comparison().markdown());
    lines.add("");
    for (String chart : charts) {
      lines.add("![" + chart.replace(".svg", "") + "](" + chart + ")");
      lines.add("");
    }
    for (Evaluation evaluation : evaluations) {
      List<Table> all = new ArrayList<>();
      all.add(Tables.categories(evaluation));
      all.add(Tables.weaknesses(evaluation));
      all.add(Tables.languages(evaluation));
      all.add(Tables.reliability(evaluation));
      all.add(Tables.sweep(evaluation));
      if (!evaluation.notReviewed().isEmpty()) {
        all.add(Tables.notReviewed(evaluation));
      }
      for (Table table : all) {
        lines.addAll(table.markdown());
        lines.add("");
      }
    }
    return lines;
  }
}
