package org.codeaudit.checkpoint;

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
 * @param intermediateSize width of the feed-forward layer
 * @param vocabularySize rows of the embedding; may exceed the tokenizer's ids
 * @param contextLength the most positions the checkpoint was made for
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling how the rotary frequencies are stretched; empty for none
 * @param normEpsilon epsilon of every RMS norm
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param attentionBias whether the query, key and value projections have biases
 */
public record ModelConfig(
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
    Optional<Llama3RopeScaling> ropeScaling,
    double normEpsilon,
    boolean tiedEmbeddings,
    boolean attentionBias) {

  /** A family of decoders that share one forward pass. */
  public enum Family {
    LLAMA,
    QWEN2,
    QWEN3
  }

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
      int originalContextLength) {}
}
