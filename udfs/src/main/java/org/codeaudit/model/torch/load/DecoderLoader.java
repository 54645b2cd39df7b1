package org.codeaudit.model.torch.load;

import ai.djl.engine.EngineException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.tensor.ReadAhead;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.Device;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.pack.PackedCache;
import org.codeaudit.model.torch.pack.PackedMatrices;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.model.torch.program.TorchProgram.Floats;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.WeightForm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a checkpoint's weights into a decoder as a plan says, and hands the decoder to the {@link
 * org.codeaudit.model.torch.TorchLanguageModel}. The memory that the plan counts on is checked
 * again before the weights are loaded and before the cache is allocated: another process may have
 * taken it. If anything fails, no native memory stays behind.
 */
public final class DecoderLoader {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderLoader.class);

  /**
   * How much the fused attention kernel may differ from the definition of attention, for values up
   * to 1: it rounds weights and results to bfloat16, which has 8 bits.
   */
  public static final double KERNEL_ERROR = 0.02;

  private static final String ONE_BY_ONE = "codeaudit.attention.oneByOne";

  /** Makes a decoder without weights; as {@link DecoderProgram#load}, which runs it on libtorch. */
  public interface Empty {
    DecoderProgram load(boolean cuda, boolean copies, int threads);
  }

  private final Checkpoint checkpoint;
  private final ModelSettings settings;
  private final PlacementPlan plan;
  private final Hardware hardware;
  private final MemoryCheck memory;
  private final PackedCache cache;
  private final Empty empty;

  public DecoderLoader(
      Checkpoint checkpoint, ModelSettings settings, PlacementPlan plan, Hardware hardware) {
    this(checkpoint, settings, plan, hardware, PackedCache.ofProcess(), DecoderProgram::load);
  }

  /**
   * @param cache keeps quantised matrices between loads
   * @param empty makes the decoder that weights are put into
   */
  public DecoderLoader(
      Checkpoint checkpoint,
      ModelSettings settings,
      PlacementPlan plan,
      Hardware hardware,
      PackedCache cache,
      Empty empty) {
    if (plan.layers().size() != checkpoint.config().layers()) {
      throw new IllegalArgumentException("a plan for " + plan.layers().size() + " layers");
    }
    this.checkpoint = checkpoint;
    this.settings = settings;
    this.plan = plan;
    this.hardware = hardware;
    this.cache = cache;
    this.empty = empty;
    this.memory = new MemoryCheck(checkpoint.path(), plan, hardware);
  }

  /**
   * Loads the decoder.
   *
   * @return the caller closes program and reader
   * @throws AuditException {@code MEMORY_SHRUNK} if memory the plan counts on is gone; {@code
   *     MODEL_LOAD_FAILED} with what libtorch says; those of the checkpoint
   * @throws CancellationException if this thread is interrupted: nobody waits for the model
   */
  public LoadedDecoder load() {
    LOG.info("{}", plan.explanation());
    try {
      return attempt();
    } catch (EngineException e) {
      throw new AuditException(
          ErrorClass.MODEL_LOAD_FAILED,
          "The model in " + checkpoint.path() + " cannot be loaded on " + devices(),
          "libtorch says: " + e.getMessage(),
          "If it speaks of memory, ask for fewer cache tokens or a smaller precision; if it speaks"
              + " of a device, see that the device is well and let Spark start a new executor",
          e);
    } catch (RuntimeException e) {
      // reading a file fails, too, once its thread is interrupted
      throw Thread.currentThread().isInterrupted() ? TensorParts.givenUp(checkpoint) : e;
    }
  }

  private LoadedDecoder attempt() {
    long started = System.nanoTime();
    memory.beforeWeights();
    int threads =
        settings.threads() > 0 ? settings.threads() : Runtime.getRuntime().availableProcessors();
    long most = PackedMatrices.most(checkpoint, WeightForm.of(plan.precision(), plan.kernels()));
    DecoderProgram program = empty.load(usesCuda(), streamsToCuda(), threads);
    PackedCache.Slot slot = PackedCache.Slot.NONE;
    ReadAhead ahead = null;
    try {
      slot = cache.slot(checkpoint, plan.precision(), most);
      memory.withoutFile(most, slot);
      ahead =
          new ReadAhead(
              ReadOrder.order(
                  checkpoint, plan, hardware.freeMemory().getAsLong(), slot.complete()));
      memory.beforeWeights(program);
      WeightLoader weights = new WeightLoader(checkpoint, program, plan, hardware.names(), slot);
      ModelConfig config = checkpoint.config();
      program.begin(
          config.normEpsilon(),
          Floats.of(RotaryFrequencies.of(config)),
          RotaryFrequencies.magnitude(config));
      weights.load(ahead);
      ahead.finish();
      memory.beforeCache(program);
      allocateCache(program);
      Set<Device> atOnce = attendAtOnce(program);
      program.allocateStates(plan.states());
      slot.finish();
      ModelDescription description = describe(weights, System.nanoTime() - started);
      return new LoadedDecoder(program, description, attention(atOnce), plan.states(), ahead);
    } catch (RuntimeException | Error e) {
      slot.abandon();
      if (ahead != null) {
        ahead.close();
      }
      program.close();
      throw e;
    }
  }

  private boolean usesCuda() {
    return plan.layers().stream().anyMatch(place -> onCuda(place.device()));
  }

  private boolean streamsToCuda() {
    return plan.layers().stream()
        .anyMatch(place -> place.residence() == Residence.STREAMED && onCuda(place.device()));
  }

  private boolean onCuda(Device device) {
    return hardware.names().apply(device).startsWith("cuda");
  }

  private void allocateCache(DecoderProgram program) {
    int longest = Math.min(plan.cacheTokens(), checkpoint.config().contextLength());
    program.allocate(plan.cacheTokens(), longest, plan.cacheType() == CacheType.INT8);
  }

  /**
   * Attends to all sequences with one kernel where there is one: on GPUs, for 16-bit floats. Each
   * GPU's kernel is tested first; where there is none or it is wrong, attention goes sequence by
   * sequence.
   *
   * @return the devices that do
   */
  private Set<Device> attendAtOnce(DecoderProgram program) {
    Set<Device> atOnce = new LinkedHashSet<>();
    if (plan.cacheType() == CacheType.INT8 || Boolean.getBoolean(ONE_BY_ONE)) {
      return atOnce;
    }
    Set<Device> devices = new LinkedHashSet<>();
    plan.layers().forEach(place -> devices.add(place.device()));
    devices.removeIf(device -> device.gpu().isEmpty());
    for (Device gpu : devices) {
      try {
        double error = program.attendAtOnce(hardware.names().apply(gpu), KERNEL_ERROR);
        if (error <= KERNEL_ERROR) {
          LOG.info("{} attends to all sequences at once", gpu);
          atOnce.add(gpu);
        } else {
          LOG.warn("{} attends to sequences one by one: for all at once it errs by {}", gpu, error);
        }
      } catch (EngineException e) {
        // the lines before the last are the interpreter's
        String reason = e.getMessage().strip().lines().reduce("", (before, line) -> line);
        LOG.info("{} attends to sequences one by one: {}", gpu, reason);
      }
    }
    return atOnce;
  }

  /** By which kernels attention is computed: see {@link LoadedDecoder#attention}. */
  private String attention(Set<Device> atOnce) {
    Stream<String> softmax =
        plan.layers().stream().map(place -> atOnce.contains(place.device()) ? "flash" : "sdpa");
    Stream<String> linear = checkpoint.config().linearAttention().map(some -> "delta").stream();
    return Stream.concat(softmax, linear).distinct().collect(Collectors.joining("+"));
  }

  private ModelDescription describe(WeightLoader weights, long nanos) {
    return new ModelDescription(
        name(),
        checkpoint.revision(),
        plan.cacheType().with(plan.precision()),
        arithmetic(),
        plan.strategy().toString(),
        devices(),
        weights.parameters(),
        weights.bytes(),
        checkpoint.config().vocabularySize(),
        checkpoint.config().contextLength(),
        plan.cacheTokens(),
        nanos);
  }

  /** What activations are rounded to on the devices: {@code exact}, {@code bf16+exact}. */
  private String arithmetic() {
    return computing()
        .map(device -> device.gpu().isPresent() ? onGpu() : plan.kernels().rounding())
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  /** A GPU multiplies plain matrices in their own type, also those of a quantised model. */
  private String onGpu() {
    return switch (plan.precision()) {
      case F32 -> "exact";
      case F16 -> "f16";
      default -> "bf16";
    };
  }

  private String name() {
    String last = checkpoint.path().toAbsolutePath().normalize().getFileName().toString();
    return last.replaceFirst("\\.gguf$", "");
  }

  /** The devices that compute, those of the layers first: {@code cuda:0+cpu}. */
  private String devices() {
    return computing().map(Device::toString).collect(Collectors.joining("+"));
  }

  private Stream<Device> computing() {
    Set<Device> devices = new LinkedHashSet<>();
    plan.layers().forEach(place -> devices.add(place.device()));
    plan.layers().forEach(place -> devices.add(place.feedForward()));
    devices.add(plan.head());
    return devices.stream();
  }
}
