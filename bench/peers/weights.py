"""The weights in the form another engine takes: folder MODEL FOLDER bf16|f32, or gguf MODEL FILE KIND.

MODEL is a GGUF file or a Hugging Face folder. Numbers are those of the model, in the form asked for.
"""

import json
import shutil
import sys
from pathlib import Path

import gguf
import torch
from safetensors import safe_open

TYPES = {"bf16": torch.bfloat16, "f32": torch.float32}
ARCHITECTURES = {"llama": "LLAMA", "qwen2": "QWEN2", "qwen3": "QWEN3"}


def folder(source, target, form):
    """A Hugging Face folder."""
    from transformers import AutoModelForCausalLM
    named = (source, {}) if source.is_dir() else (source.parent, {"gguf_file": source.name})
    model = AutoModelForCausalLM.from_pretrained(named[0], dtype=TYPES[form], **named[1])
    model.save_pretrained(target)


def put(writer, name, numbers, kind):
    """A matrix in the form asked for; vectors stay float32."""
    form = gguf.GGMLQuantizationType.F32 if numbers.ndim == 1 else gguf.GGMLQuantizationType[kind]
    writer.add_tensor(name, gguf.quants.quantize(numbers, form), raw_dtype=form)


def written(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def of_gguf(source, target, kind):
    """A GGUF file with the same metadata."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name not in ("general.architecture", "general.file_type"):
            value = field.types[0]
            inner = field.types[-1] if value == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), value, sub_type=inner)
    for tensor in reader.tensors:
        numbers = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype("float32")
        put(writer, tensor.name, numbers.reshape([int(size) for size in reversed(tensor.shape)]), kind)
    written(writer)


def of_folder(source, target, kind):
    """A GGUF file of a dense Llama, Qwen2 or Qwen3 folder."""
    config = json.loads((source / "config.json").read_text())
    architecture = config["model_type"]
    if architecture not in ARCHITECTURES:
        raise SystemExit(f"a GGUF file is not made of the architecture {architecture} here; pass a GGUF file")
    writer = gguf.GGUFWriter(target, architecture)
    describe(writer, config)
    vocabulary(writer, source, architecture, config["vocab_size"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[ARCHITECTURES[architecture]], config["num_hidden_layers"])
    for file in sorted(source.glob("*.safetensors")):
        with safe_open(file, "pt") as tensors:
            for name in tensors.keys():
                numbers = tensors.get_tensor(name).float()
                if architecture == "llama" and ("q_proj" in name or "k_proj" in name):
                    numbers = pairs_together(numbers, config["num_attention_heads" if "q_proj" in name
                                                             else "num_key_value_heads"])
                put(writer, names.get_name(name, try_suffixes=(".weight", ".bias")), numbers.numpy(), kind)
    written(writer)


def describe(writer, config):
    heads, width = config["num_attention_heads"], config["hidden_size"]
    head = config.get("head_dim") or width // heads
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.get("num_key_value_heads", heads))
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(config.get("rope_theta", 10000.0))
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def vocabulary(writer, source, architecture, size):
    """Its tokens. Requests are ids, so nothing is ever split by it; llama.cpp does not load a model without one."""
    model = json.loads((source / "tokenizer.json").read_text())
    names = {number: token for token, number in model["model"]["vocab"].items()}
    added = {token["id"]: token["content"] for token in model.get("added_tokens", [])}
    tokens = [added.get(number) or names.get(number) or f"[PAD{number}]" for number in range(size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe" if architecture == "llama" else "qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if number in added else gguf.TokenType.NORMAL if number in names
                            else gguf.TokenType.UNUSED for number in range(size)])
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["model"].get("merges", [])]
    writer.add_token_merges(merges or [f"{tokens[0]} {tokens[1]}"])  # one at least is asked for
    writer.add_eos_token_id(next(iter(added), size - 1))


def pairs_together(numbers, heads):
    """Rows of a query or key matrix in the order in which llama.cpp turns them for Llama: neighbours are a pair."""
    return numbers.reshape(heads, 2, numbers.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(numbers.shape)


def main():
    what, source, target, form = sys.argv[1:]
    source, target = Path(source), Path(target)
    part = target.with_name(target.name + ".part")
    if what == "folder":
        shutil.rmtree(part, ignore_errors=True)
        folder(source, part, form)
    else:
        (of_folder if source.is_dir() else of_gguf)(source, part, form)
    # whole or not there
    part.rename(target)
    print(json.dumps({"written": str(target)}))


if __name__ == "__main__":
    main()
