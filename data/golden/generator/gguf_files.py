"""Writes GGUF v3 files of the checkpoints, and a file with one tensor of every quantisation."""

import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as Type
from gguf import quants
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from .checkpoint_files import MARGIN
from .expectations import expectations
from .gguf_names import stacked
from .gguf_reading import checkpoint_model
from .layout import GGUF, ROOT, floats, write_json
from .sentencepiece_model import SentencePiece
from .prompts import prompt_ids, prompts_of

# checkpoint, type of its matrices, type of its embedding, llama.cpp's number for the file type
FILES = {
    "llama-tiny-f16": ("llama-tiny", Type.F16, Type.F16, gguf.LlamaFileType.MOSTLY_F16),
    "qwen2-tiny-q4_0": ("qwen2-tiny", Type.Q4_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q4_0),
    "qwen3-tiny-q8_0": ("qwen3-tiny", Type.Q8_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "qwen3-moe-tiny-q8_0":
        ("qwen3-moe-tiny", Type.Q8_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "qwen3-moe-yarn-tiny-f16":
        ("qwen3-moe-yarn-tiny", Type.F16, Type.F16, gguf.LlamaFileType.MOSTLY_F16),
    "mistral-tiny-q8_0": ("mistral-tiny", Type.Q8_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "phi3-tiny-q8_0": ("phi3-tiny", Type.Q8_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}
ARCHITECTURES = {"mistral": "llama"}  # others are called as their model type
PRE_TOKENIZERS = {"llama": "smollm", "phi3": "dbrx"}  # others are qwen2
SUPPORTED = [Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0,
             Type.Q4_K, Type.Q5_K, Type.Q6_K]
HALF_SCALES = {Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208], Type.Q2_K: [80, 82],
               Type.IQ2_XXS: [0]}  # where a block keeps its float16 scales, in bytes
SHAPE = (4, 512)


def make(tokenizers: dict[str, Tokenizer], names: list[str]) -> None:
    """Writes the named files, or all of them and the files of tensors."""
    GGUF.mkdir(exist_ok=True)
    for name in names or FILES:
        checkpoint, matrix, embedding, file_type = FILES[name]
        path = GGUF / f"{name}.gguf"
        # a file has the scores of a SentencePiece model, and no tokenizer.json could have been
        # the original of them
        tokenizer = SentencePiece() if checkpoint == "mistral-tiny" else tokenizers[checkpoint]
        _write_checkpoint(path, checkpoint, tokenizer, matrix, embedding, file_type)
        _write_expected(path, checkpoint, tokenizer)
        if isinstance(tokenizer, SentencePiece):
            write_json(path.with_suffix(".tokens.json"), tokenizer.cases())
    if names:
        return
    _write_types()
    _write_tensors(GGUF / "unsupported.gguf", {"plain": Type.F32, "exotic": Type.IQ2_XXS}, seed=3)


def _write_checkpoint(path: Path, name: str, tokenizer, matrix, embedding, file_type) -> None:
    folder = ROOT / name
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config = model.config
    architecture = ARCHITECTURES.get(config.model_type, config.model_type.replace("_", ""))
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("model")
    writer.add_name(name)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if config.model_type.startswith(("qwen3", "mistral")):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if config.model_type == "qwen3_moe":
        _add_experts(writer, config)
    if config.model_type == "phi3":
        _add_longrope(writer, config)
    elif getattr(config, "rope_scaling", None):
        _add_yarn(writer, config.rope_scaling)
    if config.model_type == "llama":
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    if isinstance(tokenizer, SentencePiece):
        tokenizer.add_to(writer)
        writer.add_chat_template(_settings(folder)["chat_template"])
    else:
        _add_tokenizer(writer, folder, tokenizer, config)
    for stored_name, tensor in stacked(model.state_dict(), config).items():
        values = tensor.numpy()
        small = values.ndim == 1 or "ffn_gate_inp" in stored_name
        kind = Type.F32 if small else embedding if "embd" in stored_name else matrix
        _add(writer, stored_name, values, kind)
    _finish(writer)


def _add_experts(writer, config) -> None:
    writer.add_expert_count(config.num_experts)
    writer.add_expert_used_count(config.num_experts_per_tok)
    writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    if not config.norm_topk_prob:
        writer.add_expert_weights_norm(False)


def _add_yarn(writer, scaling: dict) -> None:
    writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(scaling["factor"])
    writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
    writer.add_rope_scaling_yarn_beta_fast(scaling["beta_fast"])
    writer.add_rope_scaling_yarn_beta_slow(scaling["beta_slow"])
    # the reader multiplies with the factor of the paper
    writer.add_rope_scaling_attn_factors(
        scaling["attention_factor"] / (0.1 * math.log(scaling["factor"]) + 1))


def _add_longrope(writer, config) -> None:
    factor = config.max_position_embeddings / config.original_max_position_embeddings
    original = config.original_max_position_embeddings
    head = config.hidden_size // config.num_attention_heads
    writer.add_rope_dimension_count(int(config.partial_rotary_factor * head))
    writer.add_rope_scaling_orig_ctx_len(original)
    writer.add_sliding_window(config.sliding_window)
    writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(factor) / math.log(original)))
    for name in ["short", "long"]:
        factors = np.array(config.rope_scaling[f"{name}_factor"], dtype=np.float32)
        writer.add_tensor(f"rope_factors_{name}.weight", factors)


def _settings(folder: Path) -> dict:
    return json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))


