package org.codeaudit.checkpoint.config;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The architecture of a decoder, read from {@code config.json} or from GGUF metadata.
 *
 * @param family which forward pass it needs
 * @param hiddenSize width of the residual stream
 * @param layers number of decoder layers
 * @param attentionHeads query heads
 * @param keyValueHeads key and value heads; divides {@code attentionHeads}
 * @param headSize numbers per head; {@code attentionHeads * headSize} may differ from {@code
 *     hiddenSize}
 * @param rotarySize how many of a head's first numbers are turned by the position; all of them but
 *     in Qwen3-Next and some of Phi's models
 * @param intermediateSize width of the feed-forward layer of layers without experts
 * @param vocabularySize rows of the embedding; may exceed the tokenizer's ids
 * @param contextLength the most positions that are computed as the checkpoint was made for
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling how the rotary frequencies are stretched; empty for none
 * @param normEpsilon epsilon of every RMS norm
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param attentionBias whether the query, key and value projections have biases
 * @param experts the mixture of experts of its sparse layers; empty for a dense model
 * @param linearAttention the layers whose attention is a gated delta rule; empty for none
 */
public record ModelConfig(
    Family family,
    int hiddenSize,
    int layers,
    int attentionHeads,
    int keyValueHeads,
    int headSize,
    int rotarySize,
    int intermediateSize,
    int vocabularySize,
    int contextLength,
    double ropeTheta,
    Optional<RopeScaling> ropeScaling,
    double normEpsilon,
    boolean tiedEmbeddings,
    boolean attentionBias,
    Optional<Experts> experts,
    Optional<LinearAttention> linearAttention) {

  /** A dense decoder that turns whole heads. */
  public ModelConfig(
      Family family,
      int hiddenSize,
      int layers,
      int attentionHeads,
      int keyValueHeads,
      int headSize,
      int intermediateSize,
      int vocabularySize,
      int contextLength,
      double ropeTheta,
      Optional<RopeScaling> ropeScaling,
      double normEpsilon,
      boolean tiedEmbeddings,
      boolean attentionBias) {
    this(
        family,
        hiddenSize,
        layers,
        attentionHeads,
        keyValueHeads,
        headSize,
        headSize,
        intermediateSize,
        vocabularySize,
        contextLength,
        ropeTheta,
        ropeScaling,
        normEpsilon,
        tiedEmbeddings,
        attentionBias,
        Optional.empty(),
        Optional.empty());
  }

  /** Whether a layer routes its tokens to experts. */
  public boolean sparse(int layer) {
    return experts.isPresent() && experts.get().sparseLayers().get(layer);
  }

  /** Whether a layer's attention is a gated delta rule, which keeps a state and no keys. */
  public boolean linear(int layer) {
    return linearAttention.isPresent() && linearAttention.get().layers().get(layer);
  }

  /** Layers that keep keys and values of every position. */
  public int cachedLayers() {
    return layers - linearAttention.map(linear -> linear.layers().cardinality()).orElse(0);
  }

  /** A family of decoders that share one forward pass. */
  public enum Family {
    LLAMA,
    MISTRAL,
    PHI3,
    QWEN2,
    QWEN3,
    QWEN3_MOE,
    QWEN3_NEXT;

    /** Whether queries and keys are normalised, each head by itself. */
    public boolean normalisesHeads() {
      return this == QWEN3 || this == QWEN3_MOE || this == QWEN3_NEXT;
    }

    /**
     * Whether files hold queries, keys and values as one matrix, and gate and up projection too.
     */
    public boolean fusesProjections() {
      return this == PHI3;
    }

    /**
     * Whether a query projection also gives a gate for attention's output, and norms store their
     * weights less one.
     */
    public boolean gatesAttention() {
      return this == QWEN3_NEXT;
    }
  }

  /**
   * The experts of sparse layers.
   *
   * @param count experts of a layer
   * @param perToken how many of them a token is sent to
   * @param intermediateSize width of one expert
   * @param sharedIntermediateSize width of the expert that every token is sent to; 0 for none
   * @param normalised whether the weights of a token's experts are scaled to add up to 1
   * @param sparseLayers the layers that have experts; not to be changed
   */
  public record Experts(
      int count,
      int perToken,
      int intermediateSize,
      int sharedIntermediateSize,
      boolean normalised,
      BitSet sparseLayers) {}

  /**
   * Gated delta rule attention.
   *
   * @param keyHeads heads of queries and keys
   * @param valueHeads heads of values, each with a state; a multiple of {@code keyHeads}
   * @param keyHeadSize numbers per query and key head
   * @param valueHeadSize numbers per value head
   * @param convolutionWidth positions the causal convolution before it sees
   * @param layers the layers that have it; not to be changed
   */
  public record LinearAttention(
      int keyHeads,
      int valueHeads,
      int keyHeadSize,
      int valueHeadSize,
      int convolutionWidth,
      BitSet layers) {

    /** Channels of the convolution: queries, keys and values. */
    public int channels() {
      return 2 * keyHeads * keyHeadSize + valueHeads * valueHeadSize;
    }
  }

  /** How rotary frequencies are stretched for contexts longer than those of pre-training. */
  public sealed interface RopeScaling permits Llama3RopeScaling, YarnRopeScaling, LongRopeScaling {}

  /**
   * The {@code llama3} stretching of rotary frequencies (Llama 3.1 and later).
   *
   * @param factor by how much low frequencies are divided
   * @param lowFrequencyFactor below {@code originalContextLength / lowFrequencyFactor} wavelengths
   *     nothing is divided fully
   * @param highFrequencyFactor above it nothing is divided at all
   * @param originalContextLength the context length of pre-training
   */
  public record Llama3RopeScaling(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalContextLength)
      implements RopeScaling {}

  /**
   * The {@code yarn} stretching of rotary frequencies (arXiv 2309.00071).
   *
   * @param factor by how much low frequencies are divided
   * @param originalContextLength the context length of pre-training
   * @param betaFast turns within the original context above which nothing is divided
   * @param betaSlow turns below which all is divided
   * @param attentionFactor what cosines and sines are multiplied with
   */
  public record YarnRopeScaling(
      double factor,
      int originalContextLength,
      double betaFast,
      double betaSlow,
      double attentionFactor)
      implements RopeScaling {}

  /**
   * The {@code longrope} stretching of rotary frequencies (arXiv 2402.13753): a divisor for every
   * frequency, and others for sequences that are longer than those of pre-training.
   *
   * <p>The keys in a cache cannot change when a sequence becomes long, and sequences share them. So
   * the short divisors always count, and a context ends where they do.
   *
   * @param shortFactors divisors of the frequencies up to the original context
   * @param longFactors those beyond it
   * @param attentionFactor what cosines and sines are multiplied with
   * @param originalContextLength the context length of pre-training
   */
  public record LongRopeScaling(
      List<Double> shortFactors,
      List<Double> longFactors,
      double attentionFactor,
      int originalContextLength)
      implements RopeScaling {

    public LongRopeScaling {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
    }

    /**
     * What the paper multiplies cosines and sines with.
     *
     * @param factor by how much the context is longer than that of pre-training
     */
    public static double magnitude(double factor, int originalContextLength) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContextLength));
    }
  }
}
