"""The steps of drive.py, each in a process of its own: steps.py NAME OPTIONS, an object of JSON.

What is found is appended to a file, a line of JSON at a time: a step that is ended loses nothing it has found.
"""

import base64
import importlib.util
import json
import os
import platform
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from decoder import REHEARSAL, Decoder, Sequence, synchronized

KIT = Path(__file__).resolve().parent
TURNS = 3
AGREED = 64  # tokens of the prompt after which we and transformers choose


class Step:
    """The options as attributes, and where findings go."""

    def __init__(self, options):
        self.__dict__.update(options)
        self.context, self.decode_steps, self.prompt = self.context[0], self.decode_steps[0], self.prompt[0]
        self.kit = json.loads((KIT / "kit.json").read_text())
        self.cuda = self.device.startswith("cuda")
        if not self.cuda:
            torch.set_num_threads(1)  # for models this small a second one costs more than it brings

    def tell(self, what, **figures):
        with open(self.findings, "a") as file:
            file.write(json.dumps({"what": what, **figures}) + "\n")

    def shaped(self):
        return next(shape for shape in self.kit["shapes"] if shape["name"] == self.shape)

    def memory(self):
        if self.cuda:
            free, total = torch.cuda.mem_get_info()
            self.tell("memory", allocated=torch.cuda.memory_allocated(), peak=torch.cuda.max_memory_allocated(),
                      used_on_device=total - free)

    def best(self, turn):
        """Seconds of the best of some turns, after one that warms up."""
        turn()
        seconds = []
        for _ in range(TURNS):
            begin = synchronized(self.device)
            turn()
            seconds.append(synchronized(self.device) - begin)
        return min(seconds)

    def try_each(self, phases):
        """Tells what went wrong with a phase and goes on, unless the device refuses everything from then on."""
        for what, phase in phases:
            try:
                phase()
            except Exception as failure:
                self.tell("failed", phase=what, reason=reason(failure))
                torch.zeros(1, device=self.device).add_(1).cpu()
                if self.cuda:
                    torch.cuda.empty_cache()


def reason(failure):
    """The last line of what libtorch says, which begins with the interpreter's."""
    lines = str(failure).strip().splitlines() or [""]
    told = next((line for line in lines if "out of memory" in line), lines[-1])
    return f"{type(failure).__name__}: {told[:300]}"


def made_up(count, vocabulary, other=0):
    return [(100 + 7919 * (i + other)) % vocabulary for i in range(count)]


# ---- the machine ----


def machine(step):
    step.tell("machine", torch=torch.__version__, cuda=torch.version.cuda, device=step.device,
              name=torch.cuda.get_device_name() if step.cuda else processor(), processors=len(os.sched_getaffinity(0)),
              memory=torch.cuda.mem_get_info()[1] if step.cuda else None, python=platform.python_version())
    size, numbers = (8192, 1 << 30) if step.cuda else (1024, 1 << 26)
    a = torch.ones([size, size], dtype=torch.bfloat16, device=step.device)
    step.tell("floor", name="bf16 product, TFLOP/s", value=2 * size ** 3 / step.best(lambda: a @ a) / 1e12)
    x = torch.zeros([numbers], dtype=torch.bfloat16, device=step.device)
    y = torch.empty_like(x)
    step.tell("floor", name="copy on the device, read and written, GB/s",
              value=4 * numbers / step.best(lambda: y.copy_(x)) / 1e9)
    if step.cuda:
        pinned = torch.zeros([1 << 28], dtype=torch.uint8).pin_memory()
        z = torch.empty_like(pinned, device=step.device)
        step.tell("floor", name="copy from pinned memory, GB/s",
                  value=(1 << 28) / step.best(lambda: z.copy_(pinned, non_blocking=True)) / 1e9)


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


# ---- golden checkpoints ----


def golden(step):
    step.try_each((entry["name"], lambda entry=entry: compared(step, entry)) for entry in step.kit["golden"]
                  if (entry["name"].split(" ", 1)[1] in step.first) == (step.which == "first"))


