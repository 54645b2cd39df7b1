package org.codeaudit.model.torch;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.ReadAhead;
import org.codeaudit.model.CacheSpace;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.StepResult;
import org.codeaudit.model.torch.load.DecoderLoader;
import org.codeaudit.model.torch.load.LoadedDecoder;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;

/**
 * A decoder of the Llama, Qwen2 or Qwen3 families on libtorch, on the processor, on GPUs or on
 * both. On the processor its key-value cache holds 32-bit floats in every precision, unless it
 * holds 8-bit integers; recurrent states are 32-bit floats everywhere.
 *
 * <p>Logits that are not finite, which only broken weights or arithmetic give, are a {@link
 * ModelFailure}: no row could be trusted after them.
 */
public final class TorchLanguageModel implements LanguageModel {
  // package-private for ModelProbe
  final DecoderProgram program;
  final TorchKeyValueCache cache;
  final MaskRegistry masks;
  final String attention;

  private final ModelDescription description;
  private final ReadAhead ahead;
  private boolean closed;

  /** Whether matrices may still have to be packed. */
  private boolean packs = true;

  /** Takes over what was loaded, and closes it in the end. */
  public TorchLanguageModel(LoadedDecoder loaded) {
    this.ahead = loaded.ahead();
    this.program = loaded.program();
    this.description = loaded.description();
    this.attention = loaded.attention();
    this.cache =
        new TorchKeyValueCache(
            program, description.cacheTokens(), loaded.states(), description.contextLength());
    this.masks = new MaskRegistry(program, description.vocabularySize());
  }

  /**
   * Loads a model onto the devices its settings ask for, and says in the log which those are. The
   * checkpoint may be closed afterwards; its files must stay as they are for as long as the model
   * lives, because weights may be mapped.
   *
   * @throws AuditException if a tensor is missing, the memory does not suffice or there is no such
   *     device
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static TorchLanguageModel load(Checkpoint checkpoint, ModelSettings settings) {
    return load(checkpoint, settings, StepSize.DEFAULT);
  }

  /**
   * As {@link #load(Checkpoint, ModelSettings)}, with room for steps of a size.
   *
   * @throws AuditException {@code PLACEMENT} if there is no plan with which it fits
   */
  public static TorchLanguageModel load(
      Checkpoint checkpoint, ModelSettings settings, StepSize step) {
    PlacementPlan plan = ThisMachine.plan(Footprint.of(checkpoint), settings, step);
    return new TorchLanguageModel(
        new DecoderLoader(checkpoint, settings, plan, Hardware.OF_PROCESS).load());
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public int open(int capacity) {
    return cache.open(capacity);
  }

  @Override
  public int open(int parent, int positions, int capacity) {
    return cache.open(parent, positions, capacity);
  }

  @Override
  public boolean keepsPositions() {
    return cache.keepsPositions();
  }

  @Override
  public boolean reserve(int sequence, int capacity) {
    return cache.reserve(sequence, capacity);
  }

  @Override
  public void truncate(int sequence, int length) {
    cache.truncate(sequence, length);
  }

  @Override
  public int length(int sequence) {
    return cache.length(sequence);
  }

  @Override
  public int freeTokens() {
    return cache.freeTokens();
  }

  @Override
  public List<CacheSpace> spaces() {
    return cache.spaces();
  }

  @Override
  public void close(int sequence) {
    cache.close(sequence);
  }

  @Override
  public StepResult step(List<SequenceStep> batch) {
    return append(
        batch,
        inputs -> {
          List<Row> rows = rows(inputs, batch);
          if (rows.isEmpty()) {
            program.append(inputs.batch());
            return result(batch, rows, new double[0]);
          }
          long[] followed = rows.stream().mapToLong(Row::token).toArray();
          double[] chosen =
              program.step(
                  inputs.batch(),
                  followed,
                  ChoiceInputs.of(rows.stream().map(Row::choice).toList(), masks));
          return result(batch, rows, chosen);
        });
  }

  /**
   * Checks a batch, appends its tokens and counts them as held.
   *
   * @param computation appends the tokens in the decoder
   * @return what the computation returned
   * @throws IllegalArgumentException as {@link #step}
   */
  <T> T append(List<SequenceStep> batch, Function<StepInputs, T> computation) {
    check(batch);
    StepInputs inputs =
        StepInputs.of(
            batch.stream().map(step -> cache.run(step.sequence(), step.tokens())).toList());
    pack(batch.stream().mapToInt(step -> step.tokens().length).sum());
    T result = compute(() -> computation.apply(inputs));
    for (SequenceStep step : batch) {
      cache.appended(step.sequence(), step.tokens().length);
    }
    return result;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cache.close();
      ahead.close();
      program.close();
      FreedMemory.giveBack();
    }
  }

