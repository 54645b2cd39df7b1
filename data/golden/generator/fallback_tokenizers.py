"""Trains small BPE tokenizers that write spaces as "▁" and fall back to byte tokens."""

import json
from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers, trainers

from .layout import ROOT, TOKENIZER, corpus_names, corpus_text, write_json
from .tokenizer_expectations import TRICKY, expectation

SPACE = "▁"
MARKS = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{value:02X}>" for value in range(256)]
INSTRUCTIONS = ["[INST]", "[/INST]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"]
LETTERS = 110  # of all characters of the corpus, so many have a token; the others become bytes

# What the tokenizer.json of each kind has around its vocabulary. "first" is that of Mistral 7B v0.3,
# "prepended" that of Llama 2, "never" that of Gemma; "always" is what older versions wrote.
REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}
DECODER = [{"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
           {"type": "ByteFallback"}, {"type": "Fuse"}]
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}


def _metaspace(scheme: str, split: bool) -> dict:
    return {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": scheme, "split": split}


KINDS = {
    "prepended": {
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": SPACE}, REPLACE]},
        "pre_tokenizer": None, "decoder": [*DECODER, STRIP]},
    "first": {
        "normalizer": None, "pre_tokenizer": _metaspace("first", False),
        "decoder": [*DECODER, STRIP]},
    "always": {
        "normalizer": None, "pre_tokenizer": _metaspace("always", True),
        "decoder": [*DECODER, STRIP]},
    "never": {
        "normalizer": REPLACE,
        "pre_tokenizer": {"type": "Split", "pattern": {"String": " "},
                          "behavior": "MergedWithPrevious", "invert": False},
        "decoder": DECODER},
}

SPACED = {
    "a leading space": " x",
    "two leading spaces": "  return x",
    "the mark of spaces itself": "a\u2581b \u2581 c",
    "only the mark of spaces": "\u2581",
    "byte tokens as text": "<0x0A> <0x00><0xFF>",
    "marks of turns": "<s>[INST] hello [/INST] yes</s>[INST]<unk>",
    "marks of turns with spaces": "  [INST]  hello\n[/INST]\n</s> ",
    "line by line": "if (x) {\n\treturn y;\n}\n\nz = 1\n",
    "rare characters side by side": "修复空指针漏洞",
}


def train(size: int, control: list[str], lines: bool) -> dict[str, int]:
    """The vocabulary and the merges: marks, control tokens, bytes, then what is trained.

    lines: whether a line break is a token that may grow, as in Gemma, or only a byte.
    """
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    breaks = pre_tokenizers.Split(
        Regex(r"\n+" if lines else r"[\n\r\t]+"), "isolated" if lines else "removed")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        breaks, pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="first")])
    trainer = trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, show_progress=False,
        special_tokens=[*MARKS, *control, *BYTES])
    tokenizer.train_from_iterator(_texts(), trainer)
    assert tokenizer.get_vocab_size() == size, tokenizer.get_vocab_size()
    return json.loads(tokenizer.to_str())["model"]


def _texts() -> list[str]:
    """The corpus with a line break for every character that gets no token. (The trainer's own limit
    takes any of those that are equally frequent.)"""
    texts = [corpus_text(name) for name in corpus_names()]
    counts = Counter(character for text in texts for character in text)
    kept = set(sorted(counts, key=lambda character: (-counts[character], character))[:LETTERS])
    return ["".join(c if c in kept else "\n" for c in text) for text in texts]


def assemble(model: dict, kind: str, control: list[str]) -> Tokenizer:
    shape = KINDS[kind]
    added = [{"id": model["vocab"][token], "content": token, "single_word": False, "lstrip": False,
              "rstrip": False, "normalized": False, "special": True} for token in [*MARKS, *control]]
    begin = {"id": "<s>", "ids": [model["vocab"]["<s>"]], "tokens": ["<s>"]}
    return Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": shape["normalizer"], "pre_tokenizer": shape["pre_tokenizer"],
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                       {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<s>": begin}},
        "decoder": {"type": "Sequence", "decoders": shape["decoder"]},
        "model": model | {"type": "BPE", "dropout": None, "unk_token": "<unk>", "fuse_unk": True,
                          "byte_fallback": True, "ignore_merges": False,
                          "continuing_subword_prefix": None, "end_of_word_suffix": None}}))


def mistral() -> Tokenizer:
    return assemble(train(1100, INSTRUCTIONS, lines=False), "first", INSTRUCTIONS)


def without_added_tokens(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer for untrusted text: none of the marks in it is one."""
    data = json.loads(tokenizer.to_str())
    marks = {token["content"] for token in data["added_tokens"]}
    data["added_tokens"] = []
    data["post_processor"] = None
    data["model"]["unk_token"] = None
    data["model"]["vocab"] = {t: n for t, n in data["model"]["vocab"].items() if t not in marks}
    return Tokenizer.from_str(json.dumps(data))


def write_cases(flavours: dict[str, tuple[str, Tokenizer]]) -> None:
    """tokenizer/fallback-cases.json, and the tokenizers of the kinds that no checkpoint has."""
    for kind in ["prepended", "always", "never"]:
        path = f"tokenizer/fallback-{kind}/tokenizer.json"
        tokenizer = assemble(train(600, [], lines=kind == "never"), kind, [])
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(tokenizer.to_str(), encoding="utf-8")
        flavours[kind] = (path, tokenizer)
    cases, decoding = [], []
    for flavour, (_, tokenizer) in flavours.items():
        plain = without_added_tokens(tokenizer)
        for name in corpus_names() if flavour in ["first", "prepended"] else []:
            cases.append({"flavour": flavour, "name": name, "file": f"corpus/{name}"}
                         | expectation(tokenizer, plain, corpus_text(name)))
        for name, text in (TRICKY | SPACED).items():
            cases.append({"flavour": flavour, "name": name, "text": text}
                         | expectation(tokenizer, plain, text))
        decoding += _decoding(flavour, tokenizer)
    write_json(TOKENIZER / "fallback-cases.json", {
        "flavours": {flavour: path for flavour, (path, _) in flavours.items()},
        "encode": cases, "decode": decoding})


def _decoding(flavour: str, tokenizer: Tokenizer) -> list[dict]:
    """Ids that no text encodes to. Bytes that are no UTF-8 are left out: tokenizers gives U+FFFD for
    every byte of the run that holds one, and Code Audit for the wrong ones."""
    byte = {value: tokenizer.token_to_id(BYTES[value]) for value in range(256)}
    space, end = tokenizer.token_to_id(SPACE), tokenizer.token_to_id("</s>")
    sequences = {
        "no tokens": [],
        "a character by its bytes": [byte[b] for b in "漢".encode()],
        "letters by their bytes": [byte[b] for b in b"a b\n"],
        "spaces first": [space, space, tokenizer.token_to_id("a")],
        "a mark, then a space": [end, space, tokenizer.token_to_id("a"), end],
        "a space by its byte": [byte[0x20], byte[0x20], byte[0x61]],
        "an emoji between words": [tokenizer.token_to_id("a"), *[byte[b] for b in "😀".encode()], space],
    }
    return [{
        "flavour": flavour, "name": name, "ids": ids,
        "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        "decoded_without_special": tokenizer.decode(ids, skip_special_tokens=True),
    } for name, ids in sequences.items()]
