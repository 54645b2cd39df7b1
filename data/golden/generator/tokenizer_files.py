"""Trains the small byte-level BPE tokenizers and records what they do with difficult text."""

import json
from pathlib import Path

import gguf
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors, trainers

from . import fallback_tokenizers
from .layout import ROOT, TEMPLATES, TOKENIZER, corpus_names, corpus_text, write_json
from .tokenizer_expectations import TRICKY, expectation, without_added_tokens

# The split pattern of the Qwen2 family (a format, so it must be theirs to the letter).
QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
QWEN_PLAIN_ADDED = [
    "<tool_call>", "</tool_call>",
    "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>",
    "<|repo_name|>", "<|file_sep|>",
    "<tool_response>", "</tool_response>", "<think>", "</think>",
]
SMOLLM_SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>", "<file_sep>", "<filename>",
]
SPARSE_SPECIAL = ["<|endoftext|>"]
PHI_SPLIT = QWEN_SPLIT.replace(r"|\p{N}|", r"|\p{N}{1,3}|")  # digits by threes
PHI_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_sep|>", "<|im_end|>", "<|fim_prefix|>"]
# Bytes that SmolLM2's own vocabulary lacks: text that holds them loses them.
MISSING_BYTES = [4, 6, 19, 20, 22, 29, 192, 193, 241, 242, *range(245, 256)]
QWEN_BASE_VOCABULARY = 1212
PHI_BASE_VOCABULARY = 1000
SPARSE_VOCABULARY = 300
SMOLLM_VOCABULARY = 1280


def train_qwen() -> Tokenizer:
    """NFC, the Qwen split, byte-level BPE; the control tokens come after the base vocabulary."""
    tokenizer = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix=""))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN_SPLIT), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    tokenizer.post_processor = processors.ByteLevel(
        add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel(
        add_prefix_space=False, trim_offsets=False, use_regex=False)
    _train(tokenizer, QWEN_BASE_VOCABULARY, special=[])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in QWEN_SPECIAL])
    tokenizer.add_tokens([AddedToken(t, normalized=False, special=False) for t in QWEN_PLAIN_ADDED])
    return tokenizer


def train_phi() -> Tokenizer:
    """As Phi-4: no normaliser, digits by threes, the control tokens after the base vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PHI_SPLIT), behavior="removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    _train(tokenizer, PHI_BASE_VOCABULARY, special=[])
    tokenizer.add_special_tokens([
        AddedToken(t, normalized=False, special=True, lstrip=t.endswith("im_end|>"), rstrip=True)
        for t in PHI_SPECIAL])
    return tokenizer


def train_smollm() -> Tokenizer:
    """No normaliser, single digits, the GPT-2 split; the control tokens open the vocabulary."""
    return _train_gpt2(SMOLLM_VOCABULARY, SMOLLM_SPECIAL, missing=[])


def train_sparse() -> Tokenizer:
    """A small one of the same kind, in which some bytes have no token."""
    return _train_gpt2(SPARSE_VOCABULARY, SPARSE_SPECIAL, missing=MISSING_BYTES)


def _train_gpt2(size: int, special: list[str], missing: list[int]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    _train(tokenizer, size, special, missing)
    return tokenizer


def _train(tokenizer: Tokenizer, size: int, special: list[str], missing: list[int] = []) -> None:
    alphabet = _byte_alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, show_progress=False, special_tokens=special,
        initial_alphabet=[character for byte, character in alphabet.items() if byte not in missing])
    tokenizer.train_from_iterator([corpus_text(name) for name in corpus_names()], trainer)
    assert tokenizer.get_vocab_size() == size, (tokenizer.get_vocab_size(), size)


def save(tokenizer: Tokenizer, folder: Path, family: str, template: str, merges_as_strings: bool) -> None:
    """tokenizer.json and tokenizer_config.json as checkpoints of the family carry them."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.loads(tokenizer.to_str())
    if merges_as_strings:  # older files write "a b", newer ones ["a", "b"]
        data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    chat_template = (TEMPLATES / template).read_text(encoding="utf-8").removesuffix("\n")
    write_json(folder / "tokenizer_config.json", _config(tokenizer, family) | {
        "chat_template": chat_template,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1024,
    })


def _config(tokenizer: Tokenizer, family: str) -> dict:
    decoder = {
        str(number): {
            "content": token.content, "lstrip": token.lstrip, "normalized": token.normalized,
            "rstrip": token.rstrip, "single_word": token.single_word, "special": token.special,
        }
        for number, token in sorted(tokenizer.get_added_tokens_decoder().items())
    }
    common = {"add_prefix_space": False, "added_tokens_decoder": decoder, "eos_token": "<|im_end|>"}
    if family == "mistral":
        return common | {
            "add_bos_token": True, "add_eos_token": False, "add_prefix_space": True,
            "bos_token": "<s>", "eos_token": "</s>", "legacy": False, "pad_token": None,
            "sp_model_kwargs": {}, "tokenizer_class": "LlamaTokenizer", "unk_token": "<unk>",
        }
    if family == "phi":
        return common | {
            "bos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
            "tokenizer_class": "GPT2Tokenizer",
        }
    if family == "smollm":
        return common | {
            "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
            "bos_token": "<|im_start|>", "pad_token": "<|im_end|>", "unk_token": "<|endoftext|>",
            "tokenizer_class": "GPT2Tokenizer",
        }
    return common | {
        "add_bos_token": False, "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
        "bos_token": None, "errors": "replace", "pad_token": "<|endoftext|>",
        "split_special_tokens": False, "tokenizer_class": "Qwen2Tokenizer", "unk_token": None,
    }


