#!/usr/bin/env python3
"""Checks and measures the decoder on this machine's GPU with the PyTorch that is installed here; docs/gpus.md says how
to read the report. Without a GPU it rehearses the same on the processor.

Every step is a process with a time limit of its own, and the report is written again after each: whatever fails,
hangs or is ended, the other results are kept. Needs a Python with torch, any version, and no network; transformers is
measured beside ours where it is installed.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import report

HERE = Path(__file__).resolve().parent
SMALL = 1e9  # bytes of weights up to which a shape is for rehearsals
# Of each option what it is on a GPU and on a processor.
SIZES = {
    "sequences": ([1, 64, 256], [1, 8], "how many decode side by side"),
    "context": ([512], [64], "positions before the first that is decoded"),
    "decode_steps": ([16], [4], "steps of a turn"),
    "prompt": ([4096], [256], "tokens of the prompt that is read"),
    "chunks": ([512, 2048, 4096], [64, 256], "tokens of a step that reads it"),
}
FIRST = ["f32 gpu", "bf16 gpu"]  # ways of golden checkpoints that come before everything else
NOT_FITTING = 3  # exit code of `doctor`: its native library is for another PyTorch
LEAST_SECONDS = 5  # no step begins with less
# Beside the file of the weights the process needs memory for itself.
ROOM = 4 << 30


def numbers(text):
    return [int(number) for number in text.split(",")]


def listed(values):
    return ",".join(map(str, values))


def arguments():
    kit = json.loads((HERE / "kit.json").read_text())
    names = [shape["name"] for shape in kit["shapes"]]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("gpu-report"),
                        help="folder for report.md and report.json, default %(default)s")
    parser.add_argument("--device", default="auto", choices=["auto", "cuda:0", "cpu:0"],
                        help="auto, the default, is the first GPU if there is one, else the processor")
    parser.add_argument("--minutes", type=float, default=8, help="all steps together end after so long, default %(default)g")
    parser.add_argument("--steps", help="only those whose names, as the report has them, end so, separated by commas: "
                                        "golden,ours")
    parser.add_argument("--shapes", help=f"of {', '.join(names)}, separated by commas; left out, the large ones on a "
                                         "GPU and the small ones on a processor")
    for name, (on_gpu, on_processor, words) in SIZES.items():
        parser.add_argument("--" + name.replace("_", "-"), type=numbers,
                            help=f"{words}; left out, {listed(on_gpu)} on a GPU and {listed(on_processor)} on a processor")
    parser.add_argument("--seed", type=int, default=0, help="of made-up weights, default %(default)s")
    options = parser.parse_args()
    options.kit = {shape["name"]: shape for shape in kit["shapes"]}
    if options.shapes and (unknown := set(options.shapes.split(",")) - set(names)):
        parser.error(f"--shapes: there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


@dataclass
class Step:
    """A line of the plan, and what became of it."""
    name: str
    program: str
    limit: float
    options: dict = field(default_factory=dict)
    shape: str = ""
    status: str = "not run"
    reason: str = ""
    seconds: float = 0.0
    findings: list = field(default_factory=list)


def plan(options, device):
    """The steps that follow the machine's, the most important first."""
    shapes = options.shapes.split(",") if options.shapes else [
        name for name, shape in options.kit.items() if (shape["weight_bytes"] <= SMALL) == device.startswith("cpu")]
    steps = [Step("golden", "golden", 90, {"which": "first"})]
    for shape in shapes:
        steps += [Step(f"{shape} weights", "weights", 90, shape=shape),
                  Step(f"{shape} ours", "ours", 120, shape=shape)]
        if shape == shapes[0]:
            steps.append(Step("golden other ways", "golden", 90, {"which": "others"}))
        steps.append(Step(f"{shape} transformers", "transformers", 90, shape=shape))
    if (HERE / "java").is_dir():
        steps.append(Step("java", "java", 90))
    if options.steps:
        wanted = [step for step in steps if any(step.name.endswith(name) for name in options.steps.split(","))]
        shapes = {step.shape for step in wanted}
        steps = [step for step in steps if step in wanted or step.program == "weights" and step.shape in shapes]
    return steps


