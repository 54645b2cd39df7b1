"""Checkpoints that are already quantised: AutoRound, GPTQ and bitsandbytes, with what transformers
computes on their dequantised weights."""

import hashlib
import json
import re
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, Qwen3Config

from . import tokenizer_files
from .checkpoint_files import MARGIN, PADDED_VOCABULARY, seeded_model
from .expectations import expectations, smallest_margin
from .layout import ROOT, floats, write_json
from .prompts import prompt_ids, prompts_of
from .quantized_packing import dequantized, group_of_columns, packed, round_to_integers

PROMPTS = ["one token", "two words", "a signature", "unicode", "chat"]
LINEAR = re.compile(r"model\.layers\..*_proj\.weight")

# of the modules of the AutoRound checkpoint; the last key is a pattern
EXTRA = {
    "model.layers.0.mlp.gate_proj": {"bits": 16, "data_type": "float"},
    "model.layers.1.mlp.down_proj": {"bits": 8},
    "model.layers.0.self_attn.q_proj": {"group_size": 64},
    "model.layers.2.self_attn.v_proj": {"group_size": -1},
    r".*layers\.2\.self_attn\.[ko].*": {"bits": 8, "group_size": 64},
}


def config() -> Qwen3Config:
    # 352 inputs of the down projection are no multiple of 64: groups end short, blocks straddle rows
    return Qwen3Config(
        hidden_size=128, intermediate_size=352, num_hidden_layers=3, vocab_size=PADDED_VOCABULARY,
        max_position_embeddings=1024, num_attention_heads=4, num_key_value_heads=2, head_dim=32,
        rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=True, attention_bias=False,
        bos_token_id=1212, eos_token_id=1214)


def auto_round(weights: dict) -> tuple[dict, dict, dict]:
    """Symmetric with negative scales, version 1 zeros, mixed bits, no g_idx."""
    stored, plain = {}, {}
    for name, weight in weights.items():
        module = name.removesuffix(".weight")
        rule = EXTRA.get(module) or next(
            (rule for key, rule in EXTRA.items() if re.search(key, module)), {})
        bits, group = rule.get("bits", 4), rule.get("group_size", 32)
        if bits == 16:
            stored[name], plain[name] = weight.to(torch.bfloat16), weight
            continue
        group = weight.shape[1] if group == -1 else group
        codes, zeros, scales = round_to_integers(weight, bits, group, symmetric=True)
        assert (scales < 0).any() and (scales > 0).any()
        plain[name] = dequantized(codes, zeros, scales, group_of_columns(weight.shape[1], group))
        stored |= {f"{module}.{part}": value
                   for part, value in packed(codes, zeros, scales, bits, less=1).items()}
    return stored, plain, {
        "autoround_version": "0.5.1", "bits": 4, "block_name_to_quantize": "model.layers",
        "data_type": "int", "extra_config": EXTRA, "group_size": 32,
        "packing_format": "auto_round:auto_gptq", "quant_method": "auto-round", "sym": True}


def gptq(weights: dict) -> tuple[dict, dict, dict]:
    """Asymmetric, version 1 zeros, g_idx of neighbours and biases of zeros, as AutoGPTQ writes."""
    stored, plain = {}, {}
    for name, weight in weights.items():
        module, group = name.removesuffix(".weight"), 64
        codes, zeros, scales = round_to_integers(weight, 4, group, symmetric=False)
        assert (zeros > 0).all(), "version 1 has no zero of 0"
        groups = group_of_columns(weight.shape[1], group)
        plain[name] = dequantized(codes, zeros, scales, groups)
        parts = packed(codes, zeros, scales, 4, less=1)
        parts |= {"g_idx": groups.to(torch.int32), "bias": torch.zeros(weight.shape[0]).half()}
        stored |= {f"{module}.{part}": value for part, value in parts.items()}
    return stored, plain, {
        "bits": 4, "checkpoint_format": "gptq", "damp_percent": 0.01, "desc_act": False,
        "group_size": 64, "quant_method": "gptq", "static_groups": False, "sym": False}


def gptq_by_activation(weights: dict) -> tuple[dict, dict, dict]:
    """Asymmetric with zeros of 0, version 2, columns in an order of their own."""
    stored, plain, none = {}, {}, 0
    generator = torch.Generator().manual_seed(7)
    for name, weight in weights.items():
        module, group, bits = name.removesuffix(".weight"), 64, 8 if "o_proj" in name else 4
        weight = weight.clone()
        weight[3, : weight.shape[1]] = weight[3].abs()  # a row without negative numbers
        order = torch.randperm(weight.shape[1], generator=generator)
        codes, zeros, scales = round_to_integers(weight, bits, group, symmetric=False, order=order)
        none += int((zeros == 0).sum())
        groups = group_of_columns(weight.shape[1], group, order)
        plain[name] = dequantized(codes, zeros, scales, groups)
        parts = packed(codes, zeros, scales, bits, less=0) | {"g_idx": groups.to(torch.int32)}
        stored |= {f"{module}.{part}": value for part, value in parts.items()}
    assert none > 0
    return stored, plain, {
        "bits": 4, "checkpoint_format": "gptq_v2", "desc_act": True, "group_size": 64,
        "dynamic": {r"+:.*\.o_proj": {"bits": 8}, r"-:.*lm_head.*": {}},
        "quant_method": "gptq", "sym": False}


