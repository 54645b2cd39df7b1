package org.codeaudit.job.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.apache.commons.text.WordUtils;
import org.codeaudit.job.plan.AnswerFigures;
import org.codeaudit.job.plan.Interval;
import org.codeaudit.job.plan.RunPlan;
import org.codeaudit.job.plan.SourceCount;
import org.codeaudit.placement.Amount;

/** A plan for people and for machines. */
public final class PlanReport {
  private static final int MOST_REASONS = 8;
  private static final int WIDTH = 96;

  private final RunPlan plan;
  private final int executors;
  private final PrintWriter out;

  /**
   * @param executors how many engines the run will have
   */
  public PlanReport(RunPlan plan, int executors, PrintWriter out) {
    this.plan = plan;
    this.executors = executors;
    this.out = out;
  }

  /** An aligned table and where its figures come from. */
  public void text() {
    SourceCount source = plan.source();
    line("", "expected", "95 % interval");
    line("Rows", source.rows(), PlanReport::count);
    line("  asked", source.asked(), PlanReport::count);
    known("  carried forward", source.carried());
    reasons("  skipped", source.skipped());
    reasons("  failed", source.failed());
    known("Files unchanged", source.unchanged());
    answered("Tokens", plan.tokens(), PlanReport::count);
    line("  read", plan.promptTokens(), PlanReport::count);
    answered("  written", plan.generatedTokens(), PlanReport::count);
    plan.engineSeconds().ifPresent(this::hours);
    line(
        "Output",
        Amount.bytes((long) plan.outputBytes()),
        plan.answers().size().most() ? "at most" : "roughly");
    out.println();
    notes().forEach(note -> out.println(WordUtils.wrap(note, WIDTH, "\n  ", false)));
    out.flush();
  }

  /** A line about what earlier runs have answered, if they have any. */
  private void known(String name, Interval value) {
    if (value.estimate() > 0) {
      line(name, value, PlanReport::count);
    }
  }

  private void hours(Interval seconds) {
    AnswerFigures.Rates rates = plan.answers().rates().orElseThrow();
    Interval hours = seconds.times(1 / 3600.0);
    answered(rates.gpu() ? "GPU hours" : "Hours on one CPU", hours, PlanReport::hours);
    if (executors > 1) {
      answered("  on " + executors + " executors", hours.times(1.0 / executors), PlanReport::hours);
    }
  }

  private void reasons(String name, Map<String, Interval> reasons) {
    Interval all = sum(reasons);
    if (all.estimate() == 0) {
      return;
    }
    line(name, all, PlanReport::count);
    byNumber(reasons).stream()
        .limit(MOST_REASONS)
        .forEach(reason -> line("    " + reason.getKey(), reason.getValue(), PlanReport::count));
    if (reasons.size() > MOST_REASONS) {
      line("    other reasons", "", String.valueOf(reasons.size() - MOST_REASONS));
    }
  }

