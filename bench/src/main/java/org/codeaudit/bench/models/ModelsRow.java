package org.codeaudit.bench.models;

import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.RowBuilder;
import org.codeaudit.udf.row.Status;

/** A row of {@link ModelsSchema} from what one process has measured. */
final class ModelsRow {
  private static final double MILLION = 1e6;
  private static final int SECONDS_PER_HOUR = 3600;

  private final RowBuilder row = new RowBuilder(ModelsSchema.MODELS);

  /** Why columns are null, by their names. */
  private final Map<String, String> reasons = new LinkedHashMap<>();

  private ModelsRow() {}

  /**
   * Makes the row.
   *
   * @param judge the model that has judged answers
   * @param judgements of all models' answers
   */
  static Row of(
      ModelSetting setting,
      int prompts,
      ModelOutcome outcome,
      Optional<String> judge,
      List<Row> judgements) {
    ModelsRow made = new ModelsRow();
    made.begin(setting, prompts);
    if (outcome.error() == null) {
      made.measured(setting, outcome.facts(), outcome.rows());
      made.judged(setting, judge, judgements);
    } else {
      made.row.set("status", "failed").set("error", outcome.error());
      made.reasons.put("all that is measured", "the model was not run");
    }
    return made.build();
  }

  private void begin(ModelSetting setting, int prompts) {
    row.set("model", setting.model())
        .set("run_id", setting.runId())
        .set("measured_at", Timestamp.from(setting.begun()))
        .set("prompts", prompts)
        .set("batch", setting.batch());
    if (setting.pricePerHour().isPresent()) {
      row.set("price_per_hour", setting.pricePerHour().getAsDouble());
    } else {
      reasons.put("price_per_hour, cost, cost_per_million_tokens", "no --price-per-hour");
    }
  }

  private void measured(ModelSetting setting, RunFacts facts, List<Row> rows) {
    List<Row> answers = rows.stream().filter(answer -> Status.of(answer) != Status.FAILED).toList();
    row.set("status", answers.size() == rows.size() ? "ok" : "failed rows")
        .set("answers", answers.size())
        .set("attention", facts.attention())
        .set("model_bytes", facts.weightBytes())
        .set("free_bytes", facts.freeBytes())
        .set("load_seconds", facts.loadSeconds())
        .set("seconds", facts.seconds())
        .set("cache_tokens", facts.cacheTokens())
        .set("plan", facts.plan());
    rows.stream()
        .filter(answer -> Status.of(answer) == Status.FAILED)
        .findFirst()
        .ifPresent(failed -> row.set("error", failed.getAs("error_message")));
    set("peak_bytes", facts.peakBytes(), facts.peakBytes() > 0, "the system does not say");
    set("gpu_percent", facts.gpu().percent(), facts.gpu().percent() != null, facts.gpu().reason());
    set(
        "gpu_used_bytes",
        facts.gpu().usedBytes(),
        facts.gpu().usedBytes() != null,
        facts.gpu().reason());
    rows.stream().findFirst().ifPresent(this::provenance);
    if (answers.isEmpty()) {
      reasons.put("tokens, rates and what is said of code", "no prompt was answered");
      return;
    }
    speed(setting, facts, answers);
    code(answers);
  }

  private void provenance(Row answer) {
    row.set("model_id", answer.getAs("model_id")).set("revision", answer.getAs("model_revision"));
    for (String column : List.of("placement", "device", "precision", "arithmetic")) {
      row.set(column, answer.getAs(column));
    }
  }

  private void speed(ModelSetting setting, RunFacts facts, List<Row> answers) {
    long tokens = sum(answers, "generated_tokens");
    long prompt = sum(answers, "prompt_tokens");
    double perSecond = tokens / facts.seconds();
    double[] first =
        answers.stream()
            .mapToDouble(
                answer -> (number(answer, "first_token_ns") - number(answer, "queued_ns")) / 1e9)
            .sorted()
            .toArray();
    row.set("tokens", tokens)
        .set("tokens_per_second", perSecond)
        .set("prompt_tokens", prompt)
        .set("mean_batch_size", facts.meanBatchSize())
        .set("first_token_seconds", first[first.length / 2])
        .set("first_token_seconds_most", first[first.length - 1]);
    double prefill = sum(answers, "prefill_ns") / 1e9;
    long read = prompt - sum(answers, "cached_tokens");
    set("prefill_tokens_per_second", read / prefill, prefill > 0, "no prompt was read");
    double decode = sum(answers, "decode_ns") / 1e9;
    set("decode_tokens_per_second", tokens / decode, decode > 0, "no token was decoded");
    setting
        .pricePerHour()
        .ifPresent(
            price -> {
              row.set("cost", price * facts.seconds() / SECONDS_PER_HOUR);
              set(
                  "cost_per_million_tokens",
                  price * MILLION / perSecond / SECONDS_PER_HOUR,
                  tokens > 0,
                  "no token was generated");
            });
  }

  private void code(List<Row> answers) {
    long withCode = count(answers, answer -> answer.getAs("code") != null);
    long parsed = count(answers, answer -> answer.getAs("syntax_ok") != null);
    long checked = count(answers, answer -> answer.getAs("check_ok") != null);
    row.set("complete", (int) count(answers, answer -> is(answer, "complete")))
        .set("with_code", (int) withCode)
        .set(
            "code_lines",
            answers.stream()
                .filter(answer -> answer.getAs("code_lines") != null)
                .mapToLong(answer -> number(answer, "code_lines"))
                .sum())
        .set("syntax_checked", (int) parsed)
        .set("checked", (int) checked);
    set(
        "syntax_ok",
        (int) count(answers, answer -> is(answer, "syntax_ok")),
        parsed > 0,
        withCode == 0 ? "no answer has code" : "no parser reads the languages of the code");
    set(
        "check_ok",
        (int) count(answers, answer -> is(answer, "check_ok")),
        checked > 0,
        "no --check-command for any of the code");
  }

  private void judged(ModelSetting setting, Optional<String> judge, List<Row> judgements) {
    List<Row> own =
        judgements.stream().filter(row -> row.getAs("run_id").equals(setting.runId())).toList();
    long scored = count(own, row -> row.getAs("score") != null);
    Optional<String> error =
        own.stream().map(row -> row.<String>getAs("error")).filter(Objects::nonNull).findFirst();
    if (judge.isEmpty()) {
      reasons.put("judge, judged, judge_score", "no --judge");
      return;
    }
    row.set("judge", judge.get()).set("judged", (int) scored);
    OptionalDouble mean = Judge.mean(own, setting.runId());
    set(
        "judge_score",
        mean.orElse(0),
        mean.isPresent(),
        error.map(why -> "the judge failed: " + why).orElse("the judge gave no score"));
  }

  private void set(String column, Object value, boolean known, String reason) {
    if (known) {
      row.set(column, value);
    } else {
      reasons.put(column, reason);
    }
  }

  private Row build() {
    String notes =
        reasons.entrySet().stream()
            .map(reason -> reason.getKey() + ": " + reason.getValue())
            .collect(Collectors.joining("; "));
    return row.set("notes", notes).build();
  }

  private static boolean is(Row answer, String column) {
    return Boolean.TRUE.equals(answer.getAs(column));
  }

  private static long count(List<Row> answers, Predicate<Row> which) {
    return answers.stream().filter(which).count();
  }

  private static long number(Row answer, String column) {
    return answer.<Number>getAs(column).longValue();
  }

  private static long sum(List<Row> answers, String column) {
    return answers.stream().mapToLong(answer -> number(answer, column)).sum();
  }
}
