#!/usr/bin/env python3
"""Makes the workload of `bin/bench throughput`: 100 changes and 20 prompts, always the same.

Each change is one file of a made-up shop: blocks of code in blocks/LANGUAGE.txt put together in turn, some of
them edited, as a unified diff. The blocks are written for this project; many edits have a defect in them. Writes
reviews.patch and generations.jsonl into the folder of the job's resources.
"""

import difflib
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "bench/src/main/resources/org/codeaudit/bench/throughput/workload"
CHANGES = 100
LANGUAGES = {
    "java": "src/main/java/shop/{e}/{E}Service.java",
    "python": "shop/{t}/service.py",
    "go": "internal/{e}/store.go",
    "typescript": "web/src/{t}/{e}-page.ts",
    "c": "agent/{e}_queue.c",
    "shell": "scripts/{t}.sh",
}
ENTITIES = [
    ("order", "customer"), ("invoice", "account"), ("shipment", "carrier"), ("product", "supplier"),
    ("coupon", "campaign"), ("refund", "payment"), ("basket", "visitor"), ("review", "author"),
    ("warehouse", "region"), ("ticket", "agent"), ("voucher", "holder"), ("return", "parcel"),
    ("contract", "partner"), ("delivery", "driver"), ("quote", "buyer"), ("stock", "shelf"), ("token", "device"),
]


def blocks(language):
    """The header, and the blocks as pairs of code before and after an edit (equal if there is none)."""
    text = (HERE / "blocks" / f"{language}.txt").read_text()
    header, *rest = re.split(r"^=====\n", text, flags=re.M)
    pairs = []
    for block in rest:
        before, _, after = block.partition("-----\n")
        pairs.append((before, after or before))
    return header, pairs


def named(text, entity, owner):
    plural = entity[:-1] + "ies" if entity.endswith("y") else entity + "s"
    names = {"e": entity, "E": entity.capitalize(), "t": plural, "o": owner, "O": owner.capitalize()}
    return re.sub(r"‹([eEtoO])›", lambda match: names[match[1]], text)


def change(number):
    """The unified diff of one file."""
    language = list(LANGUAGES)[number % len(LANGUAGES)]
    turn = number // len(LANGUAGES)
    entity, owner = ENTITIES[turn % len(ENTITIES)]
    header, pairs = blocks(language)
    order = [(turn + step) % len(pairs) for step in range(len(pairs))]
    editable = [block for block in order if pairs[block][0] != pairs[block][1]]
    edited = set((editable[::2] + editable[1::2])[: 2 + (turn * 3 + number) % 4])
    before = [header, *(pairs[block][0] for block in order)]
    after = [header, *(pairs[block][block in edited] for block in order)]
    names = dict(e=entity, E=entity.capitalize(), t=named("‹t›", entity, owner))
    path = LANGUAGES[language].format(**names)
    lines = [named("".join(text), entity, owner).splitlines(keepends=True) for text in (before, after)]
    diff = difflib.unified_diff(*lines, f"a/{path}", f"b/{path}", n=3 + turn % 4)
    return f"diff --git a/{path} b/{path}\n" + "".join(diff)


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "reviews.patch").write_text("".join(change(number) for number in range(CHANGES)))
    tasks = (HERE / "tasks.txt").read_text().splitlines()
    rows = [json.dumps({"id": f"task-{n:02}", "prompt": task}) for n, task in enumerate(tasks, 1)]
    (TARGET / "generations.jsonl").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
