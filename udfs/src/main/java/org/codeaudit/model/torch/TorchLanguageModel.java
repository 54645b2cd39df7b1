package org.codeaudit.model.torch;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
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
import org.codeaudit.model.torch.StepInputs.Run;
import org.codeaudit.model.torch.StepInputs.Stretch;
import org.codeaudit.model.torch.load.LoadedProgram;
import org.codeaudit.model.torch.load.ProgramLoading;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.model.torch.program.TorchProgram;
import org.codeaudit.model.torch.program.TorchProgram.Numbers;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;

/**
 * A decoder of the Llama, Qwen2 or Qwen3 families on libtorch, on the processor or on one GPU. On
 * the processor its key-value cache holds 32-bit floats in every precision, if not 8-bit integers;
 * recurrent states hold floats everywhere.
 *
 * <p>Logits that are not numbers, which only broken weights or arithmetic give, are a {@link
 * ModelFailure}: no row could be trusted after them.
 */
public final class TorchLanguageModel implements LanguageModel {
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
  private final ReadAhead ahead;
  private final KvArena arena;
  private final StateBook states;
  private final MaskRegistry masks;
  private final Map<Integer, Region> sequences = new HashMap<>();
  private int nextHandle;
  private boolean closed;

  /** Whether matrices may still have to be packed. */
  private boolean packs = true;

  /** Takes over what was loaded, and closes it in the end. */
  public TorchLanguageModel(LoadedProgram loaded) {
    this.ahead = loaded.ahead();
    this.program = loaded.program();
    this.description = loaded.description();
    this.arena = new KvArena(description.cacheTokens());
    this.states = new StateBook(loaded.states());
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
        new ProgramLoading(checkpoint, settings, plan, Hardware.OF_PROCESS).load());
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
    if (!keepsPositions()) {
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
  public boolean keepsPositions() {
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
  public void truncate(int sequence, int length) {
    Region region = region(sequence);
    if (!keepsPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be taken back");
    }
    if (length < region.shared || length > region.shared + region.length) {
      throw new IllegalArgumentException(
          "sequence "
              + sequence
              + " cannot be cut to "
              + length
              + " positions: it holds "
              + (region.shared + region.length)
              + ", the first "
              + region.shared
              + " of another");
    }
    checkChildless(sequence, region);
    region.length = length - region.shared;
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
  public List<CacheSpace> spaces() {
    checkOpen();
    List<CacheSpace.Region> positions = new ArrayList<>(arena.gaps());
    List<CacheSpace.Region> places = new ArrayList<>(states.free());
    sequences.forEach(
        (handle, region) -> {
          positions.add(CacheSpace.Region.of(handle, region.start, region.capacity));
          places.add(CacheSpace.Region.of(handle, region.state, 1));
        });
    CacheSpace cache = new CacheSpace("positions", arena.positions(), positions);
    return keepsPositions()
        ? List.of(cache)
        : List.of(cache, new CacheSpace("recurrent states", states.places(), places));
  }

  @Override
  public StepResult step(List<SequenceStep> batch) {
    check(batch);
    StepInputs inputs = inputs(batch);
    List<Row> rows = rows(inputs, batch);
    double[] chosen = new double[0];
    pack(batch.stream().mapToInt(step -> step.tokens().length).sum());
    if (rows.isEmpty()) {
      compute(
          () ->
              program.call(
                  "append", inputs.tokens(), inputs.regions(), inputs.singles(), inputs.shared()));
    } else {
      chosen = compute(() -> choose(inputs, rows));
    }
    for (SequenceStep step : batch) {
      region(step.sequence()).length += step.tokens().length;
    }
    return result(batch, rows, chosen);
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
    pack(tokens.length);
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

  /** Bytes of keys and values. */
  long cacheBytes() {
    return program.call("cache_bytes");
  }

  /**
   * Matrices that are still to be laid out for the processor's kernels, which happens once they
   * have been used for a while, some at each step: until there are none, steps are slower.
   */
  public long unpackedMatrices() {
    return program.call("unpacked");
  }

  /**
   * Begins a sequence whose own positions hold what those of another do, for tools and tests: so
   * long sequences are had without computing each.
   *
   * @param sequence shares no positions of others
   * @param capacity positions of the new one; at least those of the other
   * @return a handle, or -1 as {@link #open(int)}
   * @throws UnsupportedOperationException if the model does not keep positions
   */
  public int copy(int sequence, int capacity) {
    Region source = region(sequence);
    if (!keepsPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be copied");
    }
    if (source.shared > 0 || capacity < source.length) {
      throw new IllegalArgumentException(
          "sequence " + sequence + " cannot be copied into " + capacity + " positions");
    }
    int handle = open(capacity);
    if (handle >= 0 && source.length > 0) {
      Region region = sequences.get(handle);
      compute(() -> program.call("move", source.start, region.start, source.length));
      region.length = source.length;
    }
    return handle;
  }

  /**
   * Has a device attend to all sequences at once from here on, if the kernel for that errs by no
   * more than a bound.
   *
   * @return by how much it errs; NaN if it finds no numbers
   * @throws EngineException if the device has none
   */
  double attendAtOnce(String device, double bound) {
    return program.callForDouble("attend_at_once", device, bound);
  }

  /** How many masks the decoder holds. */
  int masksHeld() {
    return masks.size();
  }

  @Override
  public void close(int sequence) {
    Region region = region(sequence);
    checkChildless(sequence, region);
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
      ahead.close();
      program.close();
      FreedMemory.giveBack();
    }
  }

  /**
   * Before each step, as long as there is something that may have to be packed: a step of many
   * tokens takes so long that more is packed before it.
   */
  private void pack(int tokens) {
    long packed = 1;
    for (int i = 0; packs && packed > 0 && i < tokens; i++) {
      packed = compute(() -> program.call("pack"));
      packs = packed >= 0;
    }
  }

  private double[] choose(StepInputs inputs, List<Row> rows) {
    ChoiceInputs choice = ChoiceInputs.of(rows.stream().map(Row::choice).toList(), masks);
    long[] followed = rows.stream().mapToLong(Row::token).toArray();
    return program.callForDoubles(
        "step",
        inputs.tokens(),
        inputs.regions(),
        inputs.singles(),
        inputs.shared(),
        new Numbers(followed, followed.length),
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

  /**
   * A choice, the token it follows among those of the step, and where it stands in the result.
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
      step.choices().forEach((after, choice) -> check(step, after, choice));
    }
  }

  private static void checkChildless(int sequence, Region region) {
    if (region.children > 0) {
      throw new IllegalStateException(
          region.children + " open sequences begin with positions of sequence " + sequence);
    }
  }

  private void check(SequenceStep step, int after, Choice choice) {
    if (after < 0 || after >= step.tokens().length) {
      throw new IllegalArgumentException(
          "sequence " + step.sequence() + " appends no token " + after + " to choose after");
    }
    ChoiceInputs.check(choice, description.vocabularySize(), masks);
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