  private static List<Map.Entry<String, Interval>> byNumber(Map<String, Interval> reasons) {
    Comparator<Map.Entry<String, Interval>> byNumber =
        Comparator.comparingDouble(reason -> -reason.getValue().estimate());
    return reasons.entrySet().stream()
        .sorted(byNumber.thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  private static Interval sum(Map<String, Interval> reasons) {
    return reasons.values().stream().reduce(Interval.exact(0), Interval::plus);
  }

  /** A line that depends on how long answers are. */
  private void answered(String name, Interval value, DoubleFunction<String> format) {
    if (plan.answers().size().most()) {
      line(name, format.apply(value.high()), "at most");
    } else {
      line(name, value, format);
    }
  }

  private void line(String name, Interval value, DoubleFunction<String> format) {
    String range =
        value.halfWidth() == 0
            ? "exact"
            : Double.isNaN(value.halfWidth())
                ? "unknown: the sample is too small"
                : format.apply(value.low()) + " to " + format.apply(value.high());
    line(name, format.apply(value.estimate()), range);
  }

  private void line(String name, String estimate, String range) {
    out.println(String.format("%-26s %16s   %s", name, estimate, range).stripTrailing());
  }

  /** Where the figures come from, a sentence each. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    SourceCount source = plan.source();
    notes.add(
        String.format(
            Locale.ROOT,
            source.complete()
                ? "Rows and tokens read: all %,d partitions of the source (%3$,d commits or files)"
                    + " were read and every prompt was made and tokenised."
                : "Rows and tokens read: %2$,d of the source's %1$,d partitions (%3$,d commits or"
                    + " files), drawn at random, were read and every prompt in them was made and"
                    + " tokenised; ratio estimate with partitions as clusters.",
            source.partitions(),
            source.read(),
            source.units()));
    notes.add(plan.answers().origin() + answers());
    notes.add(
        plan.answers()
            .rates()
            .map(this::speed)
            .orElse("Hours: unknown; pass --measure N, --from DIR or both rates."));
    notes.add(
        "Output: Parquet; "
            + (plan.answers().size().most()
                ? "at most so much, see above."
                : "from what such rows take.")
            + (plan.resumed()
                ? " Rows whose files are unchanged are in the tables already."
                : " Nothing is taken to be in the tables already; say with --out where the review"
                    + " will write."));
    return notes;
  }

  private String answers() {
    Interval tokens = plan.answers().tokens();
    String mean = String.format(Locale.ROOT, " %.0f tokens an answer", tokens.estimate());
    return plan.answers().truncated().isPresent()
        ? mean
            + String.format(
                Locale.ROOT,
                " (± %.0f), %.0f %% of them cut at the limit.",
                tokens.halfWidth(),
                100 * plan.answers().truncated().getAsDouble())
        : "";
  }

  private String speed(AnswerFigures.Rates rates) {
    return String.format(
        Locale.ROOT,
        "Hours: one engine that is busy all the time reads %,.0f and writes %,.0f tokens/s%s;"
            + " loading the model is not counted, and the interval is that of the tokens.%s",
        rates.prefill(),
        rates.decode(),
        rates.where().isEmpty() ? ", as given" : " on " + rates.where(),
        rates.gpu()
            ? ""
            : " That is this CPU's time and says nothing about a GPU: pass --prefill-rate and"
                + " --decode-rate for one.");
  }

  /** One JSON object; names as in the tables. */
  public void json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    SourceCount source = plan.source();
    json.put("partitions", source.partitions());
    json.put("partitions_read", source.read());
    json.put("units", source.units());
    put(json, "rows", source.rows());
    put(json, "asked", source.asked());
    put(json, "carried_forward", source.carried());
    put(json, "files_unchanged", source.unchanged());
    put(json.putObject("skipped"), source.skipped());
    put(json.putObject("failed"), source.failed());
    put(json, "prompt_tokens", plan.promptTokens());
    put(json, "generated_tokens", plan.generatedTokens());
    put(json, "tokens", plan.tokens());
    put(json, "generated_tokens_per_answer", plan.answers().tokens());
    plan.answers().truncated().ifPresent(share -> json.put("truncated_share", share));
    Optional<AnswerFigures.Rates> rates = plan.answers().rates();
    rates.ifPresent(rate -> put(json.putObject("engine"), rate));
    plan.engineSeconds().ifPresent(time -> put(json, "engine_hours", time.times(1 / 3600.0)));
    json.put("executors", executors);
    plan.engineSeconds()
        .ifPresent(time -> put(json, "wall_hours", time.times(1 / 3600.0 / executors)));
    json.put("output_bytes", Math.round(plan.outputBytes()));
    json.put("output_is_upper_bound", plan.answers().size().most());
    notes().forEach(json.withArray("notes")::add);
    out.println(json.toPrettyString());
    out.flush();
  }

  private static void put(ObjectNode json, AnswerFigures.Rates rates) {
    json.put("prefill_tokens_per_second", rates.prefill());
    json.put("decode_tokens_per_second", rates.decode());
    json.put("where", rates.where());
    json.put("gpu", rates.gpu());
  }

  private static void put(ObjectNode json, Map<String, Interval> values) {
    values.forEach((name, value) -> put(json, name, value));
  }

  private static void put(ObjectNode json, String name, Interval value) {
    ObjectNode interval = json.putObject(name);
    interval.put("estimate", value.estimate());
    if (Double.isNaN(value.halfWidth())) {
      interval.putNull("low").putNull("high");
    } else {
      interval.put("low", value.low()).put("high", value.high());
    }
  }

  private static String count(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  private static String hours(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
  }
}
