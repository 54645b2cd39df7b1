package org.codeaudit.model.torch;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.Device;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.model.torch.load.DecoderLoader;
import org.codeaudit.model.torch.machine.FloorProbe;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.ProcessorKernels;

/**
 * Runs a small model on a device and compares its results with those of the processor in 32-bit
 * floats. The test of a GPU can be rehearsed without one: the processor takes its place under
 * another device name, so that everything is copied as it would be to a GPU.
 */
public final class DeviceTest {
  /** See {@link #kernelError}. */
  public static final double KERNEL_ERROR = DecoderLoader.KERNEL_ERROR;

  private static final int CACHE_TOKENS = 4096;
  private static final int STATES = 16;
  private static final int TEXT_TOKENS = 96;
  private static final int ANSWER_TOKENS = 12;

  private static final Choice GREEDY =
      new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, new int[0]);

  private final Device device;
  private final Hardware hardware;

  private DeviceTest(Device device, Hardware hardware) {
    this.device = device;
    this.hardware = hardware;
  }

  /** The test of a GPU of this process. */
  public static DeviceTest of(Device gpu) {
    return new DeviceTest(gpu, Hardware.OF_PROCESS);
  }

  /** The test with the processor in the place of a GPU. */
  public static DeviceTest rehearsal(Device gpu) {
    // libtorch does not take "cpu:0" for the device "cpu", so tensors are copied from one to the
    // other
    return new DeviceTest(
        gpu, new Hardware(one -> one.gpu().isPresent() ? "cpu:0" : "cpu", ThisMachine::freeMemory));
  }

  /**
   * How far a device's results agree with the processor's.
   *
   * @param largestError of a logit, for the same text; NaN if one is not a number
   * @param medianError the median over positions of the largest error of a logit: rounding may send
   *     a token to other experts, which changes all logits of some positions
   * @param sameTokens of {@code tokens} answered greedily
   */
  public record Agreement(double largestError, double medianError, int sameTokens, int tokens) {}

  /** What libtorch calls the device. */
  public String name() {
    return hardware.names().apply(device);
  }

  /** The device's floors; the caller closes the probe. */
  public FloorProbe floors() {
    return FloorProbe.of(name(), Runtime.getRuntime().availableProcessors());
  }

  /**
   * Computes a text's logits and answers three prompts, which begin alike, on the device and on the
   * processor.
   *
   * @param checkpoint of a small model
   * @param strategy {@link Strategy#GPU}, {@link Strategy#STREAMED} with all layers in memory, or
   *     {@link Strategy#HYBRID} with feed-forward layers or experts on the processor
   * @param precision on the device
   */
  public Agreement compare(Path checkpoint, Strategy strategy, Precision precision) {
    try (Checkpoint opened = Checkpoints.open(checkpoint);
        TorchLanguageModel expected = load(opened, Strategy.CPU, Precision.F32);
        TorchLanguageModel found = load(opened, strategy, precision)) {
      int[] right = answers(expected);
      int[] answered = answers(found);
      int same = 0;
      for (int i = 0; i < right.length; i++) {
        same += right[i] == answered[i] ? 1 : 0;
      }
      double[] errors = errors(logits(expected), logits(found));
      // NaN is sorted last
      Arrays.sort(errors);
      return new Agreement(
          errors[errors.length - 1], errors[errors.length / 2], same, right.length);
    }
  }

  /**
   * The largest difference between the kernel that attends to all sequences and the definition of
   * attention. The kernel is used up to {@link #KERNEL_ERROR}.
   *
   * @throws ModelFailure if the device has no such kernel
   */
  public double kernelError(Path checkpoint) {
    try (Checkpoint opened = Checkpoints.open(checkpoint);
        TorchLanguageModel model = load(opened, Strategy.GPU, Precision.BF16)) {
      return new ModelProbe(model).attendAtOnce(name(), KERNEL_ERROR);
    } catch (EngineException e) {
      throw new ModelFailure(e.getMessage(), e);
    }
  }

  /** Mean seconds of a step in which each of so many sequences appends a token. */
  public double stepSeconds(Path checkpoint, Precision precision, int sequences) {
    try (Checkpoint opened = Checkpoints.open(checkpoint);
        TorchLanguageModel model = load(opened, Strategy.GPU, precision)) {
      List<SequenceStep> steps = new ArrayList<>();
      for (int i = 0; i < sequences; i++) {
        int sequence = model.open(TEXT_TOKENS);
        steps.add(new SequenceStep(sequence, new int[] {1 + i}, Optional.of(GREEDY)));
      }
      int warm = TEXT_TOKENS / 4;
      repeat(model, steps, warm);
      long began = System.nanoTime();
      repeat(model, steps, TEXT_TOKENS / 2);
      return (System.nanoTime() - began) / 1e9 / (TEXT_TOKENS / 2);
    }
  }

  private static void repeat(TorchLanguageModel model, List<SequenceStep> steps, int times) {
    for (int i = 0; i < times; i++) {
      model.step(steps);
    }
  }

  private TorchLanguageModel load(Checkpoint checkpoint, Strategy strategy, Precision precision) {
    ModelSettings settings =
        new ModelSettings(checkpoint.path().toString(), precision, CACHE_TOKENS, 0);
    Device main = strategy == Strategy.CPU ? Device.CPU : device;
    PlacementPlan plan = plan(checkpoint.config(), main, strategy, precision, CACHE_TOKENS);
    return new TorchLanguageModel(new DecoderLoader(checkpoint, settings, plan, hardware).load());
  }

  /**
   * A plan made by hand that puts all of a model in one way on one device.
   *
   * @param main computes everything, but for the feed-forward layers or experts of {@link
   *     Strategy#HYBRID}, which the processor computes
   */
  public static PlacementPlan plan(
      ModelConfig config, Device main, Strategy strategy, Precision precision, int cacheTokens) {
    LayerPlace place =
        new LayerPlace(
            main,
            strategy == Strategy.HYBRID ? Device.CPU : main,
            strategy == Strategy.STREAMED ? Residence.STREAMED : Residence.HELD);
    int states = config.linearAttention().isPresent() ? STATES : 0;
    return new PlacementPlan(
        strategy,
        precision,
        ProcessorKernels.EXACT,
        main,
        Collections.nCopies(config.layers(), place),
        main,
        cacheTokens,
        CacheType.AUTO,
        states,
        Map.of(),
        "A test of " + main + ": " + strategy + " in " + precision);
  }

  private static float[][] logits(TorchLanguageModel model) {
    int sequence = model.open(TEXT_TOKENS);
    try {
      return new ModelProbe(model).logits(sequence, text(model, TEXT_TOKENS, 0));
    } finally {
      model.close(sequence);
    }
  }

  /** Different tokens, as far as the vocabulary has them. */
  private static int[] text(TorchLanguageModel model, int length, int other) {
    int vocabulary = model.description().vocabularySize();
    int[] tokens = new int[length];
    Arrays.setAll(tokens, i -> (int) ((7 + 7919L * i + other) % vocabulary));
    return tokens;
  }

  /** Three answers decoded together, to prompts that share a prefix if the model allows it. */
  private static int[] answers(TorchLanguageModel model) {
    int[] first = text(model, TEXT_TOKENS / 2, 0);
    int parent = model.open(first.length);
    model.step(List.of(new SequenceStep(parent, first, Optional.empty())));
    int count = 3;
    int[] handles = new int[count];
    int[][] next = new int[count][];
    for (int i = 0; i < count; i++) {
      next[i] = text(model, 5 + 9 * i, 1 + i);
      int own = next[i].length + ANSWER_TOKENS;
      handles[i] = model.keepsPositions() ? model.open(parent, first.length, own) : model.open(own);
    }
    int[] answers = new int[count * ANSWER_TOKENS];
    for (int token = 0; token < ANSWER_TOKENS; token++) {
      List<SequenceStep> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        steps.add(new SequenceStep(handles[i], next[i], Optional.of(GREEDY)));
      }
      int[] chosen = model.step(steps).tokens();
      for (int i = 0; i < count; i++) {
        answers[i * ANSWER_TOKENS + token] = chosen[i];
        next[i] = new int[] {chosen[i]};
      }
    }
    Arrays.stream(handles).forEach(model::close);
    model.close(parent);
    return answers;
  }

  /** The largest error of each position. */
  private static double[] errors(float[][] expected, float[][] found) {
    double[] errors = new double[expected.length];
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        // a NaN stays one
        errors[row] = Math.max(errors[row], Math.abs(expected[row][i] - found[row][i]));
      }
    }
    return errors;
  }
}
