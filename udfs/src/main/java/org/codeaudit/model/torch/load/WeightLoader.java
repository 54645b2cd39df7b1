package org.codeaudit.model.torch.load;

import java.util.List;
import java.util.function.Function;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.checkpoint.tensor.ReadAhead;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.Device;
import org.codeaudit.model.torch.pack.PackedCache;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.WeightForm;

/**
 * Builds the decoder from a checkpoint's tensors, layer by layer, each on the devices that a plan
 * names. Tensors and matrices of a layer get the names that {@code decoder.py} looks up.
 */
final class WeightLoader {
  private static final int F32 = WeightForm.F32.dtype();
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final ModelConfig config;
  private final DecoderProgram program;
  private final TensorParts parts;
  private final PlacementPlan plan;
  private final Function<Device, String> names;
  private final MatrixLoader matrices;
  private long bytes;

  WeightLoader(
      Checkpoint checkpoint,
      DecoderProgram program,
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
   * Loads all weights.
   *
   * @param ahead is told which part is loaded: 0 the embedding, then the layers, then the head
   */
  void load(ReadAhead ahead) {
    loadEmbedding();
    for (int layer = 0; layer < config.layers(); layer++) {
      ahead.reached(layer + 1);
      loadLayer(layer);
    }
    ahead.reached(config.layers() + 1);
    on(plan.head());
    norm("model.norm.weight", "norm");
    loadHead();
    program.putHead();
    program.dropFiles();
  }

  /** What is put from here on is stored on a device and computed with there. */
  private void on(Device device) {
    WeightForm cache = placed(device, Residence.HELD).cache();
    program.on(names.apply(device), cache.dtype());
  }

  /** As {@link #on}, but stored as the residence says. */
  private void place(Device device, Residence residence) {
    MatrixPlace place = placed(device, residence);
    matrices.place(place);
    on(device);
    program.keepOn(names.apply(place.keeper()));
  }

  private void loadEmbedding() {
    place(plan.embedding(), Residence.MAPPED);
    TensorInfo embedding = parts.tensor(EMBEDDING);
    parts.part(EMBEDDING, plainForm(plan.embedding()).dtype());
    program.putEmbedding();
    bytes += embedding.elements() * (storedAs(embedding) == F32 ? 4 : 2);
  }

  private void loadLayer(int layer) {
    LayerPlace place = plan.layers().get(layer);
    String name = "model.layers." + layer + ".";
    on(place.device());
    norm(name + "input_layernorm.weight", "attention_norm");
    norm(name + "post_attention_layernorm.weight", "feed_norm");
    MatrixPlace own = placed(place.device(), place.residence());
    program.addLayer(own.residence() == Residence.STREAMED);
    if (config.linear(layer)) {
      loadLinearAttention(name + "linear_attn.", config.linearAttention().orElseThrow(), place);
    } else {
      loadAttention(name + "self_attn.", place);
    }
    if (config.sparse(layer)) {
      loadExperts(name + "mlp.", config.experts().orElseThrow(), place);
    } else {
      loadFeedForward(name + "mlp.", place);
    }
    program.forget();
  }

  private void loadAttention(String attention, LayerPlace place) {
    if (config.family().normalisesHeads()) {
      norm(attention + "q_norm.weight", "query_norm");
      norm(attention + "k_norm.weight", "key_norm");
    }
    place(place.device(), place.residence());
    if (config.attentionBias()) {
      for (String projection : List.of("q", "k", "v")) {
        parts.part(attention + projection + "_proj.bias", F32);
      }
      program.putBias();
    }
    matrices.put(
        "attention_input",
        attention + "q_proj.weight",
        attention + "k_proj.weight",
        attention + "v_proj.weight");
    matrices.put("attention_output", attention + "o_proj.weight");
    program.addAttention(
        config.attentionHeads(),
        config.keyValueHeads(),
        config.headSize(),
        config.rotarySize(),
        config.family().gatesAttention());
  }

  private void loadLinearAttention(String attention, LinearAttention linear, LayerPlace place) {
    small(attention + "conv1d.weight", "filter", 0);
    small(attention + "A_log", "decay_logarithm", 0);
    small(attention + "dt_bias", "decay_bias", 0);
    small(attention + "norm.weight", "linear_norm", 0); // the only norm that is stored as it is
    place(place.device(), place.residence());
    matrices.put("linear_input", attention + "in_proj_qkvz.weight");
    // never quantised: it is small, and states decay by powers of its results
    matrices.putPlain("linear_gates", attention + "in_proj_ba.weight");
    matrices.put("linear_output", attention + "out_proj.weight");
    program.addLinearAttention(
        linear.keyHeads(),
        linear.valueHeads() / linear.keyHeads(),
        linear.keyHeadSize(),
        linear.valueHeadSize());
  }

  private void loadFeedForward(String feedForward, LayerPlace place) {
    place(place.feedForward(), place.residence());
    matrices.put("feed_input", feedForward + "gate_proj.weight", feedForward + "up_proj.weight");
    matrices.put("feed_output", feedForward + "down_proj.weight");
    program.addFeedForward();
  }

  private void loadExperts(String feedForward, Experts experts, LayerPlace place) {
    on(place.device());
    small(feedForward + "gate.weight", "router", 0);
    if (experts.sharedIntermediateSize() > 0) {
      String shared = feedForward + "shared_expert.";
      small(feedForward + "shared_expert_gate.weight", "shared_gate", 0);
      place(place.device(), place.residence());
      matrices.put("shared_input", shared + "gate_proj.weight", shared + "up_proj.weight");
      matrices.put("shared_output", shared + "down_proj.weight");
    }
    program.addExperts(experts.perToken(), experts.normalised());
    place(place.feedForward(), place.residence());
    bytes += new ExpertLoader(experts, parts, program, matrices).load(feedForward);
  }

  /**
   * Loads the output projection: a matrix of its own, or the embedding, whose memory it then shares
   * where that is possible.
   */
  private void loadHead() {
    place(plan.head(), headResidence());
    if (!config.tiedEmbeddings()) {
      matrices.putPlain("head", "lm_head.weight");
      return;
    }
    TensorInfo embedding = parts.tensor(EMBEDDING);
    program.partEmbedding();
    boolean here = plan.head().equals(plan.embedding());
    matrices.putEmbedding("head", embedding, storedAs(embedding), here);
  }

  /** If the layers stay in their mapped files, so does the output projection. */
  private Residence headResidence() {
    return plan.layers().get(config.layers() - 1).residence() == Residence.MAPPED
        ? Residence.MAPPED
        : Residence.HELD;
  }

  /** Puts a norm's weights; some families store them with 1 subtracted. */
  private void norm(String tensor, String name) {
    small(tensor, name, config.family().gatesAttention() ? 1 : 0);
  }

  /** Puts a small tensor as 32-bit floats, with a number added to each element. */
  private void small(String tensor, String name, double added) {
    parts.part(tensor, F32);
    bytes += 4 * parts.tensor(tensor).elements();
    program.putTensor(name, added);
  }

  /** The type of the embedding in the decoder: as stored, or the form's if it has to be decoded. */
  private int storedAs(TensorInfo embedding) {
    return TensorParts.mappable(embedding)
        ? TensorParts.dtype(embedding)
        : plainForm(plan.embedding()).dtype();
  }

  private WeightForm plainForm(Device device) {
    return placed(device, Residence.HELD).plain();
  }

  private MatrixPlace placed(Device device, Residence residence) {
    return MatrixPlace.of(device, plan.precision(), plan.kernels(), residence);
  }
}
