"""Compares `bench throughput` with other engines; docs/benchmarks.md says what is compared with what.

Every engine gets the same token ids and makes as many tokens for each as ours did. The engines take turns, each in a
process of its own, and medians are compared.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from engines import NotRun, Programs, engines
from order import cost, spread
from report import Figures, lowest

HERE = Path(__file__).resolve().parent
NAMES = list(engines("bf16", ()))
DEFAULT_MODEL = "smollm2"


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench peers", description=__doc__,
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--model", action="append", metavar="M",
                        help="a Hugging Face folder, a GGUF file, a name such as 'smollm2' or 'synthetic' "
                             "(made-up weights of Qwen2.5-Coder-0.5B's shape); may be given again; left out, the "
                             "last two")
    parser.add_argument("--precision", default="bf16", choices=["f32", "bf16", "int8", "int4"], help="our weights")
    parser.add_argument("--rows", type=int, default=12, help="rows of the workload")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each engine")
    parser.add_argument("--seconds", type=float, default=30,
                        help="no other engine begins a row after so long a turn; its rows per minute are of those done")
    parser.add_argument("--answer-tokens", type=int, default=64, help="the most tokens of an answer")
    parser.add_argument("--sizes", default="4,8,16", help="how many rows at once the others may choose from")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="one per processor")
    parser.add_argument("--peers", default=",".join(NAMES), help="which engines")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("more", nargs="*", help="after --, further options of bench throughput")
    options = parser.parse_args()
    options.sizes = tuple(int(size) for size in options.sizes.split(","))
    options.peers = options.peers.split(",")
    if unknown := set(options.peers) - set(NAMES):
        parser.error(f"--peers: there is no {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return options


def audit(options, model, work, *more):
    """Runs `bench throughput`; its figures."""
    figures, log = work / "ours.json", work / "ours.log"
    launcher = os.environ.get("PEERS_BENCH", HERE.parent.parent / "bin/bench")
    command = [launcher, "throughput", "--precision", options.precision, "--threads", options.threads,
               "--json", figures, "--model", model, *more, *options.more]
    with log.open("w") as messages:
        done = subprocess.run([str(word) for word in command], stdout=messages, stderr=subprocess.STDOUT)
    if done.returncode:
        raise NotRun(f"{' '.join(map(str, command))} ended with {done.returncode}; {log} says why")
    return json.loads(figures.read_text())


def located(model):
    """Where the weights of --model lie, once our own command has used them."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("CODE_AUDIT_MODELS") or cache / "code-audit" / "models")
    if "/" not in model and (folder / "named" / model).is_dir():
        return max((folder / "named" / model).glob(f"*/{model}/*.gguf"), key=lambda file: file.stat().st_mtime)
    name, _, shape = model.partition(":")
    if name == "synthetic":
        return max((folder / name).glob(f"{shape or 'qwen2.5-coder-0.5b'}-*"))
    return Path(model).resolve()


def in_order(requests):
    """Puts the requests into an order of which each beginning stands for all; returns them."""
    lines = [json.loads(line) for line in requests.read_text().splitlines()]
    lines = spread(sorted(lines, key=cost))
    requests.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return lines


class Comparison:
    """Turns of all engines on one model."""

    def __init__(self, options, model, work):
        self.options, self.model, self.work = options, model, work
        self.requests = work / "requests.jsonl"
        self.figures = Figures(model)
        self.begin = time.monotonic()

    def turn(self, number):
        options = self.options
        self.tell(f"turn {number} of {options.rounds}: ours")
        measured = audit(options, self.model, self.work, "--engine-only", "--repeat", 1, "--rows", options.rows,
                         "--max-new-tokens", options.answer_tokens, "--requests", self.requests)
        self.figures.ours(measured)
        asked = in_order(self.requests)
        if number == 1:
            self.figures.asked(asked)
            self.programs = Programs(located(self.model), options.threads, self.work)
            self.ours_raw()
        for name, engine in engines(options.precision, options.sizes).items():
            if name in options.peers and name not in self.figures.not_run:
                try:
                    self.measure(name, engine, asked)
                except NotRun as reason:
                    self.figures.failed(name, str(reason))
                    self.tell(f"{name} does not run: {reason}")

    def ours_raw(self):
        self.tell("ours: raw speeds")
        try:
            self.figures.ours_raw(audit(self.options, self.model, self.work, "--raw-only"))
        except NotRun as reason:
            self.tell(f"our raw speeds are missing: {reason}")

    def measure(self, name, engine, asked):
        if name not in self.figures.settings:
            self.tell(f"{name}: raw speeds")
            sizes = engine.sizes if engine.program == "jlama" else (1, *self.options.sizes)
            for form in engine.forms:
                raw = self.programs.raw(engine.program, form, sizes)
                self.figures.raw[f"{engine.program} {form}"] = raw
            self.figures.settings[name] = self.programs.best(engine, asked)
        setting = self.figures.settings[name]
        done = self.programs.work_off(engine, setting, self.requests, asked, self.options.seconds)
        self.figures.peer(name, done)
        self.tell(f"{name} ({setting}): {done['rows']} rows in {done['seconds']:.0f} s")

    def tell(self, what):
        print(f"{time.monotonic() - self.begin:6.0f} s  {self.model}  {what}", file=sys.stderr, flush=True)


def compare(options):
    work = Path(os.environ["PEERS"]) / "work"
    work.mkdir(parents=True, exist_ok=True)
    all_figures = []
    for model in options.model or [DEFAULT_MODEL, "synthetic"]:
        comparison = Comparison(options, model, work)
        for number in range(1, options.rounds + 1):
            comparison.turn(number)
        comparison.figures.table()
        all_figures.append(comparison.figures)
    if options.json:
        options.json.write_text(json.dumps({
            "precision": options.precision,
            "threads": options.threads,
            "ratios": lowest([figures.ratios("on") for figures in all_figures]),
            "ratios_savings_off": lowest([figures.ratios("off") for figures in all_figures]),
            "models": {figures.model: figures.json() for figures in all_figures},
        }, indent=2) + "\n")


def main():
    options = arguments()
    try:
        compare(options)
    except NotRun as reason:
        sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
