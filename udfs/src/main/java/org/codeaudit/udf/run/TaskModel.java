package org.codeaudit.udf.run;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.resource.ResourceInformation;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.EngineCache;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * The executor's engine as one task sees it: leased when it is first needed, so that a task whose
 * rows are all skipped never loads a model, and released when the task ends.
 */
public final class TaskModel {
  /** Leasing a loaded engine takes microseconds, and somewhat longer on a busy machine. */
  private static final long LOADED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ModelSettings model;
  private final EngineSettings settings;
  private final ModelLoader loader;
  private final RunContext run;
  private final Map<ReviewSettings, ReviewUnits> units = new IdentityHashMap<>();
  private EngineCache.Lease lease;
  private OptionalLong waitedNanos = OptionalLong.empty();

  public TaskModel(AnswerSettings answer) {
    this(answer, RunContext.alone());
  }

  /** One whose questions start while the run's budget lasts. */
  public TaskModel(AnswerSettings answer, RunContext run) {
    this.run = run;
    this.model = answer.model().assigned(assignedGpus());
    this.settings = answer.engine();
    this.loader = answer.loader();
  }

  /** Addresses of the GPUs Spark gave this task; none where it schedules none, as in one JVM. */
  private static List<String> assignedGpus() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get("gpu");
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }

  /** The engine; loads the model if this executor has not yet. */
  Engine engine() {
    if (lease == null) {
      lease = lease();
    }
    return lease.engine();
  }

  /**
   * Asks the engine; see {@link Engine#submit(GenerationRequest, BooleanSupplier)}. The tokens
   * count as used once the answer is there: its row may wait for others, and more would start in
   * the meantime.
   */
  public CompletableFuture<Generation> submit(GenerationRequest request) {
    return submit(request, run::mayStart);
  }

  /**
   * Asks a question that belongs to a started conversation, which is finished whatever the budget.
   */
  public CompletableFuture<Generation> submitStarted(GenerationRequest request) {
    return submit(request, () -> true);
  }

  private CompletableFuture<Generation> submit(
      GenerationRequest request, BooleanSupplier mayStart) {
    CompletableFuture<Generation> answer = engine().submit(request, mayStart);
    answer.thenAccept(
        generation -> {
          Timing timing = generation.timing();
          run.spend(timing.promptTokens() + timing.generatedTokens());
        });
    return answer;
  }

  /**
   * @throws ModelFailure if the engine ended before anything more was asked of it
   */
  void checkAlive() {
    if (engine().ended()) {
      throw new ModelFailure("The engine had ended before this row was asked", null);
    }
  }

  public LoadedModel loaded() {
    return engine().loaded();
  }

  /** How files are split with these settings, which are compared by identity. */
  public ReviewUnits units(ReviewSettings settings) {
    return units.computeIfAbsent(
        settings,
        made ->
            new ReviewUnits(made, ModelText.of(loaded(), description(), made.answer().model())));
  }

  public ModelDescription description() {
    return engine().description();
  }

  /** How long this task waited for a load; returned once, for the row that caused it. */
  public OptionalLong takeWaitedNanos() {
    OptionalLong taken = waitedNanos;
    waitedNanos = OptionalLong.empty();
    return taken;
  }

  private EngineCache.Lease lease() {
    long begin = System.nanoTime();
    try {
      EngineCache.Lease leased = EngineCache.shared().lease(model, settings, loader);
      long waited = System.nanoTime() - begin;
      if (waited >= LOADED_NANOS) {
        waitedNanos = OptionalLong.of(waited);
      }
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskContext ended) -> leased.close());
      }
      return leased;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while the model was loading");
    }
  }
}