def normal_float(weights: dict, double: bool) -> tuple[dict, dict, dict]:
    """By bitsandbytes itself; the values are those of its formula, which equal its own."""
    from bitsandbytes import functional

    stored, plain = {}, {}
    for name, weight in weights.items():
        half = weight.to(torch.bfloat16)
        data, state = functional.quantize_4bit(
            half, quant_type="nf4", compress_statistics=double, blocksize=64)
        parts = state.as_dict(packed=True)
        stored[name] = data
        stored |= {f"{name}.{part}": value.contiguous() for part, value in parts.items()}
        plain[name] = _normal_float_values(data, parts, weight.shape)
        own = functional.dequantize_4bit(data, state)
        assert torch.equal(own, plain[name].to(torch.bfloat16)), name
    return stored, plain, {
        "_load_in_4bit": True, "_load_in_8bit": False, "bnb_4bit_compute_dtype": "bfloat16",
        "bnb_4bit_quant_storage": "uint8", "bnb_4bit_quant_type": "nf4",
        "bnb_4bit_use_double_quant": double, "llm_int8_skip_modules": None,
        "load_in_4bit": True, "load_in_8bit": False, "quant_method": "bitsandbytes"}


def _normal_float_values(data, parts: dict, shape) -> torch.Tensor:
    described = json.loads(bytes(parts["quant_state.bitsandbytes__nf4"].tolist()))
    scales = parts["absmax"]
    if "nested_absmax" in parts:
        outer = parts["nested_absmax"].repeat_interleave(described["nested_blocksize"])
        scales = parts["nested_quant_map"][scales.long()] * outer[: scales.numel()]
        scales = scales + torch.tensor(described["nested_offset"], dtype=torch.float32)
    codes = torch.stack([data.flatten() >> 4, data.flatten() & 15], -1).flatten().long()
    blocks = torch.arange(codes.numel()) // described["blocksize"]
    return (parts["quant_map"][codes] * scales[blocks]).reshape(shape)


FOLDERS = {
    "qwen3-tiny-autoround": auto_round,
    "qwen3-tiny-gptq": gptq,
    "qwen3-tiny-gptq-actorder": gptq_by_activation,
    "qwen3-tiny-nf4": lambda weights: normal_float(weights, double=False),
    "qwen3-tiny-nf4-double": lambda weights: normal_float(weights, double=True),
}


def make(tokenizers: dict[str, Tokenizer]) -> None:
    tokenizer = tokenizers["qwen3-tiny"]
    for name, quantize in FOLDERS.items():
        folder = ROOT / name
        tokenizer_files.save(tokenizer, folder, "qwen", "thinking.jinja", merges_as_strings=False)
        prompts = [prompt for prompt in prompts_of(folder) if prompt["name"] in PROMPTS]
        ids = [prompt_ids(tokenizer, prompt) for prompt in prompts]
        seed, model, stored, plain, settings = _search(quantize, ids, tokenizer.get_vocab_size())
        _save(folder, model, stored, settings)
        expected = expectations(model, prompts, ids, bf16=False)
        write_json(folder / "expected.json", {
            "transformers": transformers.__version__, "torch": torch.__version__, "seed": seed,
        } | expected | {"tensors": {key: _described(plain[key]) for key in sorted(plain)}})


def _search(quantize, prompts: list[list[int]], used_vocabulary: int):
    """The first seed at which every greedy choice of the dequantised model is clear."""
    for seed in range(1, 200):
        model = seeded_model(config(), seed, used_vocabulary)
        weights = {name: value.clone() for name, value in model.state_dict().items()
                   if LINEAR.fullmatch(name)}
        stored, plain, settings = quantize(weights)
        model.load_state_dict(plain, strict=False)
        if smallest_margin(model, prompts, MARGIN) > MARGIN:
            others = {name: value.to(torch.bfloat16) for name, value in model.state_dict().items()
                      if name not in weights and name != "lm_head.weight"}
            return seed, model, stored | others, plain, settings
    raise AssertionError("no seed gives clear greedy choices")


def _described(values: torch.Tensor) -> dict:
    data = values.contiguous().numpy().astype("<f4").tobytes()
    return {"shape": list(values.shape), "sha256": hashlib.sha256(data).hexdigest(),
            "last_row": floats(values[-1])}


def _save(folder: Path, model, stored: dict, settings: dict) -> None:
    save_file({name: value.contiguous() for name, value in stored.items()},
              folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    AutoModelForCausalLM.from_config(model.config).config.save_pretrained(folder)
    described = json.loads((folder / "config.json").read_text())
    described |= {"architectures": ["Qwen3ForCausalLM"], "dtype": "bfloat16"}
    if folder.name == "qwen3-tiny-gptq":  # the settings in a file of their own, as AutoGPTQ began
        write_json(folder / "quantize_config.json", settings)
    else:
        described["quantization_config"] = settings
    write_json(folder / "config.json", described)
    write_json(folder / "generation_config.json", {
        "bos_token_id": 1212, "eos_token_id": [1214, 1212], "pad_token_id": 1212,
        "transformers_version": transformers.__version__})
