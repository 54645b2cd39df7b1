package org.codeaudit.bench.throughput;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.bench.measure.Stopwatch;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.EngineStatistics;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.ReviewQuestion;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/** The workload through an engine, without Spark: every prompt is there when the clock starts. */
final class EngineBench {
  private static final int WARM_UP_TOKENS = 4;

  private final Engine engine;
  private final LoadedModel loaded;
  private final ReviewSettings settings;

  /** A prompt with its answer. */
  record Answered(GenerationRequest request, Generation answer) {}

  /** A pass over the workload and what came of it. */
  record Pass(Throughput throughput, List<Answered> answers) {}

  EngineBench(Engine engine, ReviewSettings settings) {
    this.engine = engine;
    this.loaded = engine.loaded();
    this.settings = settings;
  }

  /** Asks everything and waits for all answers; the first rows and no more, one prompt each. */
  Pass run(Workload workload, Savings savings) {
    List<GenerationRequest> requests = requests(workload).stream().map(savings::of).toList();
    warmUp(requests);
    ProcessFiles.resetPeak();
    EngineStatistics before = engine.statistics();
    Stopwatch watch = new Stopwatch();
    List<Generation> answers = all(requests);
    double seconds = watch.seconds();
    List<Timing> timings = answers.stream().map(Generation::timing).toList();
    List<Answered> answered = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      answered.add(new Answered(requests.get(i), answers.get(i)));
    }
    return new Pass(
        Throughput.of("engine", savings, seconds, timings, before, settled()), answered);
  }

  /** The statistics are published after the step whose answers woke us. */
  private EngineStatistics settled() {
    Stopwatch watch = new Stopwatch();
    while (engine.statistics().running() > 0 && watch.seconds() < 1) {
      Thread.onSpinWait();
    }
    return engine.statistics();
  }

  private List<Generation> all(List<GenerationRequest> requests) {
    List<CompletableFuture<Generation>> answers = requests.stream().map(engine::submit).toList();
    try {
      return answers.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException | CancellationException e) {
      answers.forEach(answer -> answer.cancel(true));
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  /** Prompts like the real ones that share nothing with them. */
  private void warmUp(List<GenerationRequest> requests) {
    all(requests.stream().limit(2).map(EngineBench::reversed).toList());
  }

  private static GenerationRequest reversed(GenerationRequest request) {
    int[] prompt = request.prompt().clone();
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = request.prompt()[prompt.length - 1 - i];
    }
    return new GenerationRequest(
        "warm-up",
        prompt,
        WARM_UP_TOKENS,
        SamplingSettings.GREEDY,
        Set.of(),
        List.of(),
        Optional.empty());
  }

  private List<GenerationRequest> requests(Workload workload) {
    List<GenerationRequest> requests = new ArrayList<>();
    workload.changes().stream()
        .flatMap(file -> ReviewQuestion.of(file, loaded, engine.description(), settings).stream())
        .forEach(question -> requests.add(question.request("review", question.prompt())));
    workload.prompts().forEach(task -> requests.add(request(task)));
    return requests;
  }

  private GenerationRequest request(Workload.Task task) {
    AnswerSettings answer = settings.answer();
    return new GenerationRequest(
        task.id(),
        loaded.chat().encode(List.of(new ChatMessage("user", task.prompt())), answer.thinking()),
        answer.maxNewTokens(),
        SamplingSettings.GREEDY,
        Set.copyOf(loaded.defaults().endTokens()),
        List.of(),
        Optional.empty());
  }
}
