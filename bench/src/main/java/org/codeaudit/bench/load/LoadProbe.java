package org.codeaudit.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.AuditException;
import org.codeaudit.bench.load.LoadResult.Status;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.bench.measure.ResidentMemory;
import org.codeaudit.bench.measure.Stopwatch;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;
import org.codeaudit.checkpoint.SyntheticCheckpoint;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;

/**
 * The process that loads a model once and measures it: memory has a peak only once in the life of a
 * process, and a load that the system kills ends nothing else.
 */
public final class LoadProbe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Choice GREEDY =
      new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, new int[0]);

  private LoadProbe() {}

  /**
   * Loads what the first argument, a {@link LoadCase} as JSON, describes; writes a {@link
   * LoadResult} as JSON to the file that the second one names.
   */
  public static void main(String[] arguments) throws IOException {
    LoadCase load = JSON.readValue(arguments[0], LoadCase.class);
    LoadResult result = result(load);
    JSON.writeValue(Path.of(arguments[1]).toFile(), result);
  }

  private static LoadResult result(LoadCase load) throws IOException {
    try {
      startEngine();
      return LoadResult.measured(measure(load));
    } catch (AuditException e) {
      return LoadResult.without(Status.REFUSED, e.getMessage());
    } catch (RuntimeException | Error e) {
      return LoadResult.without(Status.FAILED, e.toString());
    }
  }

  /** libtorch takes a second to start and 100 MB, whatever is loaded afterwards. */
  private static void startEngine() throws IOException {
    Path folder = Files.createTempDirectory("tiny-model");
    try {
      SyntheticCheckpoint.ofShape("tiny").write(folder, 0);
      measure(
          new LoadCase(folder.toString(), Precision.F32, Arithmetic.AUTO, Strategy.CPU, 16, 0, 1));
    } finally {
      FolderTree.delete(folder);
    }
  }

  private static LoadFigures measure(LoadCase load) {
    ModelSettings settings = load.settings();
    long readBefore = ProcessFiles.bytesRead();
    try (ResidentMemory memory = ResidentMemory.watch()) {
      Stopwatch watch = new Stopwatch();
      try (Checkpoint checkpoint = Checkpoints.open(Path.of(load.path()));
          LanguageModel model =
              TorchLanguageModel.load(checkpoint, settings, new StepSize(load.promptTokens(), 1))) {
        ModelDescription description = model.description();
        checkPlacement(load, description);
        double open = watch.seconds();
        int sequence = model.open(load.promptTokens() + 1);
        int token = step(model, sequence, prompt(load, description.vocabularySize()));
        double first = watch.seconds();
        step(model, sequence, new int[] {token});
        double next = watch.seconds() - first;
        ResidentMemory.Bytes peak = memory.peak();
        return new LoadFigures(
            open,
            first,
            next,
            description.device(),
            description.placement(),
            description.weightBytes(),
            declared(checkpoint, load),
            peak.total(),
            peak.anonymous(),
            peak.file(),
            ProcessFiles.bytesRead() - readBefore);
      }
    }
  }

  /**
   * A model that is somewhere else than it was asked to be would be measured under a wrong name.
   */
  private static void checkPlacement(LoadCase load, ModelDescription description) {
    boolean asAsked =
        load.placement() == Strategy.AUTO
            || description.placement().equals(load.placement().toString());
    if (!asAsked) {
      throw new IllegalStateException(
          "the placement "
              + load.placement()
              + " was asked for, and the model was loaded as "
              + description.placement());
    }
  }

  private static int step(LanguageModel model, int sequence, int[] tokens) {
    SequenceStep step = new SequenceStep(sequence, tokens, Optional.of(GREEDY));
    return model.step(List.of(step)).tokens()[0];
  }

  /** Tokens that differ, as far as the vocabulary goes. */
  private static int[] prompt(LoadCase load, int vocabulary) {
    return IntStream.range(0, load.promptTokens())
        .map(i -> (int) ((100 + 7919L * i) % vocabulary))
        .toArray();
  }

  /** All that the plan for this machine counts with, mapped files included. */
  private static long declared(Checkpoint checkpoint, LoadCase load) {
    PlacementPlan plan =
        ThisMachine.plan(
            Footprint.of(checkpoint), load.settings(), new StepSize(load.promptTokens(), 1));
    return plan.shares().values().stream().mapToLong(share -> share.held() + share.mapped()).sum();
  }
}
