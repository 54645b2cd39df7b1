"""The decoder's archive on PyTorch: loaded by the calls that CallRecorder wrote down, and stepped as Java steps it."""

import json
import time
from dataclasses import dataclass

import torch

TYPES = {"float32": torch.float32, "uint8": torch.uint8}
GREEDY = [0.0, 0.0, 1.0, 0.0]  # temperature, top-k, top-p, uniform number
ALLOWS_ALL = -2
# To libtorch "cpu:0" is not the device "cpu", so what goes from one to the other is copied as to a GPU.
REHEARSAL = "cpu:0"


@dataclass
class Sequence:
    """A region of the cache: where it begins, how many positions it holds, its place among the recurrent states."""
    start: int
    length: int = 0
    state: int = 0


def synchronized(device):
    """Now, once the device has done what was asked of it."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.perf_counter()


class Decoder:
    """device: cuda:0, or cpu:0 to rehearse. The archive is that of the kit's entry, on a processor the plain one."""

    def __init__(self, kit, entry, device):
        torch.set_grad_enabled(False)
        # as Java does: it would specialise on every new shape
        torch._C._set_graph_executor_optimize(False)
        self.kit, self.entry, self.device = kit, entry, device
        archive = entry["decoder"] if device.startswith("cuda") else "decoders/processor.pt"
        self.module = torch.jit.load(str(kit / archive), map_location="cpu")
        self.at_once = "there is no kernel for all sequences"

    def load(self, folder, positions=None):
        """Makes the calls; files are those of the folder. Another number of positions may replace that of the calls."""
        tensors = (self.kit / self.entry["calls"] / "tensors.bin").read_bytes()
        with (self.kit / self.entry["calls"] / "calls.jsonl").open() as lines:
            for line in lines:
                method, *arguments = json.loads(line)
                if method == "map_file":
                    arguments[0] = str(folder / arguments[0])
                elif method == "allocate" and positions:
                    arguments[0] = positions
                arguments = [self.argument(each, tensors) for each in arguments]
                if method == "attend_at_once":
                    self.attend_at_once(*arguments)
                else:
                    getattr(self.module, method)(*arguments)
        return synchronized(self.device)

    def argument(self, value, tensors):
        if value == "cuda:0":
            return self.device
        if not isinstance(value, dict):
            return value
        type = TYPES[value["type"]]
        count = torch.Size(value["shape"]).numel()
        return torch.frombuffer(bytearray(tensors), dtype=type, count=count, offset=value["at"]).view(value["shape"])

    def attend_at_once(self, device, bound):
        """Where there is no such kernel, or it is wrong, attention goes sequence by sequence."""
        try:
            error = self.module.attend_at_once(device, bound)
            self.at_once = f"off by {error:.3g} of {bound} allowed{'' if error <= bound else ': NOT USED'}"
        except RuntimeError as failure:
            self.at_once = "one sequence after the other: " + str(failure).strip().splitlines()[-1]

    def batch(self, runs):
        """What the decoder's methods take for runs of a sequence and its tokens, of which single ones come first; and
        where each run's last token is."""
        numbers, regions, last = [], [], []
        for sequence, tokens in runs:
            held = sequence.length
            numbers += [(token, held + i, sequence.start + held + i) for i, token in enumerate(tokens)]
            regions += [sequence.start, held, len(tokens), sequence.state]
            last.append(len(numbers) - 1)
            sequence.length += len(tokens)
        singles = sum(len(tokens) == 1 for _, tokens in runs)
        return (torch.tensor(numbers).t().contiguous(), regions, singles, []), last

    def logits(self, sequence, tokens):
        """[tokens, vocabulary]"""
        inputs, _ = self.batch([(sequence, tokens)])
        return self.module.logits(*inputs, torch.arange(len(tokens)))

    def step(self, runs):
        """Appends each run's tokens; the most likely token after each run, in the order of the runs."""
        order = sorted(range(len(runs)), key=lambda i: len(runs[i][1]) > 1)
        inputs, last = self.batch([runs[i] for i in order])
        rows = len(runs)
        chosen = self.module.step(
            *inputs, torch.tensor(last), torch.empty([2, 0], dtype=torch.int64), [1.0] * rows, [ALLOWS_ALL] * rows,
            torch.empty([0], dtype=torch.int64), [0] * rows, GREEDY * rows)
        if not torch.isfinite(chosen).all():
            raise ArithmeticError("logits are not numbers")
        tokens = chosen[0].long().tolist()
        return [token for _, token in sorted(zip(order, tokens))]

    def copy(self, sequence, start):
        """A sequence elsewhere in the cache that holds the same."""
        self.module.move(sequence.start, start, sequence.length)
        return Sequence(start, sequence.length)