def compared(step, entry):
    folder = KIT / entry["checkpoint"]
    expected = json.loads((folder / "expected.json").read_text())
    decoder = Decoder(KIT, entry, step.device)
    decoder.load(folder)
    prompts = expected["prompts"]
    largest = relative = 0.0
    for prompt in prompts:
        found = decoder.logits(Sequence(0), prompt["ids"])
        pairs = [(found[-1], floats(prompt["logits"]))]
        if "all_logits" in prompt:
            pairs.append((found.flatten(), floats(prompt["all_logits"])))
        for mine, right in pairs:
            off = (mine - right).double()
            # a NaN stays one
            largest = max(off.abs().max().item(), largest, key=lambda error: (error != error, error))
            relative = max((off.norm() / right.double().norm()).item(), relative)
    answers = answered(decoder, prompts)
    same = sum(mine == right for answer, prompt in zip(answers, prompts) for mine, right in zip(answer, prompt["greedy"]))
    tokens = sum(len(prompt["greedy"]) for prompt in prompts)
    error = relative if entry["relative"] else largest
    passed = error <= entry["bound"] and (same == tokens or not entry["same_tokens"])
    step.tell("golden", name=entry["name"], passed=passed, largest=largest, relative=relative, bound=entry["bound"],
              bound_is_relative=entry["relative"], same_tokens=same, tokens=tokens, at_once=decoder.at_once)


def floats(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)


def answered(decoder, prompts, chunk=37):
    """Greedy answers of 64 tokens to all prompts side by side. Prompts are read in chunks, so some sequences write
    while others are still read."""
    room = max(len(prompt["ids"]) for prompt in prompts) + 64
    sequences = [Sequence(i * room, state=i) for i in range(len(prompts))]
    rest = [prompt["ids"] for prompt in prompts]
    answers = [[] for _ in prompts]
    while active := [i for i, answer in enumerate(answers) if len(answer) < len(prompts[i]["greedy"])]:
        chosen = decoder.step([(sequences[i], rest[i][:chunk]) for i in active])
        for i, token in zip(active, chosen):
            rest[i] = rest[i][chunk:]
            if not rest[i]:
                answers[i].append(token)
                # the answer that is right goes on, so that one near tie does not change all that follows
                rest[i] = [prompts[i]["greedy"][len(answers[i]) - 1]]
    return answers


# ---- made-up weights ----


