package org.codeaudit.job.sql;

import java.util.Locale;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.option.FunctionSettings;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.AnswerColumn;
import org.codeaudit.udf.GeneratedColumn;
import org.codeaudit.udf.ReviewedColumn;
import org.codeaudit.udf.setting.AnswerSettings;

/** The functions that ask the model. All their arguments are strings. */
enum AiFunction {
  /** {@code ai_generate(prompt)}. */
  AI_GENERATE(
      1,
      Conversation.PLAIN,
      GeneratedColumn.TYPE,
      "_FUNC_(prompt) - Returns the model's answer to a prompt as a struct with its text and status.") {
    @Override
    AnswerColumn column(FunctionSettings settings, AnswerSettings answer, int[] ordinals) {
      return new GeneratedColumn(answer, settings.sampling(), ordinals[0]);
    }
  },

  /** {@code ai_review(code, language)}. */
  AI_REVIEW(
      2,
      Conversation.INSTRUCTED,
      ReviewedColumn.TYPE,
      "_FUNC_(code, language) - Returns the model's review of a file's text or of a unified diff as"
          + " a struct with its findings and status.") {
    @Override
    AnswerColumn column(FunctionSettings settings, AnswerSettings answer, int[] ordinals) {
      return new ReviewedColumn(
          settings.review(answer), settings.minConfidence(), ordinals[0], ordinals[1]);
    }
  };

  private final int arguments;
  private final Conversation conversation;
  private final StructType type;
  private final String usage;

  AiFunction(int arguments, Conversation conversation, StructType type, String usage) {
    this.arguments = arguments;
    this.conversation = conversation;
    this.type = type;
    this.usage = usage;
  }

  /**
   * The column its calls fill.
   *
   * @param answer of the settings
   * @param ordinals where the arguments stand in a row
   */
  abstract AnswerColumn column(FunctionSettings settings, AnswerSettings answer, int[] ordinals);

  int arguments() {
    return arguments;
  }

  /** How the model is asked. */
  Conversation conversation() {
    return conversation;
  }

  StructType type() {
    return type;
  }

  String usage() {
    return usage;
  }

  String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
