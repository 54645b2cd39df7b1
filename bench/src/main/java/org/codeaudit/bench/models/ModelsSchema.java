package org.codeaudit.bench.models;

import org.apache.spark.sql.types.StructType;

/**
 * The table {@code models}: a row for each model. What is null has its reason in {@code notes}; its
 * answers are the rows of {@code generations} with its {@code run_id}.
 *
 * <p>Tokens are those of answers, and a second is one of {@code seconds}, from the first prompt to
 * the last answer. Rates of prefill and decode are over the time of steps spent on either. {@code
 * first_token_seconds} and {@code first_token_seconds_most} are median and maximum over prompts,
 * time in the queue not counted. Shares of code are over answers whose code a parser could read;
 * {@code judge_score} is the mean over the {@code judged} answers to which the judge gave a score.
 */
final class ModelsSchema {
  static final StructType MODELS =
      new StructType()
          .add("model", "string", false)
          .add("run_id", "string", false)
          .add("model_id", "string")
          .add("revision", "string")
          .add("measured_at", "timestamp", false)
          .add("status", "string", false)
          .add("error", "string")
          .add("attention", "string")
          .add("placement", "string")
          .add("device", "string")
          .add("precision", "string")
          .add("arithmetic", "string")
          .add("prompts", "int", false)
          .add("answers", "int")
          .add("tokens", "long")
          .add("tokens_per_second", "double")
          .add("seconds", "double")
          .add("model_bytes", "long")
          .add("free_bytes", "long")
          .add("peak_bytes", "long")
          .add("load_seconds", "double")
          .add("first_token_seconds", "double")
          .add("first_token_seconds_most", "double")
          .add("prompt_tokens", "long")
          .add("prefill_tokens_per_second", "double")
          .add("decode_tokens_per_second", "double")
          .add("batch", "int", false)
          .add("mean_batch_size", "double")
          .add("cache_tokens", "int")
          .add("gpu_percent", "double")
          .add("gpu_used_bytes", "long")
          .add("complete", "int")
          .add("with_code", "int")
          .add("code_lines", "long")
          .add("syntax_checked", "int")
          .add("syntax_ok", "int")
          .add("checked", "int")
          .add("check_ok", "int")
          .add("judge", "string")
          .add("judged", "int")
          .add("judge_score", "double")
          .add("price_per_hour", "double")
          .add("cost", "double")
          .add("cost_per_million_tokens", "double")
          .add("plan", "string")
          .add("notes", "string");

  private ModelsSchema() {}
}
