package org.codeaudit.model.torch;

import ai.djl.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.model.DeviceChoice;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.StepResult;
import org.codeaudit.model.torch.StepInputs.Run;
import org.codeaudit.model.torch.StepInputs.Stretch;
import org.codeaudit.model.torch.TorchProgram.Floats;
import org.codeaudit.model.torch.TorchProgram.Numbers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decoder of the Llama, Qwen2 or Qwen3 families on libtorch, on the processor or on one GPU. On
 * the processor its key-value cache holds 32-bit floats in every precision; recurrent states hold
 * them everywhere.
 *
 * <p>Logits that are not numbers, which only broken weights or arithmetic give, are a {@link
 * ModelFailure}: no row could be trusted after them.
 */
public final class TorchLanguageModel implements LanguageModel {
  private static final Logger LOG = LoggerFactory.getLogger(TorchLanguageModel.class);

  /** The decoder's program, its parts before it. */
  static byte[] decoder() {
    return TorchScriptArchive.ofResources(
        "matrix.py",
        "attention.py",
        "delta.py",
        "experts.py",
        "layer.py",
        "choosing.py",
        "decoder.py");
  }

  /**
   * An open sequence: its region of the cache, how many positions it holds, and the place of its
   * recurrent state.
   */
  private static final class Region {
    private int state;
    private int start;
    private int capacity;
    private int length;
    private Region parent;

    /** Positions of the parent that it begins with. */
    private int shared;

    private int children;

    /** The positions of others that it begins with. */
    private List<Stretch> before() {
      return parent == null ? List.of() : parent.first(shared);
    }

    /** Its first positions, shared ones included. */
    private List<Stretch> first(int positions) {
      if (parent != null && positions <= shared) {
        return parent.first(positions);
      }
      List<Stretch> stretches = new ArrayList<>(before());
      stretches.add(new Stretch(start, positions - shared));
      return stretches;
    }
  }

  private final TorchProgram program;
  private final ModelDescription description;
  private final KvArena arena;
  private final StateBook states;
  private final MaskRegistry masks;
  private final Map<Integer, Region> sequences = new HashMap<>();
  private int nextHandle;
  private boolean closed;

  private TorchLanguageModel(TorchProgram program, ModelDescription description, int states) {
    this.program = program;
    this.description = description;
    this.arena = new KvArena(description.cacheTokens());
    this.states = new StateBook(states);
    this.masks = new MaskRegistry(program, description.vocabularySize());
  }

  /**
   * Loads a model onto the device its settings ask for, and says in the log which one that is. The
   * checkpoint may be closed afterwards; its files must stay as they are for as long as the model
   * lives, because weights may be mapped.
   *
   * @throws AuditException if a tensor is missing, the memory does not suffice or there is no such
   *     device
   */
  public static TorchLanguageModel load(Checkpoint checkpoint, ModelSettings settings) {
    DeviceChoice choice = DeviceChoice.of(settings.device(), TorchDevices::sight);
    LOG.info("{}", choice.reason());
    return load(checkpoint, settings, Placement.of(choice.device(), settings.precision()));
  }

  static TorchLanguageModel load(
      Checkpoint checkpoint, ModelSettings settings, Placement placement) {
    long started = System.nanoTime();
    ModelConfig config = checkpoint.config();
    // on the processor first: weights that are mapped take none of the free memory
    Optional<Room> early =
        placement.onProcessor() ? Optional.of(room(config, settings, placement)) : Optional.empty();
    int threads =
        settings.threads() > 0 ? settings.threads() : Runtime.getRuntime().availableProcessors();
    TorchProgram program = TorchProgram.load(decoder(), threads);
    try {
      WeightLoader weights = new WeightLoader(checkpoint, program, placement);
      begin(program, config, placement);
      weights.load();
      Room room = early.orElseGet(() -> room(config, settings, placement, program));
      program.call("allocate", room.positions());
      program.call("allocate_states", room.states());
      return new TorchLanguageModel(
          program,
          describe(
              checkpoint,
              settings,
              placement,
              weights,
              room.positions(),
              System.nanoTime() - started),
          room.states());
    } catch (EngineException e) {
      program.close();
      throw new AuditException(
          "MODEL_LOAD_FAILED",
          "The model in " + checkpoint.path() + " cannot be loaded on " + placement.device(),
          "libtorch says: " + e.getMessage(),
          "If it speaks of memory, ask for fewer cache tokens or a smaller precision",
          e);
    } catch (RuntimeException | Error e) {
      program.close();
      throw e;
    }
  }

  /** How many positions of cache and how many recurrent states a model has. */
  private record Room(int positions, int states) {}

  private static Room room(ModelConfig config, ModelSettings settings, Placement placement) {
    long free = ThisMachine.freeMemory();
    int states = StateBook.places(config, bytes -> bytes <= free);
    long left = free - states * StateBook.bytesPerState(config);
    return new Room(CacheSize.positions(config, settings, placement.cache(), left), states);
  }

