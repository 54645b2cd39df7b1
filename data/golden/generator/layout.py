"""Where the golden files lie, and the two helpers that every part uses."""

import base64
import json
import re
from pathlib import Path

import numpy as np

NUMBERS = re.compile(r"\[\n\s+-?\d[^\[\]{}\"]*\]")  # a list of numbers goes on one line
ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
TEMPLATES = ROOT / "templates"
TOKENIZER = ROOT / "tokenizer"
GGUF = ROOT / "gguf"


def corpus_text(name: str) -> str:
    """The text of a corpus file, its line ends untouched."""
    return (CORPUS / name).read_bytes().decode("utf-8")


def corpus_names() -> list[str]:
    return sorted(path.name for path in CORPUS.iterdir())


def floats(array) -> str:
    """Base64 of the little-endian float32 values in row-major order."""
    values = np.ascontiguousarray(array, dtype="<f4")
    assert np.isfinite(values).all(), "golden values must be finite"
    return base64.b64encode(values.tobytes()).decode("ascii")


def write_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = NUMBERS.sub(lambda found: " ".join(found.group().split()), text)
    path.write_bytes((text + "\n").encode("utf-8"))
