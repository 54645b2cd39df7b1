package org.codeaudit.job.ml;

import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.option.FunctionSettings;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.AnswerColumn;
import org.codeaudit.udf.ReviewedColumn;
import org.codeaudit.udf.setting.AnswerSettings;

/**
 * Reviews the files or diffs of {@code inputCol}, whose languages are in {@code languageCol}:
 * {@code ai_review} as a stage of a pipeline.
 */
public final class CodeReviewer extends LanguageModelTransformer<CodeReviewer> {
  private static final long serialVersionUID = 1L;

  private final Param<String> languageCol;
  private final Param<String> review;
  private final Param<String> prompt;
  private final IntParam unitTokens;
  private final IntParam maxFindings;
  private final DoubleParam minConfidence;

  /** A reviewer with an id of its own. */
  public CodeReviewer() {
    this(randomUid("codeReviewer"));
  }

  public CodeReviewer(String uid) {
    super(uid);
    languageCol = new Param<>(this, "languageCol", "The column that names the code's language");
    review = new Param<>(this, "review", "How code is reviewed: checks or open");
    prompt =
        new Param<>(this, "prompt", "Prompt template of open reviews: a file or a bundled one");
    unitTokens = new IntParam(this, "unitTokens", "The most tokens of code in one question");
    maxFindings = new IntParam(this, "maxFindings", "The most findings of one question");
    minConfidence =
        new DoubleParam(this, "minConfidence", "Findings of less confidence are left out");
  }

  /** Reads a reviewer that was saved. */
  public static CodeReviewer load(String path) {
    return read().load(path);
  }

  /** A reader of saved reviewers. */
  public static MLReader<CodeReviewer> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  Conversation conversation() {
    return Conversation.INSTRUCTED;
  }

  @Override
  AnswerColumn column(FunctionSettings settings, AnswerSettings answer, StructType schema) {
    return new ReviewedColumn(
        settings.review(answer),
        settings.minConfidence(),
        schema.fieldIndex(text(inputCol())),
        schema.fieldIndex(text(languageCol)));
  }

  @Override
  StructType type() {
    return ReviewedColumn.TYPE;
  }

  @Override
  List<String> inputs() {
    return List.of(text(inputCol()), text(languageCol));
  }

  public Param<String> languageCol() {
    return languageCol;
  }

  public Param<String> review() {
    return review;
  }

  public Param<String> prompt() {
    return prompt;
  }

  public IntParam unitTokens() {
    return unitTokens;
  }

  public IntParam maxFindings() {
    return maxFindings;
  }

  public DoubleParam minConfidence() {
    return minConfidence;
  }

  public CodeReviewer setLanguageCol(String value) {
    return with(languageCol, value);
  }

  public CodeReviewer setReview(String value) {
    return with(review, value);
  }

  public CodeReviewer setPrompt(String value) {
    return with(prompt, value);
  }

  public CodeReviewer setUnitTokens(int value) {
    return with(unitTokens, value);
  }

  public CodeReviewer setMaxFindings(int value) {
    return with(maxFindings, value);
  }

  public CodeReviewer setMinConfidence(double value) {
    return with(minConfidence, value);
  }
}
