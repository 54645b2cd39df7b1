"""Writes the seeds of the two binary formats: small files that are right, and some that nearly are.

    python3 data/fuzz/make_headers.py
"""

import json
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
U8, U32, F32, BOOL, STRING, ARRAY, U64 = 0, 4, 6, 7, 8, 9, 10


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    if kind == STRING:
        return text(content)
    if kind == ARRAY:
        of, elements = content
        return struct.pack("<IQ", of, len(elements)) + b"".join(value(of, each) for each in elements)
    return struct.pack({U8: "<B", U32: "<I", F32: "<f", BOOL: "<?", U64: "<Q"}[kind], content)


def gguf(metadata, tensors, version=3, alignment=32):
    """Tensors are names and shapes, the contiguous dimension first; all of F32."""
    header = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    for key, (kind, content) in metadata.items():
        header += text(key) + struct.pack("<I", kind) + value(kind, content)
    data = 0
    for name, shape in tensors:
        size = 4
        for dimension in shape:
            size *= dimension
        header += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, data)
        data += -(-size // alignment) * alignment
    return header + b"\0" * (-len(header) % alignment + data)


def model(architecture="llama", width=4, inner=4, more=None, end=()):
    tokens = ["a", "b", "ab", "<|im_end|>"]
    metadata = {
        "general.architecture": (STRING, architecture),
        f"{architecture}.block_count": (U32, 1),
        f"{architecture}.context_length": (U32, 64),
        f"{architecture}.embedding_length": (U32, width),
        f"{architecture}.feed_forward_length": (U32, inner),
        f"{architecture}.attention.head_count": (U32, 1),
        f"{architecture}.attention.layer_norm_rms_epsilon": (F32, 1e-5),
        "tokenizer.ggml.model": (STRING, "gpt2"),
        "tokenizer.ggml.pre": (STRING, "qwen2"),
        "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.token_type": (ARRAY, (U32, [1, 1, 1, 3])),
        "tokenizer.ggml.merges": (ARRAY, (STRING, ["a b"])),
        "tokenizer.ggml.eos_token_id": (U32, 3),
        "tokenizer.chat_template": (STRING, "{{ messages[0].content }}"),
        **(more or {}),
    }
    block = [
        ("attn_norm", [width]), ("attn_q", [width, width]), ("attn_k", [width, width]),
        ("attn_v", [width, width]), ("attn_output", [width, width]), ("ffn_norm", [width]),
        ("ffn_gate", [width, inner]), ("ffn_up", [width, inner]), ("ffn_down", [inner, width]),
    ]
    tensors = [("token_embd.weight", [width, len(tokens)]), ("output_norm.weight", [width])]
    tensors += [(f"blk.0.{name}.weight", shape) for name, shape in block] + list(end)
    return metadata, tensors


def safetensors(header, data=b""):
    encoded = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(encoded)) + encoded + data


def tensor(begin, end, *shape, dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def main():
    metadata, tensors = model()
    nested = {"x": (ARRAY, (ARRAY, [(ARRAY, [(U8, [1])])]))}
    ggufs = {
        "llama": gguf(metadata, tensors),
        "version-2": gguf(metadata, tensors, version=2),
        "big-endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
        "nothing-in-it": gguf({}, []),
        "aligned-to-8": gguf(*model(more={"general.alignment": (U32, 8)}), alignment=8),
        "nested-arrays": gguf(nested, []),
        "yarn": gguf(*model(more={
            "llama.rope.scaling.type": (STRING, "yarn"), "llama.rope.scaling.factor": (F32, 4.0),
        })),
        "rotary-factors": gguf(*model(end=[("rope_freqs.weight", [2])])),
        "begin-token": gguf(*model(more={
            "tokenizer.ggml.bos_token_id": (U32, 0), "tokenizer.ggml.add_bos_token": (BOOL, True),
        })),
        "wide": gguf(*model(width=8, inner=12)),
        "most-tensors-that-fit": b"GGUF" + struct.pack("<IQQ", 3, 2**63 - 1, 2**63 - 1) + b"\0" * 64,
        "cut-in-a-key": gguf(metadata, tensors)[:40],
    }
    pair = {"a": tensor(0, 16, 2, 2), "b": tensor(16, 24, 4, dtype="BF16")}
    headers = {
        "two-tensors": safetensors(pair, b"\0" * 24),
        "metadata": safetensors({"__metadata__": {"format": "pt"}, **pair}, b"\0" * 24),
        "nothing-in-it": safetensors({}),
        "scalar": safetensors({"x": tensor(0, 8, dtype="F64")}, b"\0" * 8),
        "empty-tensor": safetensors({"x": tensor(0, 0, 0, 3)}),
        "overlap": safetensors({"a": tensor(0, 16, 4), "b": tensor(8, 24, 4)}, b"\0" * 24),
        "twice": safetensors(b'{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":1}', b"\0" * 4),
        "no-such-type": safetensors({"a": tensor(0, 4, dtype="F4")}, b"\0" * 4),
        "larger-than-the-file": safetensors({"a": tensor(0, 2**62, 2**60)}),
        "spaces-behind": safetensors(b"{}      "),
        "something-behind": safetensors(b"{} 1"),
        "longest-header": struct.pack("<Q", 100_000_000) + b"{}",
        "git-lfs-pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }
    for folder, files in {"gguf": ggufs, "safetensors": headers}.items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, content in files.items():
            (HERE / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