def tokenizer_of(metadata: dict) -> Tokenizer:
    """The tokenizer that the metadata describes; "smollm" splits single digits, then as GPT-2."""
    assert metadata["tokenizer.ggml.model"] == "gpt2" and metadata["tokenizer.ggml.pre"] == "smollm"
    tokens = metadata["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={t: n for n, t in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    control = [t for t, kind in zip(tokens, metadata["tokenizer.ggml.token_type"])
               if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in control])
    assert tokenizer.get_vocab_size() == len(tokens)
    return tokenizer


def write_cases(tokenizers: dict[str, tuple[str, Tokenizer]]) -> None:
    """tokenizer/cases.json: text to ids and back, for each flavour."""
    cases, decoding = [], []
    for flavour, (_, tokenizer) in tokenizers.items():
        plain = without_added_tokens(tokenizer)
        for name in corpus_names() if flavour != "sparse" else []:
            text = corpus_text(name)
            cases.append({"flavour": flavour, "name": name, "file": f"corpus/{name}"}
                         | expectation(tokenizer, plain, text))
        for name, text in TRICKY.items():
            cases.append({"flavour": flavour, "name": name, "text": text}
                         | expectation(tokenizer, plain, text))
        if flavour != "sparse":
            decoding += _decoding(flavour, tokenizer)
    write_json(TOKENIZER / "cases.json", {
        "flavours": {flavour: path for flavour, (path, _) in tokenizers.items()},
        "encode": cases,
        "decode": decoding,
    })


def _decoding(flavour: str, tokenizer: Tokenizer) -> list[dict]:
    """Sequences that no text encodes to: characters cut in the middle, stray bytes."""
    byte = {b: tokenizer.token_to_id(c) for b, c in _byte_alphabet().items()}
    sequences = {
        "no tokens": [],
        "first byte of an emoji": [byte[0xF0]],
        "two bytes of an emoji, then a letter": [byte[0xF0], byte[0x9F], byte[0x61]],
        "three bytes of an emoji": [byte[0xF0], byte[0x9F], byte[0x98]],
        "stray continuation bytes": [byte[0x80], byte[0xBF], byte[0x62]],
        "overlong form": [byte[0xC0], byte[0xAF]],
        "surrogate": [byte[0xED], byte[0xA0], byte[0x80]],
        "beyond unicode": [byte[0xF5], byte[0x80], byte[0x80], byte[0x80]],
        "cut by a control token":
            [byte[0xE4], byte[0xB8], tokenizer.token_to_id("<|im_end|>"), byte[0xAD]],
        "all bytes": [byte[b] for b in range(256)],
    }
    return [{
        "flavour": flavour, "name": name, "ids": ids,
        "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        "decoded_without_special": tokenizer.decode(ids, skip_special_tokens=True),
    } for name, ids in sequences.items()]


def _byte_alphabet() -> dict[int, str]:
    """The printable character that stands for each byte: itself, or the next one from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(0x100 + i) for i, b in enumerate(others)}


def make() -> dict[str, Tokenizer]:
    """Writes the tokenizer files of all checkpoints; returns the tokenizer of each checkpoint."""
    qwen, smollm = train_qwen(), train_smollm()
    save(smollm, ROOT / "llama-tiny", "smollm", "default-system.jinja", merges_as_strings=True)
    save(qwen, ROOT / "qwen2-tiny", "qwen", "tools-json.jinja", merges_as_strings=True)
    save(qwen, ROOT / "qwen3-tiny", "qwen", "thinking.jinja", merges_as_strings=False)
    save(qwen, ROOT / "qwen3-yarn-tiny", "qwen", "thinking.jinja", merges_as_strings=False)
    save(qwen, ROOT / "qwen3-moe-tiny", "qwen", "tools-xml.jinja", merges_as_strings=False)
    save(qwen, ROOT / "qwen3-moe-yarn-tiny", "qwen", "thinking.jinja", merges_as_strings=False)
    save(qwen, ROOT / "qwen3-next-tiny", "qwen", "tools-xml.jinja", merges_as_strings=False)
    phi, mistral = train_phi(), fallback_tokenizers.mistral()
    save(phi, ROOT / "phi3-tiny", "phi", "separated.jinja", merges_as_strings=True)
    save(mistral, ROOT / "mistral-tiny", "mistral", "instruct.jinja", merges_as_strings=False)
    sparse = train_sparse()
    path = TOKENIZER / "sparse" / "tokenizer.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sparse.to_str(), encoding="utf-8")
    write_cases({"sparse": ("tokenizer/sparse/tokenizer.json", sparse), "qwen": ("qwen3-tiny/tokenizer.json", qwen),
                 "smollm": ("llama-tiny/tokenizer.json", smollm)})
    others = ["qwen2-tiny", "qwen3-tiny", "qwen3-yarn-tiny", "qwen3-moe-tiny",
              "qwen3-moe-yarn-tiny", "qwen3-next-tiny"]
    fallback_tokenizers.write_cases({"first": ("mistral-tiny/tokenizer.json", mistral)})
    return ({"llama-tiny": smollm, "phi3-tiny": phi, "mistral-tiny": mistral}
            | dict.fromkeys(others, qwen))
