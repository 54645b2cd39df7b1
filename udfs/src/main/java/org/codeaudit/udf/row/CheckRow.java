package org.codeaudit.udf.row;

import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.codeaudit.check.CheckScore;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.finding.ToolReport;

/** Scores of checks as rows of {@link ReviewSchema#CHECK}. */
public final class CheckRow {
  private CheckRow() {}

  public static Row of(CheckScore score, SecretRedactor redactor) {
    CheckScore.OfUnit unit = score.unit();
    RowBuilder row =
        new RowBuilder(ReviewSchema.CHECK)
            .set("check", score.check().id())
            .set("category", score.check().category().columnValue())
            .set("screen_score", unit.screen())
            .set("comment_shift", orNull(unit.shift()))
            .set("flow", unit.flow())
            .set("sign", unit.sign())
            .set("screen_probability", unit.probability());
    score.line().ifPresent(line -> setLine(row, line, redactor));
    return row.build();
  }

  /** What is known of the line takes the place of what is known of the unit. */
  private static void setLine(RowBuilder row, CheckScore.OfLine line, SecretRedactor redactor) {
    row.set("flow", line.flow())
        .set("sign", line.sign())
        .set("quote", redactor.redact(line.quote()))
        .set("verdict_score", orNull(line.verdict()))
        .set("confidence", line.confidence())
        .set("report_id", line.report().map(ToolReport::id).orElse(null));
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
