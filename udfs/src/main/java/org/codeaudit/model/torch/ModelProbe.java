package org.codeaudit.model.torch;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.codeaudit.model.SequenceStep;

/**
 * What measurements and self-tests ask of a model and a run never does. Used by the thread that
 * steps the model; closes nothing.
 */
public final class ModelProbe {
  private final TorchLanguageModel model;

  public ModelProbe(TorchLanguageModel model) {
    this.model = model;
  }

  /**
   * Appends tokens to one sequence and returns the logits after each of them.
   *
   * @return [tokens][vocabulary]
   * @throws IllegalArgumentException as {@link TorchLanguageModel#step}
   */
  public float[][] logits(int sequence, int[] tokens) {
    List<SequenceStep> batch = List.of(new SequenceStep(sequence, tokens, Optional.empty()));
    long[] every = LongStream.range(0, tokens.length).toArray();
    float[] all = model.append(batch, inputs -> model.program.logits(inputs.batch(), every));
    int width = model.description().vocabularySize();
    float[][] logits = new float[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      logits[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return logits;
  }

  /**
   * Opens a sequence whose own positions hold copies of those of another. This makes many long
   * sequences without computing each of them.
   *
   * @param sequence shares no positions of others
   * @param capacity positions of the new one; at least those of the other
   * @return a handle, or -1 as {@link TorchLanguageModel#open(int)}
   * @throws UnsupportedOperationException if the model does not keep positions
   */
  public int openCopy(int sequence, int capacity) {
    return model.cache.openCopy(sequence, capacity);
  }

  /**
   * Matrices that are still to be packed for the processor's kernels. That happens once they have
   * been used for a while, some at each step: until none is left, steps are slower.
   */
  public long unpackedMatrices() {
    return model.program.unpacked();
  }

  /**
   * The kernels that compute attention; see {@link
   * org.codeaudit.model.torch.load.LoadedDecoder#attention}.
   */
  public String attention() {
    return model.attention;
  }

  /** Bytes of keys and values, on all devices. */
  long cacheBytes() {
    return model.program.cacheBytes();
  }

  /** Masks that the decoder holds. */
  int masksHeld() {
    return model.masks.size();
  }

  /**
   * Has a device attend to all sequences at once from here on, if the kernel for that errs by no
   * more than a bound.
   *
   * @return by how much it errs; NaN if it gives no numbers
   * @throws ai.djl.engine.EngineException if the device has no such kernel
   */
  double attendAtOnce(String device, double bound) {
    return model.program.attendAtOnce(device, bound);
  }
}
