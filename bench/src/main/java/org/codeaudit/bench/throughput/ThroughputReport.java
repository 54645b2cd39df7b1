package org.codeaudit.bench.throughput;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.EngineCache;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.EngineStatistics;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/** Runs the workload in its phases, always in the same order, and tells what it found. */
public final class ThroughputReport {
  private final PrintWriter out;
  private final ReviewSettings settings;
  private final Workload workload;
  private final List<Throughput> passes = new ArrayList<>();
  private final Map<Savings, List<EngineBench.Answered>> answers = new EnumMap<>(Savings.class);
  private Optional<RawFigures> raw = Optional.empty();
  private ModelDescription model;

  /** The workload through the whole pipeline, on the engine of the same settings. */
  @FunctionalInterface
  public interface Pipeline {
    /** What one run of it took. */
    Outcome run();
  }

  /**
   * A run of the pipeline.
   *
   * @param seconds from reading the sources to the last table
   * @param timings of its rows
   */
  public record Outcome(double seconds, List<Timing> timings) {}

  /**
   * @param out takes the table as it is made
   */
  public ThroughputReport(PrintWriter out, ReviewSettings settings, Workload workload) {
    this.out = out;
    this.settings = settings;
    this.workload = workload;
  }

  /**
   * What the machine does at most, and what the model alone does on it.
   *
   * @param promptTokens of a prompt
   * @param longestContext to which throughput is followed as it grows; 0 not to follow it
   */
  public void raw(int promptTokens, int longestContext) {
    ModelSettings assigned = settings.answer().model().assigned(List.of());
    RawFigures figures = RawFigures.measure(assigned, promptTokens, longestContext);
    raw = Optional.of(figures);
    head(figures.model());
    RawTable table = new RawTable(out);
    table.floors(figures.floors());
    table.phases(figures.phases(), figures.floors());
    figures.growth().ifPresent(table::growth);
  }

  /** The engine alone, with savings and without in turn, so often. */
  public void engine(int repeat) throws InterruptedException {
    ThroughputTable table = new ThroughputTable(out);
    for (int round = 0; round < repeat; round++) {
      for (Savings savings : Savings.values()) {
        try (EngineCache.Lease lease = lease(savings)) {
          EngineBench.Pass pass = new EngineBench(lease.engine(), settings).run(workload, savings);
          if (passes.isEmpty()) {
            head(lease.engine().description());
            workload(pass);
            table.head();
          }
          answers.put(savings, pass.answers());
          passes.add(pass.throughput());
          table.pass(pass.throughput());
        }
      }
    }
  }

  /** The whole pipeline, so often. */
  public void pipeline(Pipeline pipeline, int repeat) throws InterruptedException {
    ThroughputTable table = new ThroughputTable(out);
    try (EngineCache.Lease lease = lease(Savings.ON)) {
      Engine engine = lease.engine();
      for (int round = 0; round < repeat; round++) {
        ProcessFiles.resetPeak();
        EngineStatistics before = engine.statistics();
        Outcome outcome = pipeline.run();
        Throughput pass =
            Throughput.of(
                "spark",
                Savings.ON,
                outcome.seconds(),
                outcome.timings(),
                before,
                engine.statistics());
        passes.add(pass);
        table.pass(pass);
      }
    }
  }

  private EngineCache.Lease lease(Savings savings) throws InterruptedException {
    AnswerSettings answer = settings.answer();
    ModelSettings assigned = answer.model().assigned(List.of());
    EngineSettings engine = savings.of(answer.engine());
    ModelLoader loader = WarmUp.after(answer.loader());
    return EngineCache.shared().lease(assigned, engine, loader);
  }

  /** What is measured, and where; once. */
  private void head(ModelDescription loaded) {
    if (model == null) {
      out.printf(
          "Model      %s, %s, %s arithmetic, %s on %s%nMachine    %d processors, %s%n",
          loaded.id(),
          loaded.precision(),
          loaded.arithmetic(),
          loaded.placement(),
          loaded.device(),
          Runtime.getRuntime().availableProcessors(),
          String.join(", ", ProcessFiles.processor()));
      out.flush();
    }
    model = loaded;
  }

