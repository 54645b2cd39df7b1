package org.codeaudit.udf.row;

import org.apache.spark.sql.Row;
import org.codeaudit.check.CheckScore;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.finding.ToolReport;

/** Scores of checks as rows of {@link ReviewSchema#CHECK}. */
public final class CheckRow {
  private CheckRow() {}

  public static Row of(CheckScore score, SecretRedactor redactor) {
    boolean followed = score.confidence().isPresent();
    return new RowBuilder(ReviewSchema.CHECK)
        .set("check", score.check().id())
        .set("category", score.check().category().columnValue())
        .set("screen_score", score.screen())
        .set("comment_shift", score.shift().isPresent() ? score.shift().getAsDouble() : null)
        .set("flow", score.flow())
        .set("sign", score.sign())
        .set("screen_probability", score.probability())
        .set("quote", score.quote().map(redactor::redact).orElse(null))
        .set("verdict_score", score.verdict().isPresent() ? score.verdict().getAsDouble() : null)
        .set("confidence", followed ? score.confidence().getAsDouble() : null)
        .set("report_id", score.report().map(ToolReport::id).orElse(null))
        .build();
  }
}
