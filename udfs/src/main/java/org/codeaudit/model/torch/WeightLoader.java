package org.codeaudit.model.torch;

import java.util.List;
import java.util.function.Function;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.checkpoint.ReadAhead;
import org.codeaudit.model.Device;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.WeightForm;

/**
 * Builds the decoder of a checkpoint's tensors, layer by layer, each where a plan wants it. What a
 * layer consists of gets the names that {@code decoder.py} looks for.
 */
final class WeightLoader {
  private static final int F32 = WeightForm.F32.dtype();
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final ModelConfig config;
  private final TorchProgram program;
  private final TensorParts parts;
  private final PlacementPlan plan;
  private final Function<Device, String> names;
  private final MatrixLoader matrices;
  private long bytes;

  WeightLoader(
      Checkpoint checkpoint,
      TorchProgram program,
      PlacementPlan plan,
      Function<Device, String> names,
      PackedCache.Slot slot) {
    this.config = checkpoint.config();
    this.program = program;
    this.parts = new TensorParts(checkpoint, program);
    this.plan = plan;
    this.names = names;
    this.matrices = new MatrixLoader(checkpoint, parts, program, slot);
  }

  /** Memory the weights take, mapped or not. */
  long bytes() {
    return bytes + matrices.bytes();
  }

  /** Numbers of the model. */
  long parameters() {
    return parts.parameters();
  }

  /**
   * @param ahead is told which part is loaded: 0 the embedding, then the layers, then the head
   */
  void load(ReadAhead ahead) {
    loadEmbedding();
    for (int layer = 0; layer < config.layers(); layer++) {
      ahead.reached(layer + 1);
      loadLayer("model.layers." + layer + ".", plan.layers().get(layer));
    }
    ahead.reached(config.layers() + 1);
    on(plan.head());
    small("model.norm.weight", "norm");
    loadHead();
    program.call("put_head");
    program.call("drop_files");
  }

  /** What is put from here on goes to a device. */
  private void on(Device device) {
    WeightForm cache = MatrixPlace.of(device, plan.precision(), Residence.HELD).cache();
    program.call("on", names.apply(device), cache.dtype());
  }

  /** Matrices that are put from here on go to a place. */
  private void place(Device device, Residence residence) {
    MatrixPlace place = MatrixPlace.of(device, plan.precision(), residence);
    matrices.place(place);
    on(place.keeper());
  }

  private void loadEmbedding() {
    place(plan.embedding(), Residence.MAPPED);
    TensorInfo embedding = parts.tensor(EMBEDDING);
    parts.part(EMBEDDING, plainForm(plan.embedding()).dtype());
    program.call("put_embedding");
    bytes += embedding.elements() * (storedAs(embedding) == F32 ? 4 : 2);
  }

  private void loadLayer(String layer, LayerPlace place) {
    on(place.device());
    small(layer + "input_layernorm.weight", "attention_norm");
    small(layer + "post_attention_layernorm.weight", "feed_norm");
    MatrixPlace own = MatrixPlace.of(place.device(), plan.precision(), place.residence());
    program.call("add_layer", own.residence() == Residence.STREAMED ? 1 : 0);
    loadAttention(layer + "self_attn.", place);
    loadFeedForward(layer + "mlp.", place);
    program.call("forget");
  }

  private void loadAttention(String attention, LayerPlace place) {
    if (config.family().normalisesHeads()) {
      small(attention + "q_norm.weight", "query_norm");
      small(attention + "k_norm.weight", "key_norm");
    }
    place(place.device(), place.residence());
    if (config.attentionBias()) {
      for (String projection : List.of("q", "k", "v")) {
        parts.part(attention + projection + "_proj.bias", F32);
      }
      program.call("put_bias");
    }
    matrices.put(
        "attention_input",
        attention + "q_proj.weight",
        attention + "k_proj.weight",
        attention + "v_proj.weight");
    matrices.put("attention_output", attention + "o_proj.weight");
    long[] sizes = {
      config.attentionHeads(), config.keyValueHeads(), config.headSize(), config.rotarySize()
    };
    on(place.device());
    program.call("add_attention", sizes);
  }

  private void loadFeedForward(String feedForward, LayerPlace place) {
    place(place.feedForward(), place.residence());
    matrices.put("feed_input", feedForward + "gate_proj.weight", feedForward + "up_proj.weight");
    matrices.put("feed_output", feedForward + "down_proj.weight");
    on(place.feedForward());
    program.call("add_feed_forward");
  }

  /**
   * The output projection: of its own, or the embedding, which then is not stored twice if it can.
   */
  private void loadHead() {
    place(plan.head(), headResidence());
    if (!config.tiedEmbeddings()) {
      matrices.putPlain("head", "lm_head.weight");
      return;
    }
    TensorInfo embedding = parts.tensor(EMBEDDING);
    program.call("part_embedding");
    boolean here = plan.head().equals(plan.embedding());
    matrices.putEmbedding("head", embedding, storedAs(embedding), here);
  }

  /** On a machine whose layers stay in their files the output projection does so too. */
  private Residence headResidence() {
    return plan.layers().get(config.layers() - 1).residence() == Residence.MAPPED
        ? Residence.MAPPED
        : Residence.HELD;
  }

  /** Puts a small tensor, such as a norm, in 32-bit floats. */
  private void small(String tensor, String name) {
    parts.part(tensor, F32);
    bytes += 4 * parts.tensor(tensor).elements();
    program.call("put_tensor", name, 0.0);
  }

  /** The type an embedding has in the decoder; one that must be decoded takes the form's. */
  private int storedAs(TensorInfo embedding) {
    return TensorParts.mappable(embedding)
        ? TensorParts.dtype(embedding)
        : plainForm(plan.embedding()).dtype();
  }

  private WeightForm plainForm(Device device) {
    return MatrixPlace.of(device, plan.precision(), Residence.HELD).plain();
  }
}