  /** The room on a GPU, once the weights are there. */
  private static Room room(
      ModelConfig config, ModelSettings settings, Placement placement, TorchProgram program) {
    int states =
        StateBook.places(config, bytes -> fits(program, bytes + CacheSize.GPU_RESERVE));
    long taken = states * StateBook.bytesPerState(config);
    return new Room(
        CacheSize.positions(
            config, settings, placement.cache(), bytes -> fits(program, bytes + taken)),
        states);
  }

  /** Whether the device has so much memory; what else may be wrong is thrown. */
  private static boolean fits(TorchProgram program, long bytes) {
    try {
      program.call("try_memory", bytes);
      return true;
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("out of memory")) {
        return false;
      }
      throw e;
    }
  }

  static void begin(TorchProgram program, ModelConfig config, Placement placement) {
    float[] frequencies = RotaryFrequencies.of(config);
    ByteBuffer values = ByteBuffer.allocateDirect(4 * frequencies.length);
    values.order(ByteOrder.nativeOrder()).asFloatBuffer().put(frequencies);
    program.call(
        "begin",
        config.normEpsilon(),
        new Floats(values, frequencies.length),
        1.0,
        placement.cache().dtype());
  }

  private static ModelDescription describe(
      Checkpoint checkpoint,
      ModelSettings settings,
      Placement placement,
      WeightLoader weights,
      int positions,
      long nanos) {
    return new ModelDescription(
        checkpoint
            .path()
            .toAbsolutePath()
            .normalize()
            .getFileName()
            .toString()
            .replaceFirst("\\.gguf$", ""),
        checkpoint.revision(),
        settings.precision().name().toLowerCase(Locale.ROOT),
        placement.device(),
        placement.device(),
        weights.parameters(),
        weights.bytes(),
        checkpoint.config().vocabularySize(),
        checkpoint.config().contextLength(),
        positions,
        nanos);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public int open(int capacity) {
    checkOpen();
    checkCapacity(capacity);
    OptionalInt start = states.hasRoom() ? arena.take(capacity) : OptionalInt.empty();
    if (start.isEmpty()) {
      return -1;
    }
    Region region = new Region();
    region.state = states.take();
    region.start = start.getAsInt();
    region.capacity = capacity;
    sequences.put(nextHandle, region);
    return nextHandle++;
  }

  @Override
  public int open(int parent, int positions, int capacity) {
    Region shared = region(parent);
    if (!sharesPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be shared");
    }
    if (positions < 1 || positions > length(parent)) {
      throw new IllegalArgumentException(
          "sequence " + parent + " holds " + length(parent) + " positions, not " + positions);
    }
    checkCapacity(positions + capacity);
    int handle = open(capacity);
    if (handle >= 0) {
      Region region = sequences.get(handle);
      region.parent = shared;
      region.shared = positions;
      shared.children++;
    }
    return handle;
  }

  @Override
  public boolean sharesPositions() {
    return states.none();
  }

  @Override
  public boolean reserve(int sequence, int capacity) {
    Region region = region(sequence);
    checkCapacity(region.shared + capacity);
    if (capacity <= region.capacity) {
      return true;
    }
    if (!arena.extend(region.start, region.capacity, capacity)) {
      OptionalInt start = arena.take(capacity);
      if (start.isEmpty()) {
        return false;
      }
      if (region.length > 0) {
        compute(() -> program.call("move", region.start, start.getAsInt(), region.length));
      }
      arena.give(region.start, region.capacity);
      region.start = start.getAsInt();
    }
    region.capacity = capacity;
    return true;
  }

  @Override
  public int length(int sequence) {
    Region region = region(sequence);
    return region.shared + region.length;
  }

  @Override
  public int freeTokens() {
    checkOpen();
    return arena.free();
  }

  @Override
  public StepResult step(List<SequenceStep> batch) {
    check(batch);
    StepInputs inputs = inputs(batch);
    List<Integer> choosing =
        inputs.order().stream().filter(i -> batch.get(i).choice().isPresent()).toList();
    double[] chosen = new double[0];
    if (choosing.isEmpty()) {
      compute(() -> program.call(
                  "append",
                  inputs.tokens(),
                  inputs.regions(),
                  inputs.singles(),
                  inputs.shared()));
    } else {
      List<Choice> choices = choosing.stream().map(i -> batch.get(i).choice().get()).toList();
      chosen = compute(() -> choose(inputs, lastTokens(inputs, batch), choices));
    }
    for (SequenceStep step : batch) {
      region(step.sequence()).length += step.tokens().length;
    }
    return result(batch.size(), choosing, chosen);
  }

  /**
   * Appends tokens to one sequence and returns the logits after each of them, for tools and tests.
   *
   * @return [tokens][vocabulary]
   * @throws IllegalArgumentException as {@link #step}
   */
  public float[][] logits(int sequence, int[] tokens) {
    List<SequenceStep> batch = List.of(new SequenceStep(sequence, tokens, Optional.empty()));
    check(batch);
    StepInputs inputs = inputs(batch);
    long[] every = LongStream.range(0, tokens.length).toArray();
    Numbers rows = new Numbers(every, every.length);
    float[] all =
        compute(
            () ->
                program.callForFloats(
                    "logits",
                    inputs.tokens(),
                    inputs.regions(),
                    inputs.singles(),
                    inputs.shared(),
                    rows));
    region(sequence).length += tokens.length;
    int width = description.vocabularySize();
    float[][] logits = new float[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      logits[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return logits;
  }

  /** How many masks the decoder holds. */
  int masksHeld() {
    return masks.size();
  }

  @Override
  public void close(int sequence) {
    Region region = region(sequence);
    if (region.children > 0) {
      throw new IllegalStateException(
          region.children + " open sequences begin with positions of sequence " + sequence);
    }
    if (region.parent != null) {
      region.parent.children--;
    }
    sequences.remove(sequence);
    arena.give(region.start, region.capacity);
    states.give(region.state);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sequences.clear();
      program.close();
    }
  }

  private double[] choose(StepInputs inputs, Numbers lastTokens, List<Choice> choices) {
    ChoiceInputs choice = ChoiceInputs.of(choices, masks);
    return program.callForDoubles(
        "step",
        inputs.tokens(),
        inputs.regions(),
        inputs.singles(),
        inputs.shared(),
        lastTokens,
        choice.penalised(),
        choice.penalties(),
        choice.masks(),
        choice.only(),
        choice.onlyCounts(),
        choice.sampling());
  }

  private StepInputs inputs(List<SequenceStep> batch) {
    List<Run> runs = new ArrayList<>();
    for (SequenceStep step : batch) {
      Region region = region(step.sequence());
      runs.add(new Run(region.start, region.length, region.state, region.before(), step.tokens()));
    }
    return StepInputs.of(runs);
  }

  /** The last token of every sequence that chooses, in the decoder's order. */
  private static Numbers lastTokens(StepInputs inputs, List<SequenceStep> batch) {
    long[] tokens =
        IntStream.range(0, batch.size())
            .filter(i -> batch.get(inputs.order().get(i)).choice().isPresent())
            .mapToLong(i -> inputs.lastTokens()[i])
            .toArray();
    return new Numbers(tokens, tokens.length);
  }

  /** Brings the decoder's rows back into the order of the batch. */
  private static StepResult result(int size, List<Integer> choosing, double[] chosen) {
    int[] tokens = new int[size];
    float[] logProbabilities = new float[size];
    Arrays.fill(tokens, -1);
    Arrays.fill(logProbabilities, Float.NaN);
    int rows = choosing.size();
    for (int row = 0; row < rows; row++) {
      float logProbability = (float) chosen[rows + row];
      if (!Float.isFinite(logProbability)) {
        throw new ModelFailure("the model's logits are not numbers: are its weights whole?", null);
      }
      tokens[choosing.get(row)] = (int) chosen[row];
      logProbabilities[choosing.get(row)] = logProbability;
    }
    return new StepResult(tokens, logProbabilities);
  }

  /** Checks all of a batch before any of it is appended. */
  private void check(List<SequenceStep> batch) {
    checkOpen();
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("empty batch");
    }
    Set<Integer> handles = new HashSet<>();
    for (SequenceStep step : batch) {
      Region region = region(step.sequence());
      if (!handles.add(step.sequence())) {
        throw new IllegalArgumentException(
            "sequence " + step.sequence() + " is in the batch twice");
      }
      if (step.tokens().length == 0) {
        throw new IllegalArgumentException("sequence " + step.sequence() + " appends no token");
      }
      if (step.tokens().length > region.capacity - region.length) {
        throw new IllegalArgumentException(
            step.tokens().length
                + " tokens do not fit sequence "
                + step.sequence()
                + ", which holds "
                + region.length
                + " of "
                + region.capacity);
      }
      ChoiceInputs.checkIds(step.tokens(), description.vocabularySize());
      step.choice().ifPresent(c -> ChoiceInputs.check(c, description.vocabularySize(), masks));
    }
  }

  private void checkCapacity(int capacity) {
    if (capacity < 1 || capacity > description.contextLength()) {
      throw new IllegalArgumentException(
          "capacity must be 1 to " + description.contextLength() + ", not " + capacity);
    }
  }

  private Region region(int sequence) {
    checkOpen();
    Region region = sequences.get(sequence);
    if (region == null) {
      throw new IllegalArgumentException("no open sequence " + sequence);
    }
    return region;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
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
