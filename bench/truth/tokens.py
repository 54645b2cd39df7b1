"""Token ids that Hugging Face's tokenizers gives for public code."""

import sys
from array import array
from pathlib import Path

import gguf
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data" / "golden"))
from generator.tokenizer_files import tokenizer_of, without_added_tokens  # noqa: E402

BYTES = 24 << 20
LARGEST_TEXT = 1 << 20


def choose(folder, most=BYTES):
    """Newer files of all packages that are UTF-8, as paths seen from the folder: as much of each package."""
    pairs = [sorted(p for p in (pair / "plain" / "b").rglob("*") if p.is_file())
             for pair in sorted((folder / "pairs").iterdir())]
    chosen = []
    for left, files in zip(range(len(pairs), 0, -1), sorted(pairs, key=len)):
        share, taken = most // left, 0
        # One of so many, so that a part of a large package is not all of one folder.
        for file in files[:: max(1, len(files) // 400)]:
            data = file.read_bytes() if file.stat().st_size <= LARGEST_TEXT else b"\0"
            if taken + len(data) <= share and b"\0" not in data and _is_text(data):
                chosen.append(file.relative_to(folder).as_posix())
                taken += len(data)
        most -= taken
    return chosen


def _is_text(data):
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def of_gguf(file):
    """The tokenizer in a GGUF file of the SmolLM2 family."""
    return tokenizer_of({key: field.contents() for key, field in gguf.GGUFReader(file).fields.items()})


def make(tokenizer, texts, root, folders):
    """Writes the ids of all texts, without added tokens: what a text spells is only text.

    folders: each gets a copy, and the tokenizer's own file where it does not name a model
    """
    plain = without_added_tokens(tokenizer)
    plain.no_truncation()
    plain.no_padding()
    ids = array("i")
    for text in texts:
        found = plain.encode((root / text).read_bytes().decode("utf-8"), add_special_tokens=False).ids
        ids.append(len(found))
        ids.extend(found)
    if sys.byteorder == "big":
        ids.byteswap()
    for folder in folders:
        if not (folder / "model.txt").exists():
            (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        (folder / "ids.bin").write_bytes(ids.tobytes())


def from_file(file):
    return Tokenizer.from_file(str(file))
