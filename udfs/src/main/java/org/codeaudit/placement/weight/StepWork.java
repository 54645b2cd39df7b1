package org.codeaudit.placement.weight;

import java.util.List;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.Storage.Encoding;

/**
 * What a step of a model cannot do without: weights that it reads and products that it makes. With
 * the speed of a machine they give the least time of a step. Attention, the key-value cache and the
 * embedding, of which a step reads a few rows, are left out.
 *
 * @param model its matrices
 * @param precision its weights are kept in
 */
public record StepWork(Footprint model, Precision precision) {

  /**
   * Bytes of weights that a step reads, each once: those of the layers and of the output
   * projection. Of experts it reads those that its tokens are sent to, which are counted as if
   * every token chose by chance.
   *
   * @param tokens of all sequences together
   */
  public long weightBytes(int tokens) {
    double sum = form(precision, head()).bytes(head());
    for (int layer = 0; layer < model.layers().size(); layer++) {
      LayerShape shape = model.layers().get(layer);
      sum += bytes(shape.common()) + 4.0 * shape.small();
      sum += bytes(shape.feedForward()) * expertsRead(layer, tokens);
    }
    return Math.round(sum);
  }

  /**
   * Multiplications and additions of a step: two for each number of a matrix that a token passes.
   *
   * @param tokens of all sequences together
   * @param choices tokens whose followers are chosen: only they need the output projection
   */
  public double operations(long tokens, long choices) {
    double passed = 0;
    for (int layer = 0; layer < model.layers().size(); layer++) {
      LayerShape shape = model.layers().get(layer);
      passed += numbers(shape.common());
      passed += numbers(shape.feedForward()) * expertsRead(layer, 1);
    }
    return 2 * (passed * tokens + (double) head().numbers() * choices);
  }

  private Matrix head() {
    return model.head().orElse(model.embedding());
  }

  /** Of a layer's feed-forward matrices, the part that so many tokens are sent to. */
  private double expertsRead(int layer, int tokens) {
    if (!model.config().sparse(layer)) {
      return 1;
    }
    Experts experts = model.config().experts().orElseThrow();
    return 1 - Math.pow(1 - (double) experts.perToken() / experts.count(), tokens);
  }

  private double bytes(List<Matrix> matrices) {
    return matrices.stream()
        .mapToDouble(matrix -> MatrixForm.ofGpu(precision, matrix.storage()).bytes(matrix))
        .sum();
  }

  private static double numbers(List<Matrix> matrices) {
    return matrices.stream().mapToDouble(Matrix::numbers).sum();
  }

  /** The output projection is never quantised. */
  private static MatrixForm form(Precision precision, Matrix head) {
    Storage storage = head.storage().quantised() ? new Storage(Encoding.BLOCKS, 0) : head.storage();
    return MatrixForm.ofGpu(precision.coded() ? Precision.BF16 : precision, storage);
  }
}
