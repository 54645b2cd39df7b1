"""How GGUF names and orders the tensors of a decoder."""

import re

import torch

PARTS = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "self_attn.qkv_proj": "attn_qkv", "mlp.gate_up_proj": "ffn_up",
    "mlp.gate": "ffn_gate_inp", "mlp.experts.gate_proj": "ffn_gate_exps",
    "mlp.experts.up_proj": "ffn_up_exps", "mlp.experts.down_proj": "ffn_down_exps",
}
WHOLE = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
         "lm_head.weight": "output.weight"}


def gguf_name(name: str) -> str:
    if name in WHOLE:
        return WHOLE[name]
    layer, part, kind = re.fullmatch(r"model\.layers\.(\d+)\.(.+)\.(weight|bias)", name).groups()
    return f"blk.{layer}.{PARTS[part]}.{kind}"


def expert_of(name: str) -> tuple[str, int | None]:
    """The name without the number of an expert, and the number."""
    found = re.search(r"\.experts\.(\d+)\.", name)
    if found is None:
        return name, None
    return name.replace(found.group(), ".experts."), int(found.group(1))


def stacked(state: dict[str, torch.Tensor], config) -> dict[str, torch.Tensor]:
    """What a file holds, by its names: a layer's experts are one tensor [experts, out, in]."""
    stored, experts = {}, {}
    for name, tensor in state.items():
        plain, expert = expert_of(name)
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        if expert is None:
            stored[gguf_name(name)] = permute(name, tensor, config)
        else:
            experts.setdefault(gguf_name(plain), []).append(tensor)
    return stored | {name: torch.stack(tensors) for name, tensors in experts.items()}


def _heads(name: str, config) -> int | None:
    if config.model_type not in ["llama", "mistral"]:
        return None
    if "q_proj" in name:
        return config.num_attention_heads
    return config.num_key_value_heads if "k_proj" in name else None


def permute(name: str, tensor: torch.Tensor, config) -> torch.Tensor:
    """Llama's query and key rows as llama.cpp wants them: of each head, halves interleaved."""
    heads = _heads(name, config)
    if heads is None:
        return tensor
    return tensor.view(heads, 2, -1, tensor.shape[1]).transpose(1, 2).reshape(tensor.shape)


def unpermute(name: str, tensor: torch.Tensor, config) -> torch.Tensor:
    """The inverse of permute."""
    heads = _heads(name, config)
    if heads is None:
        return tensor
    return tensor.view(heads, -1, 2, tensor.shape[1]).transpose(1, 2).reshape(tensor.shape)
