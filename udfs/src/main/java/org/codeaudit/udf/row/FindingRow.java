package org.codeaudit.udf.row;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.AnchoredCode;
import org.codeaudit.finding.Finding;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.finding.ToolReport;
import org.codeaudit.prompt.Side;
import org.codeaudit.rule.Ruling;
import org.codeaudit.rule.Suppression;

/** Findings as rows. */
public final class FindingRow {
  /** Columns of {@code reviews} that a row of the table {@code findings} repeats. */
  public static final List<String> UNIT_COLUMNS =
      List.of(
          "schema_version",
          "run_id",
          "row_key",
          "attempt",
          "repository",
          "commit_id",
          "parent_id",
          "committed_at",
          "path",
          "old_path",
          "language",
          "change_kind",
          "unit",
          "start_line",
          "end_line",
          "content_sha",
          "prompt_name",
          "prompt_version",
          "model_id",
          "model_revision",
          "arithmetic");

  private FindingRow() {}

  /**
   * The row of a finding, of {@link ReviewSchema#FINDING}.
   *
   * @param code the whole file it stands in; empty for a change
   * @param ruling what people have said about it
   * @param redactor of what they have said
   */
  public static Row of(
      Finding finding, Optional<AnchoredCode> code, Ruling ruling, SecretRedactor redactor) {
    RowBuilder row = new RowBuilder(ReviewSchema.FINDING);
    set(row, ruling, redactor);
    return row.set("finding_id", finding.findingId())
        .set("fingerprint", finding.fingerprint())
        .set("fingerprint_loose", finding.fingerprintLoose())
        .set("check", finding.check().orElse(null))
        .set("category", finding.category().columnValue())
        .set("cwe", finding.cwe().orElse(null))
        .set("severity", finding.severity().columnValue())
        .set("confidence", orNull(finding.confidence()))
        .set("title", finding.title())
        .set("message", finding.message())
        .set("suggestion", finding.suggestion().isEmpty() ? null : finding.suggestion())
        .set("quote", finding.quote())
        .set("side", finding.side().map(Side::columnValue).orElse(null))
        .set("line_start", orNull(finding.lineStart()))
        .set("line_end", orNull(finding.lineEnd()))
        .set("anchor_status", finding.anchorStatus().columnValue())
        .set("code_sha", code.flatMap(file -> codeSha(file, finding)).orElse(null))
        .set("tool", finding.report().map(ToolReport::tool).orElse(null))
        .set("rule", finding.report().map(ToolReport::rule).orElse(null))
        .set("report_id", finding.report().map(ToolReport::id).orElse(null))
        .build();
  }

  private static Optional<String> codeSha(AnchoredCode file, Finding finding) {
    return finding.lineStart().isPresent()
        ? Optional.of(file.sha(finding.lineStart().getAsInt()))
        : Optional.empty();
  }

  /** Sets the columns that say what people have decided. */
  public static void set(RowBuilder row, Ruling ruling, SecretRedactor redactor) {
    Optional<Suppression> by = ruling.suppression();
    row.set("suppressed", by.map(own -> own.decision().columnValue()).orElse(null))
        .set("suppressed_by", by.map(own -> own.kind().columnValue()).orElse(null))
        .set("suppression_reason", by.map(Suppression::reason).map(redactor::redact).orElse(null))
        .set(
            "suppression_expires",
            by.flatMap(Suppression::expires).map(Object::toString).orElse(null))
        .set(
            "suppression_decided_by",
            by.flatMap(Suppression::by).map(redactor::redact).orElse(null))
        .set("suppression_note", ruling.note().map(redactor::redact).orElse(null));
  }

  private static Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
