package org.codeaudit.placement;

import java.util.stream.Stream;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.Matrix;
import org.codeaudit.placement.weight.MatrixForm;

/**
 * What the largest step needs on a device besides weights and cache, from the tensors that are
 * alive at once in the decoder. A linear layer's result exists in 16 bits and in 32 for a moment.
 */
public final class Activations {
  private static final int F32 = 4;

  /** A result in 16 bits and then in 32. */
  private static final int RESULT = 2 + F32;

  /** Batches of experts are filled up to at most so many times their tokens. */
  private static final int PADDING = 2;

  /** Most bytes of experts that are dequantised at once on a GPU. */
  private static final long EXPERTS_AT_ONCE = 512L << 20;

  /** Tensors of [tokens, value heads, head size] that the chunked delta rule has at once. */
  private static final int DELTA_TENSORS = 10;

  /** Bytes for each token of the vocabulary while one token is drawn: 64-bit numbers, 5 at once. */
  private static final int DRAWING = 8 * 5;

  /** Tokens that are drawn at once. */
  private static final int DRAWN = 16;

  /** Most bytes of scores where a GPU attends a prefix that prompts share. */
  private static final long SHARED_SCORES = 512L << 20;

  /** Most tokens of a chunk that is attended under a mask on the CPU. */
  private static final int MASKED = 64;

  private final PlacementQuestion question;
  private final ModelConfig config;
  private final long tokens;

  Activations(PlacementQuestion question) {
    this.question = question;
    this.config = question.model().config();
    this.tokens = question.step().tokens();
  }

  /**
   * Bytes of the largest step.
   *
   * @param gpu whether on a GPU
   * @param positions of the cache, which bound the length of a sequence
   */
  long bytes(boolean gpu, int positions) {
    long span = Math.min(positions, config.contextLength());
    long attending = attention(gpu) + (gpu ? SHARED_SCORES : 0);
    long layer = Math.max(Math.max(attending, delta()), feedForward());
    long rest = masks(gpu, span) + Math.max(layer, scores());
    return residual() + rest + dequantisedCache(gpu, span) + (gpu ? dequantised() : 0);
  }

  /** A chunk's mask, which is copied while it is made; on the CPU only short chunks have one. */
  private long masks(boolean gpu, long span) {
    long rows = gpu ? tokens : Math.min(tokens, MASKED);
    return 2 * rows * span * question.attentionWidth(gpu);
  }

  /** The residual stream, its norm, and the rotation. */
  private long residual() {
    return tokens * F32 * (2L * config.hiddenSize() + 6L * config.rotarySize());
  }

  private long attention(boolean gpu) {
    long queries = (long) config.attentionHeads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    long gates = config.family().gatesAttention() ? queries : 0;
    long projected = (queries + gates + 2 * keys) * RESULT;
    long normalised = 2 * (queries + keys) * F32;
    long attended = 3 * queries * question.attentionWidth(gpu) + queries * F32;
    // of a chunk behind others: over each of the two stretches, and their sums
    long stretches = 2 * queries * F32 + 4L * config.attentionHeads() * F32;
    return tokens * (projected + normalised + attended + stretches);
  }

  /** The keys and values of the longest sequence as a layer attends to them, if kept otherwise. */
  private long dequantisedCache(boolean gpu, long span) {
    if (question.cacheType() == CacheType.AUTO) {
      return 0;
    }
    long numbers = 2L * config.keyValueHeads() * config.headSize();
    return numbers * (span * question.attentionWidth(gpu) + tokens * 2 * F32);
  }

  private long delta() {
    if (config.linearAttention().isEmpty()) {
      return 0;
    }
    LinearAttention linear = config.linearAttention().get();
    long values = (long) linear.valueHeads() * linear.valueHeadSize();
    long projected = (linear.channels() + values) * RESULT;
    return tokens * (projected + 2L * linear.channels() * F32 + DELTA_TENSORS * values * F32);
  }

  private long feedForward() {
    long dense = gated(tokens, config.intermediateSize());
    if (config.experts().isEmpty()) {
      return dense;
    }
    Experts experts = config.experts().get();
    long routed = gated(PADDING * tokens * experts.perToken(), experts.intermediateSize());
    long chosen = tokens * experts.count() * 3 * F32 + tokens * config.hiddenSize() * F32;
    boolean allSparse = experts.sparseLayers().cardinality() == config.layers();
    return Math.max(allSparse ? 0 : dense, routed + chosen);
  }

  /** Rows through a gated feed-forward layer: input, gate and up, their product, output. */
  private long gated(long rows, long width) {
    return rows * (config.hiddenSize() * (2L + RESULT) + width * (2L * RESULT + 2 * F32 + 2));
  }

  /** Logits and a changed copy of every choice's, and what drawing from some rows at once takes. */
  private long scores() {
    long each = RESULT + F32 + 1;
    // a recurrent state cannot go back behind a guess that was wrong
    long choices = question.step().choices(config.linearAttention().isEmpty());
    return config.vocabularySize() * (choices * each + Math.min(choices, DRAWN) * DRAWING);
  }

  /** The largest matrix that a GPU brings into 16 bits before it multiplies. */
  private long dequantised() {
    if (question.precision() == Precision.F32) {
      return 0;
    }
    Stream<Matrix> quantised =
        question
            .model()
            .matrices()
            .filter(
                matrix -> MatrixForm.ofGpu(question.precision(), matrix.storage()).cachedOnDisk());
    return quantised.mapToLong(Activations::inSixteenBits).max().orElse(0);
  }

  private static long inSixteenBits(Matrix matrix) {
    long one = 2 * matrix.rows() * matrix.columns();
    return Math.max(one, Math.min(one * matrix.count(), EXPERTS_AT_ONCE));
  }
}
