package org.codeaudit.bench.load;

import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.PlacementRequest.Strategy;

/** The bytes of a checkpoint that the first token of an answer cannot do without. */
final class NeededBytes {
  private static final String EXPERTS = ".mlp.experts.";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private NeededBytes() {}

  /**
   * Everything, but for mapped files: of them the experts that tokens are sent to, and the rows of
   * the embedding that are looked up.
   */
  static long of(Checkpoint checkpoint, Strategy placement, int promptTokens) {
    double bytes = 0;
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      boolean mapped = placement == Strategy.DISK;
      bytes += tensor.bytes() * (mapped ? part(tensor, checkpoint.config(), promptTokens) : 1);
    }
    return (long) bytes;
  }

  private static double part(TensorInfo tensor, ModelConfig config, int tokens) {
    if (tensor.name().contains(EXPERTS)) {
      double chosen = config.experts().map(e -> (double) e.perToken() / e.count()).orElse(1.0);
      return Math.min(1, chosen * tokens);
    }
    if (tensor.name().equals(EMBEDDING) && !config.tiedEmbeddings()) {
      return Math.min(1, (double) tokens / config.vocabularySize());
    }
    return 1;
  }
}
