"""Compares `audit bench throughput` with other engines: see bin/bench-peers and docs/benchmarks.md.

Every engine gets the same token ids and makes as many tokens for each as ours did; loading and a warm-up are outside
the clock. The engines take turns, each in a process of its own, and medians are compared.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = ["transformers-batch1", "transformers-best", "llama.cpp", "jlama"]


class NotRun(Exception):
    """Why an engine gave no figure."""


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench-peers", description=__doc__)
    parser.add_argument("--model", required=True, help="a Hugging Face folder or a GGUF file")
    parser.add_argument("--precision", default="f32", choices=["f32", "bf16", "int8", "int4"])
    parser.add_argument("--rows", type=int, default=24, help="rows of the workload; default 24")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each engine; default 3")
    parser.add_argument("--answer-tokens", type=int, default=64, help="the most tokens of an answer; default 64")
    parser.add_argument("--batches", default="4,8,16", help="batches the others may choose the best of; default 4,8,16")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default one per processor")
    parser.add_argument("--peers", default=",".join(PEERS), help="default all: " + ", ".join(PEERS))
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("more", nargs="*", help="after --, further options of audit bench throughput")
    return parser.parse_args()


def run(command, work, name):
    """The JSON object on the last line that a program prints; its messages go to a file."""
    log = work / f"{name}.log"
    with log.open("w") as messages:
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=messages, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        words = log.read_text().strip().splitlines() or ["no message"]
        raise NotRun(f"{words[-1]} (exit code {done.returncode}, {log})")
    return json.loads(lines[-1])


def ours(options, work, requests):
    figures = work / "ours.json"
    command = [os.environ.get("PEERS_AUDIT", ROOT / "bin/audit"), "bench", "throughput", "--engine-only", "--repeat", 1,
               "--model", options.model, "--precision", options.precision, "--rows", options.rows,
               "--max-new-tokens", options.answer_tokens, "--threads", options.threads,
               "--json", figures, "--requests", requests, *options.more]
    log = work / "ours.log"
    with log.open("w") as messages:
        done = subprocess.run([str(word) for word in command], stdout=messages, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {done.returncode}; {log} says why")
    passes = json.loads(figures.read_text())["passes"]
    return {each["savings"]: each["rows_per_minute"] for each in passes}


class Peers:
    """The other engines. Each method gives the seconds for all requests."""

    def __init__(self, options, work, requests):
        self.options, self.work, self.requests = options, work, requests
        self.best = {}

    def dtype(self):
        return "float32" if self.options.precision == "f32" else "bfloat16"

    def folder(self):
        """The weights as a Hugging Face folder, made of a GGUF file if need be."""
        model = Path(self.options.model)
        if model.is_dir():
            return model
        folder = self.work / model.stem
        if not (folder / "config.json").exists():
            run([sys.executable, HERE / "weights.py", "folder", model, folder], self.work, "weights")
        return folder

    def gguf(self):
        """The weights as a GGUF file of the same precision class."""
        model = Path(self.options.model)
        kind = {"f32": "F32", "bf16": "F16", "int8": "Q8_0", "int4": "Q4_0"}[self.options.precision]
        if not model.is_file():
            raise NotRun("its weights are not made from a Hugging Face folder here; pass a GGUF file")
        file = self.work / f"{model.stem}-{kind}.gguf"
        if not file.exists():
            run([sys.executable, HERE / "weights.py", "gguf", model, file, kind], self.work, "weights")
        return file

    def choose(self, name, command):
        """The time with the batch that was best in the first turn."""
        sizes = [self.best[name]] if name in self.best else self.options.batches.split(",")
        seconds = {size: run([*command, size], self.work, name)["seconds"] for size in sizes}
        self.best[name] = min(seconds, key=seconds.get)
        return seconds[self.best[name]]

    def transformers(self):
        return [sys.executable, HERE / "transformers_peer.py", self.folder(), self.requests, self.dtype(),
                self.options.threads]

    def measure(self, name):
        if name == "transformers-batch1":
            return run([*self.transformers(), 1], self.work, name)["seconds"]
        if name == "transformers-best":
            return self.choose(name, self.transformers())
        if name == "llama.cpp":
            program = Path(os.environ["PEERS"]) / "llama_peer.mjs"
            return self.choose(name, ["node", program, self.gguf(), self.requests, self.options.threads])
        raise NotRun("there is no program for it here yet; it needs a newer Java than this project")


def main():
    options = arguments()
    work = Path(os.environ["PEERS"]) / "work"
    work.mkdir(parents=True, exist_ok=True)
    requests = work / "requests.jsonl"
    peers, speeds, reasons = Peers(options, work, requests), {}, {}
    for turn in range(1, options.rounds + 1):
        for savings, speed in ours(options, work, requests).items():
            speeds.setdefault(f"ours-savings-{savings}", []).append(speed)
        rows = len(requests.read_text().splitlines())
        for name in options.peers.split(","):
            if name in reasons:
                continue
            try:
                speeds.setdefault(name, []).append(60 * rows / peers.measure(name))
            except NotRun as reason:
                reasons[name] = str(reason)
                speeds.pop(name, None)
        print(f"Turn {turn} of {options.rounds}: "
              + ", ".join(f"{name} {speed[-1]:.1f}" for name, speed in speeds.items()), flush=True)
    report(options, speeds, reasons, peers.best)


def report(options, speeds, reasons, best):
    medians = {name: statistics.median(all_turns) for name, all_turns in speeds.items()}
    full, plain = medians["ours-savings-on"], medians["ours-savings-off"]
    print(f"\n{'engine':22} {'rows/min':>9} {'ours is':>9} {'savings off':>12}")
    for name, speed in medians.items():
        size = f"  at most {best[name]} at once" if name in best else ""
        print(f"{name:22} {speed:9.1f} {full / speed:8.2f}x {plain / speed:11.2f}x{size}")
    for name, reason in reasons.items():
        print(f"{name:22} not run: {reason}")
    others = [name for name in medians if not name.startswith("ours")]
    if options.json:
        options.json.write_text(json.dumps({
            "ratios": {name: full / medians[name] for name in others},
            "ratios_savings_off": {name: plain / medians[name] for name in others},
            "savings_on_to_off": full / plain,
            "rows_per_minute": speeds,
            "not_run": reasons,
        }, indent=2) + "\n")


if __name__ == "__main__":
    main()