def _add_tokenizer(writer, folder: Path, tokenizer: Tokenizer, config) -> None:
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    added = tokenizer.get_added_tokens_decoder()
    tokens, kinds = [], []
    for number in range(config.vocab_size):
        token = tokenizer.id_to_token(number)
        if token is None:  # padding rows of the embedding
            token, kind = f"[PAD{number}]", gguf.TokenType.UNUSED
        elif number in added:
            special = added[number].special
            kind = gguf.TokenType.CONTROL if special else gguf.TokenType.USER_DEFINED
        else:
            kind = gguf.TokenType.NORMAL
        tokens.append(token)
        kinds.append(kind)
    merges = [m if isinstance(m, str) else " ".join(m) for m in data["model"]["merges"]]
    settings = _settings(folder)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZERS.get(config.model_type, "qwen2"))
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(tokenizer.token_to_id("<|im_end|>"))
    writer.add_pad_token_id(tokenizer.token_to_id(settings["pad_token"]))
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_add_bos_token(False)
    writer.add_chat_template(settings["chat_template"])


def _add(writer, name: str, values: np.ndarray, kind: Type) -> None:
    values = np.ascontiguousarray(values, dtype=np.float32)
    if kind == Type.F32:
        writer.add_tensor(name, values)
    elif kind == Type.F16:
        writer.add_tensor(name, values.astype(np.float16))
    else:
        writer.add_tensor(name, quants.quantize(values, kind), raw_dtype=kind)


def _finish(writer) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_expected(path: Path, checkpoint: str, tokenizer: Tokenizer) -> None:
    model = checkpoint_model(path, ROOT / checkpoint)
    prompts = prompts_of(ROOT / checkpoint)
    ids = [prompt_ids(tokenizer, prompt) for prompt in prompts]
    expected = expectations(model, prompts, ids, bf16=False)
    clear = [entry for entry in expected["prompts"] if entry["margin"] > MARGIN]
    assert len(clear) >= 5, f"{path.name}: only {len(clear)} prompts have clear greedy choices"
    write_json(path.with_suffix(".expected.json"), {
        "transformers": transformers.__version__, "checkpoint": checkpoint,
        "vocabulary": expected["vocabulary"], "smallest_margin": min(e["margin"] for e in clear),
        "prompts": clear})


def _write_types() -> None:
    path = GGUF / "types.gguf"
    _write_tensors(path, {kind.name.lower(): kind for kind in SUPPORTED}, seed=2, alignment=64)
    tensors = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = quants.dequantize(tensor.data, tensor.tensor_type)
        assert values.shape == SHAPE and np.abs(values).max() > 0.1, tensor.name
        tensors[tensor.name] = {
            "type": tensor.tensor_type.name, "shape": list(values.shape), "values": floats(values)}
    write_json(GGUF / "types.expected.json", {"alignment": 64, "tensors": tensors})


def _write_tensors(path: Path, kinds: dict[str, Type], seed: int, alignment: int = 32) -> None:
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_custom_alignment(alignment)
    for name, kind in kinds.items():
        if kind in HALF_SCALES:
            writer.add_tensor(name, _random_blocks(random, kind), raw_dtype=kind)
        else:
            _add(writer, name, random.normal(0, 1, SHAPE) * random.choice([0.1, 1, 4], SHAPE), kind)
    _finish(writer)


def _random_blocks(random: np.random.Generator, kind: Type) -> np.ndarray:
    """Valid blocks of a type that gguf-py only reads: random bits under finite scales."""
    values, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (SHAPE[0], SHAPE[1] // values, size), dtype=np.uint8)
    for offset in HALF_SCALES[kind]:
        scales = random.uniform(-0.02, 0.02, blocks.shape[:2]).astype("<f2")
        blocks[..., offset:offset + 2] = scales[..., None].view(np.uint8)
    return blocks.reshape(SHAPE[0], -1)