  private void workload(EngineBench.Pass pass) {
    int[] lengths =
        pass.answers().stream().mapToInt(a -> a.request().prompt().length).sorted().toArray();
    out.printf(
        Locale.ROOT,
        "Workload   %d reviews and %d prompts as %d questions of %d to %d tokens (median %d),"
            + " at most %d tokens an answer, at most %d at once%n%n",
        workload.patches().size(),
        workload.tasks().size(),
        lengths.length,
        lengths[0],
        lengths[lengths.length - 1],
        lengths[lengths.length / 2],
        settings.answer().maxNewTokens(),
        settings.answer().engine().maxRunning());
    out.flush();
  }

  /** Prints and returns how the medians compare; nothing if the workload was not done. */
  public Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    if (passes.isEmpty()) {
      return ratios;
    }
    Throughput on = median("engine", Savings.ON);
    Throughput off = median("engine", Savings.OFF);
    ratios.put("savings_on_to_off", on.rowsPerMinute() / off.rowsPerMinute());
    if (passes.stream().anyMatch(pass -> pass.phase().equals("spark"))) {
      Throughput spark = median("spark", Savings.ON);
      ratios.put("pipeline_to_engine", spark.rowsPerMinute() / on.rowsPerMinute());
      ratios.put("time_lost_to_spark", lost(on, spark));
    }
    out.printf(
        "%nAnswers    %d of %d have the same tokens with savings and without%n%n",
        sameAnswers(), answers.get(Savings.ON).size());
    new ThroughputTable(out).ratios(ratios);
    return ratios;
  }

  /** Questions of the last round whose answers have the same tokens with savings and without. */
  private int sameAnswers() {
    List<EngineBench.Answered> on = answers.get(Savings.ON);
    List<EngineBench.Answered> off = answers.get(Savings.OFF);
    int same = 0;
    for (int i = 0; i < on.size(); i++) {
      same += Arrays.equals(on.get(i).answer().tokens(), off.get(i).answer().tokens()) ? 1 : 0;
    }
    return same;
  }

  /** The part of the pipeline's time in which no step ran, above that of the engine alone. */
  private static double lost(Throughput engine, Throughput spark) {
    return Math.max(0, spark.waitingSeconds() - engine.waitingSeconds()) / spark.seconds();
  }

  private Throughput median(String phase, Savings savings) {
    return Throughput.median(
        passes.stream()
            .filter(pass -> pass.phase().equals(phase) && pass.savings() == savings)
            .toList());
  }

  /** The figures for programs; see docs/benchmarks.md. */
  public ObjectNode json(Map<String, Double> ratios) {
    ObjectNode report = FigureFiles.JSON.createObjectNode();
    report
        .put("measured_at", Instant.now().toString())
        .put("model", model.id())
        .put("revision", model.revision())
        .put("precision", model.precision())
        .put("arithmetic", model.arithmetic())
        .put("device", model.device())
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("processor", String.join(", ", ProcessFiles.processor()))
        .put("batch", settings.answer().engine().maxRunning())
        .put("answer_tokens", settings.answer().maxNewTokens());
    raw.ifPresent(figures -> figures.addTo(report));
    report.set("passes", FigureFiles.JSON.valueToTree(passes));
    if (!answers.isEmpty()) {
      report.put("answers", answers.get(Savings.ON).size()).put("same_answers", sameAnswers());
    }
    report.set("ratios", FigureFiles.JSON.valueToTree(ratios));
    return report;
  }

  private record Asked(int newTokens, int[] prompt) {}

  /** What was asked and how long the answers were, a line of JSON each: others can do the same. */
  public List<String> requests() {
    return answers.getOrDefault(Savings.ON, List.of()).stream()
        .map(answered -> new Asked(answered.answer().tokens().length, answered.request().prompt()))
        .map(asked -> FigureFiles.JSON.valueToTree(asked).toString())
        .toList();
  }
}
