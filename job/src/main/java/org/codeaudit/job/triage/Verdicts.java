package org.codeaudit.job.triage;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.review.Claim;
import org.codeaudit.udf.row.Status;

/** Rows of the table {@code reviews} as verdicts on the findings of tools. */
public final class Verdicts {
  private final Collection<Row> rows;
  private final double minConfidence;
  private final Map<String, Row> findings = new HashMap<>();
  private final Map<String, Double> flows = new HashMap<>();

  private Verdicts(Collection<Row> rows, double minConfidence) {
    this.rows = rows;
    this.minConfidence = minConfidence;
    for (Row row : rows) {
      structs(row, "findings").forEach(f -> findings.put(f.getAs("report_id"), f));
      structs(row, "checks").forEach(c -> flows.put(c.getAs("report_id"), c.getAs("flow")));
    }
  }

  /**
   * Verdicts by the latest answers; what tools report is little enough for the driver.
   *
   * @param reviews of all runs in the folder
   * @param inputKeys of the files as they are and of what is asked about them now; answers to other
   *     questions are left out
   * @param minConfidence findings of less are false
   */
  public static Verdicts of(Dataset<Row> reviews, Set<String> inputKeys, double minConfidence) {
    Dataset<Row> asked =
        Attempts.latest(reviews.where(col("prompt_name").equalTo("triage")))
            .select(
                "input_key",
                "path",
                "unit_count",
                "start_line",
                "end_line",
                "status",
                "skip_reason",
                "error_class",
                "error_message",
                "checks",
                "findings");
    List<Row> own =
        asked.collectAsList().stream()
            .filter(row -> inputKeys.contains(row.<String>getAs("input_key")))
            .toList();
    return new Verdicts(own, minConfidence);
  }

  private static List<Row> structs(Row row, String column) {
    return row.getAs(column) == null ? List.of() : row.getList(row.fieldIndex(column));
  }

  /** The verdicts on findings, at the same places. */
  public List<Verdict> on(List<ToolFinding> findings) {
    List<Verdict> verdicts = new ArrayList<>();
    findings.forEach(
        finding ->
            verdicts.add(
                finding
                    .claim()
                    .map(claim -> on(claim, finding.path()))
                    .orElseGet(() -> Verdict.notJudged(finding.reason()))));
    return verdicts;
  }

  private Verdict on(Claim claim, String path) {
    Row finding = findings.get(claim.id());
    if (finding == null) {
      return Verdict.notJudged(reason(claim, path));
    }
    double confidence = finding.<Double>getAs("confidence");
    boolean holds = confidence >= minConfidence;
    Integer line = finding.getAs("line_start");
    return new Verdict(
        holds ? Verdict.Kind.TRUE_POSITIVE : Verdict.Kind.FALSE_POSITIVE,
        OptionalDouble.of(confidence),
        holds ? finding.getAs("message") : harmless(claim, confidence),
        line == null ? OptionalInt.empty() : OptionalInt.of(line));
  }

  private String harmless(Claim claim, double confidence) {
    Double flow = flows.get(claim.id());
    String seen =
        flow != null && flow < 0 ? "No value from outside was seen to reach this line. " : "";
    return seen
        + String.format(
            Locale.ROOT,
            "A second look at the line gives the report a probability of %.2f.",
            confidence);
  }

  /** Why a claim has no finding, as a clause. */
  private String reason(Claim claim, String path) {
    List<Row> own = rows.stream().filter(row -> row.<String>getAs("path").equals(path)).toList();
    for (Row row : own) {
      Status status = Status.of(row);
      if (status == Status.SKIPPED) {
        return "its file was skipped: " + row.getAs("skip_reason");
      }
      if (status == Status.FAILED && overlaps(row, claim)) {
        return "the question failed: "
            + row.getAs("error_class")
            + ", "
            + row.getAs("error_message");
      }
    }
    boolean whole = own.stream().anyMatch(row -> own.size() >= row.<Integer>getAs("unit_count"));
    return !whole
        ? "it was not asked yet: the same command goes on with it"
        : "none of its lines can be shown whole: they are blank, comments, brackets or too long";
  }

  private static boolean overlaps(Row row, Claim claim) {
    Integer start = row.getAs("start_line");
    Integer end = row.getAs("end_line");
    return start == null || end == null || (start <= claim.endLine() && end >= claim.startLine());
  }
}
