package org.codeaudit.udf.run;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.Claim;
import org.codeaudit.review.QuestionTokens;
import org.codeaudit.review.ReviewedCode;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.row.ChangeSchema;
import org.codeaudit.udf.setting.ReviewSettings;

/** How a file becomes the units that a model is asked about, one question each. */
public final class ReviewUnits {
  private final ReviewSettings settings;
  private final ModelText text;

  /** Tokens of the checks; null without checks, and for claims, which have their own. */
  private final QuestionTokens questions;

  /** Counts what does not depend on a file, so one instance should serve many files. */
  public ReviewUnits(ReviewSettings settings, ModelText text) {
    this.settings = settings;
    this.text = text;
    this.questions =
        settings.checks().present() && !settings.claims().present()
            ? new QuestionTokens(settings.checks().checks().checks(), this::tokens)
            : null;
  }

  /**
   * The file of a row of {@link ChangeSchema} that is neither skipped nor in error.
   *
   * @throws RuntimeException if its diff cannot be understood
   */
  public static FileChange fileChange(Row change) {
    String diff = change.getAs("diff");
    return new FileChange(
        change.getAs("path"),
        Optional.ofNullable(change.getAs("old_path")),
        Optional.ofNullable(change.getAs("language")),
        ChangeKind.of(change.getAs("change_kind")),
        diff == null ? List.of() : UnifiedDiffParser.hunks(diff),
        Optional.ofNullable(change.getAs("content")));
  }

  /**
   * The units of a file; none where there is nothing to review.
   *
   * @throws org.codeaudit.AuditException if prompt and answer leave no room for code
   */
  public List<Unit> split(FileChange file) {
    return splitter(file).split(file);
  }

  /**
   * Tokens of the prompts about a unit; for checks an approximation.
   *
   * @param checks those that are asked about the file
   */
  public int promptTokens(FileChange file, Unit unit, CheckSettings checks) {
    return questions == null
        ? promptTokens(file, unit.text())
        : questions.prompts(checks, ReviewedCode.of(file, unit));
  }

  private int promptTokens(FileChange file, String code) {
    return text.chat()
        .encode(settings.prompt().messages(file, code), settings.answer().thinking())
        .length;
  }

  private int tokens(List<ChatMessage> messages) {
    return text.chat().encode(messages, false).length;
  }

  /** Tokens of prompt and answer without the code. */
  private int overhead(FileChange file) {
    if (settings.claims().present()) {
      List<Claim> claims = settings.claims().of(file.path());
      List<Check> checks = claims.stream().map(Claim::check).toList();
      return new QuestionTokens(checks, this::tokens).overhead();
    }
    return questions == null
        ? promptTokens(file, "") + settings.answer().maxNewTokens()
        : questions.overhead();
  }

  /** Splits by what the model's context leaves for code after prompt and answer. */
  private ChangeSplitter splitter(FileChange file) {
    int left = text.contextLength() - overhead(file) - 1;
    return new ChangeSplitter(
        Math.min(left, settings.unitTokens()), code -> text.tokenizer().encode(code).length);
  }
}