class Weights:
    """The file with the weights of a shape: memory that has a descriptor, so that nothing is left behind however we
    end."""

    def __init__(self):
        self.shape, self.descriptor = None, None

    def of(self, shape):
        """The descriptor; another shape's weights are let go of."""
        if shape["name"] != self.shape:
            self.close()
            free = free_memory()
            if free < shape["bytes"] + ROOM:
                raise MemoryError(f"its weights take {shape['bytes'] / 1e9:.1f} GB of memory, and {ROOM / 1e9:.0f} more "
                                  f"are needed; {free / 1e9:.1f} GB are free")
            self.shape, self.descriptor = shape["name"], os.memfd_create(shape["name"])
            os.ftruncate(self.descriptor, shape["bytes"])
        return self.descriptor

    def close(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
        self.shape, self.descriptor = None, None


def free_memory():
    """Bytes that this process can have: of the system, and within its container's limit."""
    free = next(int(line.split()[1]) * 1024 for line in open("/proc/meminfo") if line.startswith("MemAvailable"))
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if limit.exists() and limit.read_text().strip() != "max":
        free = min(free, int(limit.read_text()) - int(used.read_text()))
    return free


class Driver:
    def __init__(self, options):
        self.options = options
        self.begin = time.monotonic()
        self.steps, self.weights = [], Weights()
        self.device = options.device
        self.scratch = options.out / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)

    def drive(self):
        try:
            return self.run_all()
        finally:
            self.weights.close()
            shutil.rmtree(self.scratch, ignore_errors=True)

    def run_all(self):
        self.run(Step("machine", "machine", 90))
        found = next((each for each in self.steps[0].findings if each["what"] == "machine"), None)
        if found:
            self.device = found["device"]
        elif self.device == "auto":
            self.device = "cpu:0"  # every step will say why it does not run
        for step in plan(self.options, self.device):
            self.run(step)
        done = all(step.status == "done" or step.program == "java" and step.status == "not run" for step in self.steps)
        return done and not report.wrong(self.steps)

    def run(self, step):
        self.steps.append(step)
        left = 60 * self.options.minutes - (time.monotonic() - self.begin)
        begin = time.monotonic()
        try:
            if left < LEAST_SECONDS:
                step.reason = f"the {self.options.minutes:g} minutes were over"
            elif step.shape and step.program != "weights" and self.weights.shape != step.shape:
                step.reason = "there are no weights"
            else:
                self.start(step, min(step.limit, left))
        except (OSError, MemoryError, ValueError) as failure:
            step.reason = str(failure)
        except BaseException:
            step.status, step.reason = "ended", "the driver was ended"
            raise
        finally:
            self.told(step, time.monotonic() - begin)

    def told(self, step, seconds):
        step.seconds = seconds
        if step.program == "weights" and step.status != "done":
            self.weights.close()
        print(f"{time.monotonic() - self.begin:5.0f} s  {step.name}: {step.status}"
              + (f" ({step.reason})" if step.reason else ""), flush=True)
        report.write(self.options.out, self.device, self.steps)

    def start(self, step, limit):
        findings, log = self.scratch / f"{step.name}.json", self.options.out / f"{step.name}.log"
        findings.unlink(missing_ok=True)
        sizes = {name: getattr(self.options, name) or (on_gpu if self.device.startswith("cuda") else on_processor)
                 for name, (on_gpu, on_processor, _) in SIZES.items()}
        options = {
            "device": self.device, "findings": str(findings), "scratch": str(self.scratch), "first": FIRST,
            "seed": self.options.seed, "shape": step.shape, **sizes, **step.options}
        inherited = []
        if step.shape:
            options["descriptor"] = self.weights.of(self.options.kit[step.shape])
            inherited = [options["descriptor"]]
        command = [sys.executable, HERE / "steps.py", step.program, json.dumps(options)]
        if step.program == "java":
            command = [HERE / "java" / "doctor", findings, *(["--gpu"] if self.device.startswith("cuda") else [])]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1", "PYTHONDONTWRITEBYTECODE": "1",
                       "PYTHON": sys.executable}
        with log.open("w") as messages:
            process = subprocess.Popen(command, stdout=messages, stderr=subprocess.STDOUT, env=environment,
                                       pass_fds=inherited, start_new_session=True)
            try:
                code = process.wait(limit)
                step.status = {0: "done", NOT_FITTING: "not run"}.get(code, "failed")
                step.reason = last_line(log, code) if code else ""
            except subprocess.TimeoutExpired:
                step.status, step.reason = "ended", f"it had taken {limit:.0f} s"
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(10)  # one that a GPU's driver holds does not end
                step.findings = found(findings, step.program)


def found(file, program):
    """The findings; the last line of a process that was ended may be half a line."""
    if not file.exists():
        return []
    if program == "java":
        return [{**check, "what": "check", "name": check["what"]} for check in json.loads(file.read_text())["checks"]]
    return [json.loads(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


def last_line(log, code):
    lines = log.read_text(errors="replace").strip().splitlines() or ["no message"]
    ended = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"{lines[-1][:300]} ({ended})"


def main():
    # ended from outside, a step's process is ended too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = arguments()
    complete = Driver(options).drive()
    print(f"The report is in {options.out}/report.md and report.json")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
