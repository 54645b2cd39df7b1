package org.codeaudit.bench.models;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.commons.lang3.time.DurationFormatUtils;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.bench.measure.ChildJvm;
import org.codeaudit.bench.measure.ResidentMemory;
import org.codeaudit.bench.measure.Stopwatch;
import org.codeaudit.bench.throughput.WarmUp;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.EngineCache;
import org.codeaudit.generate.EngineStatistics;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.torch.ModelProbe;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;
import org.codeaudit.udf.CodeColumns;
import org.codeaudit.udf.GenerateFunction;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.setting.AnswerSettings;

/**
 * The process that runs one model: memory has a peak only once in the life of a process, and a
 * model that ends the process ends no other. Answers are given by the function that {@code
 * generate} runs on executors.
 */
public final class ModelProcess {
  private ModelProcess() {}

  /**
   * Does a task in a fresh process.
   *
   * @param limit how long it may take
   * @param scratch a folder for its files, which are deleted
   */
  static ModelOutcome run(ModelTask task, Duration limit, Path scratch) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "model-");
    try {
      Path in = folder.resolve("task");
      Path out = folder.resolve("outcome");
      Path log = folder.resolve("log");
      write(in, task);
      OptionalInt end =
          ChildJvm.run(ModelProcess.class, Map.of(), log, limit, in.toString(), out.toString());
      if (end.isEmpty()) {
        return ModelOutcome.without(
            "its process was ended by --model-time after "
                + DurationFormatUtils.formatDurationWords(limit.toMillis(), true, true));
      }
      int exit = end.getAsInt();
      return exit == 0 && Files.exists(out)
          ? read(out, ModelOutcome.class)
          : ModelOutcome.without(ChildJvm.death(exit, log));
    } finally {
      FolderTree.delete(folder);
    }
  }

  /** Does the task in the file that the first argument names; writes what came of it. */
  public static void main(String[] arguments) throws IOException {
    ModelTask task = read(Path.of(arguments[0]), ModelTask.class);
    ModelOutcome outcome;
    try {
      outcome = answered(task);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while a model was measured", e);
    } catch (AuditException e) {
      outcome = ModelOutcome.without(e.getMessage());
    } catch (RuntimeException | Error e) {
      outcome = ModelOutcome.without(e.toString());
    }
    write(Path.of(arguments[1]), outcome);
    // Engine and tokenizer are closed by the JVM's own shutdown hook.
    System.exit(0);
  }

  private static ModelOutcome answered(ModelTask task) throws InterruptedException {
    AnswerSettings settings = task.settings();
    ModelSettings model = settings.model().assigned(List.of());
    String plan = plan(settings, model);
    try (ResidentMemory memory = ResidentMemory.watch();
        EngineCache.Lease lease =
            EngineCache.shared().lease(model, settings.engine(), WarmUp.after(settings.loader()))) {
      Engine engine = lease.engine();
      ModelDescription loaded = engine.description();
      long free = ThisMachine.freeMemory();
      try (GpuWatch gpu = GpuWatch.of(loaded.device())) {
        EngineStatistics before = engine.statistics();
        Stopwatch watch = new Stopwatch();
        List<Row> rows = rows(task);
        double seconds = watch.seconds();
        EngineStatistics after = engine.statistics();
        GpuWatch.Reading seen = gpu.reading();
        long steps = after.steps() - before.steps();
        double sequences =
            after.meanBatchSize() * after.steps() - before.meanBatchSize() * before.steps();
        RunFacts facts =
            new RunFacts(
                new ModelProbe((TorchLanguageModel) engine.loaded().model()).attention(),
                plan,
                loaded.weightBytes(),
                loaded.cacheTokens(),
                loaded.loadNanos() / 1e9,
                seconds,
                steps == 0 ? 0 : sequences / steps,
                seen.freeBytes() == null ? free : seen.freeBytes(),
                memory.peak().total(),
                seen);
        List<Row> checked =
            rows.stream().map(row -> CodeColumns.checked(row, task.commands())).toList();
        return new ModelOutcome(checked, facts, null);
      }
    }
  }

  private static List<Row> rows(ModelTask task) {
    // Checked later: commands would run while the model answers, and take processors from it.
    GenerateFunction function =
        new GenerateFunction(
            task.settings(), task.sampling(), CheckCommands.NONE, RunContext.alone());
    Iterator<Row> rows = function.call(task.prompts().iterator());
    Iterable<Row> all = () -> rows;
    return StreamSupport.stream(all.spliterator(), false).toList();
  }

  /** Why the model will lie where it lies, for people. */
  private static String plan(AnswerSettings settings, ModelSettings model) {
    StepSize step = new StepSize(settings.engine().tokensPerStep(), settings.engine().maxRunning());
    ModelReference reference = ModelReference.parse(model.path());
    try (Checkpoint checkpoint = ModelFetcher.ofProcess().local(reference).open()) {
      return ThisMachine.plan(Footprint.of(checkpoint), model, step).explanation();
    }
  }

  private static void write(Path file, Object object) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(object);
    }
  }

  private static <T> T read(Path file, Class<T> type) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      return type.cast(in.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