  /**
   * Packs matrices before a step, for as long as any may still have to be packed. A step of many
   * tokens takes long, so more is packed before it.
   */
  private void pack(int tokens) {
    long packed = 1;
    for (int i = 0; packs && packed > 0 && i < tokens; i++) {
      packed = compute(program::pack);
      packs = packed >= 0;
    }
  }

  /**
   * A choice, the token it follows among those of the step, and its index in the result.
   *
   * @param place index in the result
   */
  private record Row(int token, int place, Choice choice) {}

  /** The choices of all sequences, in the decoder's order. */
  private static List<Row> rows(StepInputs inputs, List<SequenceStep> batch) {
    int[] places = places(batch);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      int first = inputs.firstTokens()[i];
      int index = inputs.order().get(i);
      int place = places[index];
      for (Map.Entry<Integer, Choice> entry : batch.get(index).choices().entrySet()) {
        rows.add(new Row(first + entry.getKey(), place++, entry.getValue()));
      }
    }
    return rows;
  }

  /** Where the choices of each sequence begin in the result; and, last, its length. */
  private static int[] places(List<SequenceStep> batch) {
    int[] places = new int[batch.size() + 1];
    for (int i = 0; i < batch.size(); i++) {
      places[i + 1] = places[i] + Math.max(1, batch.get(i).choices().size());
    }
    return places;
  }

  /** Brings the decoder's rows back into the order of the batch. */
  private static StepResult result(List<SequenceStep> batch, List<Row> rows, double[] chosen) {
    int size = places(batch)[batch.size()];
    int[] tokens = new int[size];
    float[] logProbabilities = new float[size];
    Arrays.fill(tokens, -1);
    Arrays.fill(logProbabilities, Float.NaN);
    for (int row = 0; row < rows.size(); row++) {
      float logProbability = (float) chosen[rows.size() + row];
      if (!Float.isFinite(logProbability)) {
        throw new ModelFailure("the model's logits are not numbers: are its weights whole?", null);
      }
      tokens[rows.get(row).place()] = (int) chosen[row];
      logProbabilities[rows.get(row).place()] = logProbability;
    }
    return new StepResult(tokens, logProbabilities);
  }

  /** Checks all of a batch before any of it is appended. */
  private void check(List<SequenceStep> batch) {
    cache.checkOpen();
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("empty batch");
    }
    Set<Integer> handles = new HashSet<>();
    for (SequenceStep step : batch) {
      if (!handles.add(step.sequence())) {
        throw new IllegalArgumentException(
            "sequence " + step.sequence() + " is in the batch twice");
      }
      if (step.tokens().length == 0) {
        throw new IllegalArgumentException("sequence " + step.sequence() + " appends no token");
      }
      cache.checkRoom(step.sequence(), step.tokens().length);
      ChoiceInputs.checkIds(step.tokens(), description.vocabularySize());
      step.choices().forEach((after, choice) -> check(step, after, choice));
    }
  }

  private void check(SequenceStep step, int after, Choice choice) {
    if (after < 0 || after >= step.tokens().length) {
      throw new IllegalArgumentException(
          "sequence " + step.sequence() + " appends no token " + after + " to choose after");
    }
    ChoiceInputs.check(choice, description.vocabularySize(), masks);
  }

  /** Runs native code; what it throws is a failure of the model. */
  private static <T> T compute(Supplier<T> computation) {
    try {
      return computation.get();
    } catch (EngineException e) {
      throw new ModelFailure("libtorch failed: " + e.getMessage(), e);
    }
  }
}
