package org.codeaudit.model.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.ModelConfig.Family;
import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.checkpoint.TensorType;
import org.codeaudit.placement.WeightForm;

/**
 * Brings a checkpoint's tensors into the decoder. A tensor that lies in its file as libtorch would
 * have it is mapped, and copied from there if the model is on a GPU; all others are decoded to
 * 32-bit floats, piece by piece, and converted.
 */
final class WeightLoader {
  /** Bytes of decoded floats handed over at once. */
  private static final int PIECE_BYTES = 1 << 24;

  private static final int F32 = WeightForm.F32.dtype();

  /** A file mapped as numbers of one type. */
  private record Mapping(Path file, TensorType type) {}

  private final Checkpoint checkpoint;
  private final ModelConfig config;
  private final TorchProgram program;
  private final Placement placement;
  private final WeightForm form;
  private final Map<Mapping, Long> mapped = new HashMap<>();
  private ByteBuffer piece = ByteBuffer.allocateDirect(0);
  private long bytes;
  private long parameters;

  WeightLoader(Checkpoint checkpoint, TorchProgram program, Placement placement) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.program = program;
    this.placement = placement;
    this.form = placement.weights();
  }

  /** Memory the weights take, mapped or not. */
  long bytes() {
    return bytes;
  }

  /** Numbers of the model. */
  long parameters() {
    return parameters;
  }

  void load() {
    TensorInfo embedding = tensor("model.embed_tokens.weight");
    part(embedding.name(), form.dtype());
    program.call("add_embedding");
    bytes += embedding.elements() * (storedAs(embedding) == F32 ? 4 : 2);
    for (int layer = 0; layer < config.layers(); layer++) {
      loadLayer("model.layers." + layer + ".");
    }
    norm("model.norm.weight");
    program.call("add_no_bias");
    loadHead();
    program.call("drop_files");
  }

  private void loadLayer(String layer) {
    String attention = layer + "self_attn.";
    norm(layer + "input_layernorm.weight");
    norm(layer + "post_attention_layernorm.weight");
    if (config.family() == Family.QWEN3) {
      part(attention + "q_norm.weight", F32);
      part(attention + "k_norm.weight", F32);
      program.call("add_head_norm");
    }
    if (config.attentionBias()) {
      for (String projection : List.of("q", "k", "v")) {
        part(attention + projection + "_proj.bias", F32);
      }
      program.call("add_bias");
    } else {
      program.call("add_no_bias");
    }
    linear(
        List.of(
            attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight"));
    program.call("add_no_bias");
    linear(List.of(attention + "o_proj.weight"));
    program.call("add_no_bias");
    linear(List.of(layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight"));
    program.call("add_no_bias");
    linear(List.of(layer + "mlp.down_proj.weight"));
  }

  /**
   * The output projection: of its own, or the embedding, which then is not stored twice if it can.
   */
  private void loadHead() {
    if (!config.tiedEmbeddings()) {
      linear(List.of("lm_head.weight"));
      return;
    }
    TensorInfo embedding = tensor("model.embed_tokens.weight");
    boolean shared = form != WeightForm.PACKED_F16 && storedAs(embedding) == form.dtype();
    program.call("part_embedding");
    finishLinear(shared);
    bytes += shared ? 0 : embedding.elements() * form.bytes();
  }

  private void norm(String name) {
    part(name, F32);
    bytes += 4 * tensor(name).elements();
    program.call("add_norm");
  }

  /** Adds a linear layer whose matrix is made of tensors, one below the other. */
  private void linear(List<String> names) {
    long elements = names.stream().mapToLong(name -> tensor(name).elements()).sum();
    boolean asStored =
        names.stream().map(this::tensor).allMatch(t -> mappable(t) && dtype(t) == form.dtype());
    for (String name : names) {
      part(name, F32);
    }
    finishLinear(asStored);
    bytes += elements * form.bytes();
  }

  /**
   * @param asStored whether the parts have the form already, so that they can stay where they are;
   *     on a GPU several become one matrix all the same, and a single one is not copied
   */
  private void finishLinear(boolean asStored) {
    if (form == WeightForm.PACKED_F16) {
      // weights that float16 cannot hold stay 32-bit floats
      boolean fits = program.callForDouble("magnitude") <= WeightForm.GREATEST_F16;
      if (fits) {
        program.call("add_linear_packed");
      } else {
        program.call("add_linear", F32);
      }
    } else if (asStored && placement.onProcessor()) {
      program.call("add_linear_parts");
    } else {
      program.call("add_linear", form.dtype());
    }
  }

  /** Puts a tensor among the parts: mapped, or decoded to a type. */
  private void part(String name, int decodedType) {
    TensorInfo tensor = tensor(name);
    parameters += tensor.elements();
    if (mappable(tensor)) {
      partMapped(tensor);
    } else {
      partDecoded(tensor, decodedType);
    }
  }

  private void partMapped(TensorInfo tensor) {
    int width = tensor.type().blockBytes();
    long file =
        mapped.computeIfAbsent(
            new Mapping(tensor.file(), tensor.type()),
            key ->
                program.call(
                    "map_file",
                    key.file().toAbsolutePath().toString(),
                    key.file().toFile().length() / width,
                    dtype(tensor)));
    program.call("part_mapped", file, tensor.offset() / width, shape(tensor));
  }

  private void partDecoded(TensorInfo tensor, int dtype) {
    long rows = tensor.shape().get(0);
    long width = tensor.elements() / rows;
    long pieceRows = Math.max(1, PIECE_BYTES / (4 * width));
    makeRoom(Math.toIntExact(4 * width * Math.min(rows, pieceRows)));
    program.call("part_staged", shape(tensor), dtype);
    for (long first = 0; first < rows; first += pieceRows) {
      long count = Math.min(pieceRows, rows - first);
      FloatBuffer floats = piece.asFloatBuffer();
      checkpoint.read(tensor, first, count, floats);
      ByteBuffer filled = piece.slice(0, Math.toIntExact(4 * count * width));
      long[] shape = shape(tensor);
      shape[0] = count;
      program.call("fill", first, new TorchProgram.Floats(filled, shape));
    }
  }

  /** One buffer serves all pieces: direct memory comes back only with a garbage collection. */
  private void makeRoom(int pieceBytes) {
    if (piece.capacity() < pieceBytes) {
      piece =
          ByteBuffer.allocateDirect(Math.max(pieceBytes, PIECE_BYTES))
              .order(ByteOrder.nativeOrder());
    }
  }

  private TensorInfo tensor(String name) {
    TensorInfo tensor = checkpoint.tensors().get(name);
    if (tensor == null) {
      throw new AuditException(
          "CHECKPOINT_TENSOR_MISSING",
          "The model in " + checkpoint.path() + " cannot be loaded",
          "Its tensor " + name + " is missing",
          "Get the checkpoint again, all of its files");
    }
    return tensor;
  }

  /** Whether a tensor can be used where it lies. */
  private static boolean mappable(TensorInfo tensor) {
    return tensor.type().plain()
        && tensor.rowOrder() == TensorInfo.RowOrder.HALVES
        && tensor.offset() % tensor.type().blockBytes() == 0;
  }

  /** The type an embedding has in the decoder; one that must be decoded takes the form's. */
  private int storedAs(TensorInfo embedding) {
    return mappable(embedding) ? dtype(embedding) : form.dtype();
  }

  private static int dtype(TensorInfo tensor) {
    return switch (tensor.type()) {
      case F32 -> F32;
      case F16 -> WeightForm.PACKED_F16.dtype();
      case BF16 -> WeightForm.BF16.dtype();
      default -> throw new IllegalArgumentException(tensor.type() + " is no plain type");
    };
  }

  private static long[] shape(TensorInfo tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }
}
