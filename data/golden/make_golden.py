#!/usr/bin/env python3
"""Makes the golden files of this folder: python make_golden.py (see README.md).

The seeds are fixed, so a second run gives the same weights and the same tokens. The build and the
tests never run this; they read what it has written.
"""

import os
import sys

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
import transformers

from generator import checkpoint_files, gguf_files, quantized_files, template_cases, tokenizer_files

PARTS = ["tokenizers", "templates", "checkpoints", "gguf", "quantized"]


def main(parts: list[str]) -> None:
    checkpoints = [part for part in parts if part in checkpoint_files.FAMILIES]
    files = [part for part in parts if part in gguf_files.FILES]
    unknown = set(parts) - set(PARTS) - set(checkpoints) - set(files)
    if unknown:
        known = [*PARTS, *checkpoint_files.FAMILIES, *gguf_files.FILES]
        sys.exit(f"unknown parts {sorted(unknown)}; the parts are {known}")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    wanted = parts or PARTS
    tokenizers = tokenizer_files.make()  # cheap, and the other parts need them
    if "templates" in wanted:
        print(f"templates: {template_cases.make()} cases")
    if "checkpoints" in wanted or checkpoints:
        checkpoint_files.make(tokenizers, checkpoints)
    if "gguf" in wanted or files:
        gguf_files.make(tokenizers, files)
    if "quantized" in wanted:
        quantized_files.make(tokenizers)


if __name__ == "__main__":
    main(sys.argv[1:])
