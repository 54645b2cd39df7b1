package org.codeaudit.checkpoint.gguf;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Hugging Face names of the tensors that GGUF files hold; the experts of a layer are one. */
public final class GgufTensorNames {
  private static final Map<String, String> WHOLE_MODEL =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private static final Map<String, String> OF_A_LAYER =
      Map.ofEntries(
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_qkv", "self_attn.qkv_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"),
          Map.entry("ffn_gate_inp", "mlp.gate"),
          Map.entry("ffn_gate_exps", "mlp.experts.gate_proj"),
          Map.entry("ffn_up_exps", "mlp.experts.up_proj"),
          Map.entry("ffn_gate_up_exps", "mlp.experts.gate_up_proj"),
          Map.entry("ffn_down_exps", "mlp.experts.down_proj"));

  private static final Pattern LAYER =
      Pattern.compile("blk\\.([0-9]{1,6})\\.([a-z_]+)\\.(weight|bias)");

  private GgufTensorNames() {}

  /** The Hugging Face name; an unknown tensor of a layer keeps its own name below the layer's. */
  public static String huggingFace(String name) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return WHOLE_MODEL.getOrDefault(
          name, name.startsWith("blk.") ? "model.layers." + name.substring(4) : name);
    }
    String module = OF_A_LAYER.getOrDefault(layer.group(2), layer.group(2));
    return "model.layers." + layer.group(1) + "." + module + "." + layer.group(3);
  }
}
