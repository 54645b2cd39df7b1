"""The other engines: how each is run, in which forms and sizes, and which of them is best for a workload.

A program takes one object of JSON and prints one on its last line:
  model, form, threads, requests, at_once, seconds   ->  rows, seconds
  model, form, threads, raw: {prompt, context, steps, decode: [sizes]}   ->  prefill, decode: {size: tokens/s}
`at_once` is the rows of a static batch, the slots, or concurrent calls. No row is begun after `seconds`. Loading and a
warm-up are outside the clock.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from order import batches

HERE = Path(__file__).resolve().parent
RAW = {"prompt": 512, "context": 128, "steps": 8}
# Settings whose predicted times differ by less count as like.
LIKE = 1.03
# A program that hangs: what it may take beyond the seconds of a turn, and how many times the seconds that raw speeds
# say its longest batch takes, if that is more.
PATIENCE_SECONDS = 600
PATIENCE = 4


class NotRun(Exception):
    """Why an engine gave no figure."""


@dataclass(frozen=True)
class Setting:
    """How an engine is run: the form of its weights, and how many rows at once."""
    form: str
    at_once: int

    def __str__(self):
        return f"{self.form}, {self.at_once} at once"


@dataclass(frozen=True)
class Engine:
    """A line of the table: a program, and the settings of which the best is taken."""
    program: str
    forms: tuple
    sizes: tuple


def engines(precision, sizes):
    """By name. What is compared is said in docs/benchmarks.md."""
    llama = {"f32": "F32", "bf16": "F16", "int8": "Q8_0", "int4": "Q4_0"}[precision]
    return {
        "transformers-batch1": Engine("transformers", ("bf16",), (1,)),
        "transformers-batch1-f32": Engine("transformers", ("f32",), (1,)),
        "transformers-best": Engine("transformers", ("bf16", "f32"), (1, *sizes)),
        "llama.cpp": Engine("llama.cpp", (llama,), (1, *sizes)),
        # Its calls share the threads, so many at once only take longer; few show whether several help.
        "jlama": Engine("jlama", (precision,), (1, *sizes[:1])),
    }


def predicted(raw, setting, requests, static):
    """Seconds of a workload by the raw speeds; a static batch computes its padding too."""
    decode = raw["decode"][str(setting.at_once)]
    if not static:
        return sum(len(each["prompt"]) / raw["prefill"] + each["new_tokens"] / decode for each in requests)
    return sum(len(batch) * (max(len(each["prompt"]) for each in batch) / raw["prefill"]
                             + max(each["new_tokens"] for each in batch) / decode)
               for batch in batches(requests, setting.at_once))


class Programs:
    """Runs the engines' programs on one model."""

    def __init__(self, model, threads, work):
        self.model, self.threads, self.work = Path(model), threads, work
        self.peers = Path(os.environ["PEERS"])
        name = self.model.stem if self.model.is_file() else self.model.name
        self.prefix = f"{name}-{hashlib.sha1(str(self.model).encode()).hexdigest()[:8]}"
        self.speeds = {}

    def raw(self, program, form, sizes):
        """Raw speeds, measured once. All of transformers' lines share theirs."""
        if (program, form) not in self.speeds:
            context = 32 if program == "jlama" else RAW["context"]  # it would take minutes to fill more
            self.speeds[program, form] = self.run(program, form, raw={**RAW, "context": context, "decode": list(sizes)})
        return self.speeds[program, form]

    def best(self, engine, requests):
        """The setting that raw speeds say is best for this workload; of like ones that with the fewest at once."""
        static = engine.program == "transformers"
        seconds = {
            Setting(form, size): predicted(self.raw(engine.program, form, engine.sizes), Setting(form, size), requests,
                                           static)
            for size in engine.sizes for form in engine.forms
        }
        return next(setting for setting in seconds if seconds[setting] <= LIKE * min(seconds.values()))

    def work_off(self, engine, setting, file, requests, seconds):
        """A turn of an engine with the requests of a file."""
        raw = self.raw(engine.program, setting.form, engine.sizes)
        longest = max(predicted(raw, setting, batch, True) for batch in batches(requests, setting.at_once))
        return self.run(engine.program, setting.form, seconds + max(PATIENCE_SECONDS, PATIENCE * longest),
                        requests=str(file), at_once=setting.at_once, seconds=seconds)

    def run(self, program, form, limit=PATIENCE_SECONDS, **options):
        model, command = self.command(program, form)
        options = {"model": str(model), "form": form, "threads": self.threads, **options}
        return output([*command, json.dumps(options)], self.work / f"{program}.log", limit)

    def command(self, program, form):
        """The weights it takes, and the program."""
        if program == "transformers":
            return self.folder("f32" if self.model.is_file() else None), [sys.executable, HERE / "transformers_peer.py"]
        if program == "llama.cpp":
            return self.gguf(form), ["node", self.peers / "llama_peer.mjs"]
        jlama = self.peers / "jlama"
        if not (jlama / "classes" / "JlamaPeer.class").exists() or "PEERS_JAVA" not in os.environ:
            raise NotRun("it is not installed; messages above say why")
        java = [os.environ["PEERS_JAVA"], "--add-modules", "jdk.incubator.vector", "--enable-preview",
                "--enable-native-access=ALL-UNNAMED", "-Xmx4g", "-cp", f"{jlama}/classes:{jlama}/jars/*", "JlamaPeer"]
        return self.folder("f32" if form == "f32" else "bf16"), java

    def folder(self, form):
        """The weights as a Hugging Face folder; the model's own if any form will do."""
        if form is None:
            return self.model
        return self.made(self.work / f"{self.prefix}-{form}", "folder", form)

    def gguf(self, kind):
        return self.made(self.work / f"{self.prefix}-{kind}.gguf", "gguf", kind)

    def made(self, target, what, form):
        if not target.exists():
            output([sys.executable, HERE / "weights.py", what, self.model, target, form], self.work / "weights.log")
        return target


def output(command, log, limit=PATIENCE_SECONDS):
    """The JSON object on the last line that a program prints; its messages go to a file. It is ended after `limit`
    seconds."""
    try:
        with log.open("w") as messages:
            done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=messages, text=True,
                                  timeout=limit)
    except FileNotFoundError as missing:
        raise NotRun(f"{missing.filename} is not installed") from None
    except subprocess.TimeoutExpired:
        raise NotRun(f"it had not ended after {limit:.0f} seconds; {log}") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        words = log.read_text().strip().splitlines() or ["no message"]
        raise NotRun(f"{words[-1]} (exit code {done.returncode}, {log})")
    return json.loads(lines[-1])
