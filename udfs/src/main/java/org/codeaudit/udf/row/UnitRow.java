package org.codeaudit.udf.row;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.codeaudit.Hashes;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.Claim;
import org.codeaudit.review.Claims;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Rows of {@code reviews} with everything that is known before a question is asked, and their keys.
 */
public final class UnitRow {
  private static final List<String> COPIED =
      List.of(
          "repository",
          "commit_id",
          "parent_id",
          "committed_at",
          "path",
          "old_path",
          "language",
          "change_kind",
          "content_sha");

  private UnitRow() {}

  /** The row of a file that was not split. */
  public static RowBuilder ofFile(Row change, ReviewSettings settings, int attempt) {
    String content = fileContentKey(change, settings);
    return begin(change, settings, content, fileRowKey(change, settings), attempt)
        .set("unit_count", 1);
  }

  /** The row of one of a file's units. */
  public static RowBuilder ofUnit(
      Row change,
      Unit unit,
      int unitCount,
      ReviewSettings settings,
      String contentKey,
      int attempt) {
    return begin(
            change, settings, contentKey, rowKey(change, Optional.of(unit), contentKey), attempt)
        .set("unit", unit.index())
        .set("unit_count", unitCount)
        .set("start_line", unit.startLine())
        .set("end_line", unit.endLine());
  }

  private static RowBuilder begin(
      Row change, ReviewSettings settings, String contentKey, String rowKey, int attempt) {
    RowBuilder row =
        ResultColumns.begin(
            ReviewSchema.REVIEWS, settings.answer().runId(), contentKey, rowKey, attempt);
    COPIED.forEach(column -> row.set(column, change.getAs(column)));
    return row.set("input_key", inputKey(change, settings))
        .set("prompt_name", settings.promptName())
        .set("prompt_version", settings.promptVersion());
  }

  /**
   * The key of a whole file: all its rows share it. It is known without tokenizer and model, so
   * that an input that an earlier run has done costs next to nothing.
   */
  public static String inputKey(Row change, ReviewSettings settings) {
    return Hashes.key(
        "input",
        change.getAs("repository"),
        version(change),
        change.getAs("path"),
        change.getAs("content_sha"),
        change.getAs("skip_reason"),
        settings.promptVersion(),
        settings.unitTokens(),
        settingsKey(settings, claims(change, settings)));
  }

  /**
   * The key of what a unit is asked: equal questions have equal answers.
   *
   * @param claims those about the unit
   */
  public static String contentKey(
      List<ChatMessage> messages, ReviewSettings settings, List<Claim> claims) {
    return Hashes.key("review", messages, settingsKey(settings, claims));
  }

  /** The key of a unit's row, which must come back exactly once. */
  public static String rowKey(Row change, Optional<Unit> unit, String contentKey) {
    return Hashes.key(
        contentKey,
        change.getAs("repository"),
        version(change),
        change.getAs("path"),
        unit.map(Unit::index).orElse(null));
  }

  /** A whole file is the same in every commit that has it so; a change belongs to its own. */
  private static String version(Row change) {
    boolean whole = ChangeKind.FILE.columnValue().equals(change.getAs("change_kind"));
    return change.getAs(whole ? "content_sha" : "commit_id");
  }

  /** The key of the row of a file that was not split. */
  public static String fileRowKey(Row change, ReviewSettings settings) {
    return rowKey(change, Optional.empty(), fileContentKey(change, settings));
  }

  private static String fileContentKey(Row change, ReviewSettings settings) {
    return Hashes.key(
        change.getAs("content_sha"),
        change.getAs("skip_reason"),
        settings.promptVersion(),
        settingsKey(settings, claims(change, settings)));
  }

  private static List<Claim> claims(Row change, ReviewSettings settings) {
    return settings.claims().of(change.<String>getAs("path"));
  }

  /** Everything that an answer depends on except the question itself. */
  private static String settingsKey(ReviewSettings settings, List<Claim> claims) {
    String key = settingsKey(settings);
    return settings.claims().present()
        ? Hashes.key(key, settings.promptName(), Claims.key(claims))
        : key;
  }

  private static String settingsKey(ReviewSettings settings) {
    AnswerSettings answer = settings.answer();
    return Hashes.key(
        answer.modelRevision(),
        answer.model().numbers(),
        answer.maxNewTokens(),
        answer.thinking(),
        settings.maxFindings(),
        settings.checks().present() ? settings.checks().key() : null);
  }
}