def weights(step):
    """Fills the file of the inherited descriptor: the same seed gives the same numbers on the same kind of device."""
    shape = step.shaped()
    header = (KIT / shape["folder"] / "header.safetensors").read_bytes()
    numbers = json.loads((KIT / shape["folder"] / "numbers.json").read_text())
    begin = time.perf_counter()
    file = torch.from_file(f"/proc/self/fd/{step.descriptor}", shared=True, size=shape["bytes"], dtype=torch.uint8)
    file[:len(header)] = torch.frombuffer(bytearray(header), dtype=torch.uint8)

    def fill(tensor):
        name, (first, end) = tensor
        made = torch.empty([(end - first) // 2], dtype=torch.bfloat16, device=step.device)
        seeded = torch.Generator(step.device).manual_seed(zlib.crc32(name.encode(), step.seed))
        made.normal_(numbers[name]["mean"], numbers[name]["deviation"], generator=seeded)
        file[len(header) + first:len(header) + end].view(torch.bfloat16).copy_(made)

    tensors = {name: entry["data_offsets"] for name, entry in json.loads(header[8:]).items() if name != "__metadata__"}
    with ThreadPoolExecutor(min(8, len(os.sched_getaffinity(0)))) as threads:
        list(threads.map(fill, tensors.items()))
    step.tell("weights", bytes=shape["bytes"], tensors=len(tensors), seconds=time.perf_counter() - begin)


def linked(step):
    """The folder of the made-up weights, as transformers takes it too."""
    folder = Path(step.scratch) / step.shape
    folder.mkdir(exist_ok=True)
    for name, target in [("config.json", KIT / step.shaped()["folder"] / "config.json"),
                         ("model.safetensors", f"/proc/self/fd/{step.descriptor}")]:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
    return folder


def ours(step):
    shape, most = step.shaped(), max(step.sequences)
    each = step.context + (1 + TURNS) * step.decode_steps + 2
    folder = linked(step)
    begin = time.perf_counter()
    decoder = Decoder(KIT, shape, step.device)
    archive = time.perf_counter()
    loaded = decoder.load(folder, positions=(most + 1) * each + 2 * step.prompt)
    step.tell("load", seconds=loaded - archive, bytes=shape["weight_bytes"], archive_seconds=archive - begin)
    step.tell("attention", at_once=decoder.at_once)
    step.memory()
    room, behind = most * each, Sequence(most * each)
    vocabulary = shape["vocabulary"]

    def agreement():
        found = decoder.logits(Sequence(room), made_up(AGREED, vocabulary))
        step.tell("best tokens", ids=found.argmax(1).tolist())

    def read(length, chunk, sequence):
        for done in range(0, length, chunk):
            decoder.step([(sequence, made_up(min(chunk, length - done), vocabulary, done))])

    def prefill(chunk):
        seconds = step.best(lambda: read(step.prompt, chunk, Sequence(room)))
        step.tell("prefill", tokens=step.prompt, step_tokens=chunk, seconds=seconds)

    def started(count):
        behind.length = 0
        read(step.context, 512, behind)
        return [decoder.copy(behind, i * each) for i in range(count)]

    def write(sequences):
        for i in range(step.decode_steps):
            decoder.step([(sequence, [(100 + 7919 * (i + n)) % vocabulary]) for n, sequence in enumerate(sequences)])

    def decode(count):
        sequences = started(count)
        seconds = step.best(lambda: write(sequences))
        step.tell("decode", sequences=count, context=step.context, step_seconds=seconds / step.decode_steps)

    def launches(count):
        sequences = started(count)
        decoder.step([(sequence, [100 + n]) for n, sequence in enumerate(sequences)])
        profiled(step, count, lambda: decoder.step([(each, [100 + n]) for n, each in enumerate(sequences)]))

    step.try_each([("best tokens", agreement),
                   *((f"decode of {count}", lambda count=count: decode(count)) for count in step.sequences),
                   *((f"prefill by {chunk}", lambda chunk=chunk: prefill(chunk)) for chunk in step.chunks),
                   *((f"launches of {count}", lambda count=count: launches(count)) for count in step.sequences),
                   ("memory", step.memory)])


def profiled(step, count, turn):
    """Operators of a step and, on a GPU, kernels: what was launched, and how long the GPU computed."""
    kinds = [torch.profiler.ProfilerActivity.CPU] + [torch.profiler.ProfilerActivity.CUDA] * step.cuda
    with torch.profiler.profile(activities=kinds) as profile:
        turn()
        synchronized(step.device)
    events = profile.events()
    on_gpu = [event for event in events if str(event.device_type).endswith("CUDA")]
    kernels = [event for event in on_gpu if not event.name.startswith(("Memcpy", "Memset"))]
    busy = {}
    for event in kernels:
        busy[event.name] = busy.get(event.name, 0) + event.time_range.elapsed_us() / 1e6
    longest = sorted(busy.items(), key=lambda pair: -pair[1])[:8]
    step.tell("launches", sequences=count, kernels=len(kernels) if step.cuda else None,
              copies=len(on_gpu) - len(kernels) if step.cuda else None,
              operators=sum(event.name.startswith("aten::") for event in events if event not in on_gpu),
              kernel_seconds=sum(busy.values()) if step.cuda else None,
              longest=[{"kernel": name[:120], "seconds": seconds} for name, seconds in longest])


def peer(step):
    """transformers, with the same weights and the same phases."""
    import transformers
    shape, device = step.shaped(), step.device if step.cuda else "cpu"
    # where accelerate is installed, tensors go to the device as they are read
    placed = {"device_map": device} if importlib.util.find_spec("accelerate") else {}
    begin = time.perf_counter()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        linked(step), dtype=torch.bfloat16, attn_implementation="sdpa", **placed).eval().to(device)
    step.tell("load", seconds=synchronized(step.device) - begin, bytes=shape["weight_bytes"],
              version=transformers.__version__)
    step.memory()

    def ids(tokens):
        return torch.tensor([tokens], device=model.device)

    def agreement():
        step.tell("best tokens", ids=model(ids(made_up(AGREED, shape["vocabulary"]))).logits[0].argmax(1).tolist())

    def prefill():
        tokens = ids(made_up(step.prompt, shape["vocabulary"]))
        seconds = step.best(lambda: model(tokens, use_cache=True, logits_to_keep=1))
        step.tell("prefill", tokens=step.prompt, step_tokens=step.prompt, seconds=seconds)

    def decode(count):
        made = model(ids(made_up(step.context, shape["vocabulary"])), use_cache=True, logits_to_keep=1)
        cache = made.past_key_values
        cache.batch_repeat_interleave(count)
        token = made.logits[:, -1:].argmax(-1).expand(count, 1)

        def write():
            nonlocal token
            for _ in range(step.decode_steps):
                token = model(token, past_key_values=cache, use_cache=True).logits[:, -1:].argmax(-1)

        step.tell("decode", sequences=count, context=step.context, step_seconds=step.best(write) / step.decode_steps)

    step.try_each([("best tokens", agreement),
                   *((f"decode of {count}", lambda count=count: decode(count)) for count in step.sequences),
                   ("prefill", prefill), ("memory", step.memory)])


STEPS = {"machine": machine, "golden": golden, "weights": weights, "ours": ours, "transformers": peer}


def main():
    options = json.loads(sys.argv[2])
    if options["device"] == "auto":
        options["device"] = "cuda:0" if torch.cuda.is_available() else REHEARSAL
    with torch.inference_mode():
        STEPS[sys.argv[1]](Step(options))


if __name__ == "__main__":
    main()
