package org.codeaudit.placement.weight;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.Precision;

/**
 * What a model consists of: the shapes of its matrices and how the checkpoint stores them. Gives
 * the bytes of all that does not depend on the precision.
 *
 * @param config of the model
 * @param embedding [vocabulary, hidden]
 * @param head the output projection; empty if it is the embedding
 * @param layers one shape for each
 */
public record Footprint(
    ModelConfig config, Matrix embedding, Optional<Matrix> head, List<LayerShape> layers) {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  public Footprint {
    layers = List.copyOf(layers);
  }

  /** The footprint of a checkpoint. Reads headers only. */
  public static Footprint of(Checkpoint checkpoint) {
    StoredTensors stored = new StoredTensors(checkpoint);
    return of(checkpoint.config(), stored::storage);
  }

  /**
   * The footprint of a checkpoint that is not there.
   *
   * @param storage how a matrix of a Hugging Face name is stored: {@link #plain()}, {@link
   *     #autoRound()}
   */
  public static Footprint of(ModelConfig config, Function<String, Storage> storage) {
    LayerShapes shapes = new LayerShapes(config, storage);
    return new Footprint(
        config,
        whole(config, storage, EMBEDDING),
        config.tiedEmbeddings() ? Optional.empty() : Optional.of(whole(config, storage, HEAD)),
        IntStream.range(0, config.layers()).mapToObj(shapes::layer).toList());
  }

  /** A checkpoint in bfloat16. */
  public static Function<String, Storage> plain() {
    return name -> Storage.BF16;
  }

  /**
   * A checkpoint quantised by AutoRound with mixed bits: 4 in groups of 128, 8 for the attention
   * and the shared expert, and bfloat16 for the embedding and the output projection.
   */
  public static Function<String, Storage> autoRound() {
    return name -> {
      if (name.equals(EMBEDDING) || name.equals(HEAD)) {
        return Storage.BF16;
      }
      boolean critical = name.contains("attn.") || name.contains("shared_expert");
      return new Storage(critical ? Storage.Encoding.INT8 : Storage.Encoding.INT4, 128);
    };
  }

  private static Matrix whole(ModelConfig config, Function<String, Storage> storage, String name) {
    return new Matrix(name, config.vocabularySize(), config.hiddenSize(), 1, storage.apply(name));
  }

  /** Every matrix but the embedding. */
  public Stream<Matrix> matrices() {
    Stream<Matrix> inLayers =
        layers.stream()
            .flatMap(layer -> Stream.concat(layer.common().stream(), layer.feedForward().stream()));
    return Stream.concat(inLayers, head.stream());
  }

  /** Whether the checkpoint holds matrices as integers or codes on purpose. */
  public boolean quantised() {
    return matrices().anyMatch(matrix -> matrix.storage().quantised());
  }

  /** Numbers of the model. */
  public long parameters() {
    long small = layers.stream().mapToLong(LayerShape::small).sum() + config.hiddenSize();
    return matrices().mapToLong(Matrix::numbers).sum() + small + embedding.numbers();
  }

  /** Bytes of all weights on one device in a precision, norms and embedding included. */
  public long weightBytes(Precision precision) {
    return WeightTable.of(this, precision, ProcessorKernels.EXACT, WeightTable.Way.GPU)
        .all()
        .held();
  }

  /**
   * Bytes of key-value cache that one position takes in a layer; 0 in layers that keep none.
   *
   * @param width bytes of a number that attention is computed with
   */
  public long cachePerPosition(int layer, CacheType type, int width) {
    return config.linear(layer)
        ? 0
        : 2 * config.keyValueHeads() * type.bytes(config.headSize(), width);
  }

  /** Bytes of key-value cache that one position takes in all layers. */
  public long cachePerPosition(CacheType type, int width) {
    return IntStream.range(0, config.layers())
        .mapToLong(layer -> cachePerPosition(layer, type, width))
        .sum();
  }

  /**
   * Bytes of the recurrent state that a sequence keeps in a layer: a matrix for each value head and
   * the last positions of the convolution, in 32-bit floats; 0 in layers that keep none.
   */
  public long statePerSequence(int layer) {
    if (!config.linear(layer)) {
      return 0;
    }
    LinearAttention linear = config.linearAttention().orElseThrow();
    long heads = (long) linear.valueHeads() * linear.keyHeadSize() * linear.valueHeadSize();
    return 4 * (heads + (long) linear.channels() * (linear.convolutionWidth() - 1));
  }
}
