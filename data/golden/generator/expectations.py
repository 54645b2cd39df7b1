"""What transformers computes for a model and some prompts: logits, greedy text, distributions."""

import copy

import torch
from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from .layout import floats

GREEDY_TOKENS = 64
ALL_POSITIONS = 2  # for so many of the prompts the logits of every position are kept
PENALTY = 1.1
SAMPLERS = [
    {"temperature": 0.7, "top_k": 20, "top_p": 0.8},
    {"temperature": 0.6, "top_k": 20, "top_p": 0.95},
    {"temperature": 1.0, "top_k": 5, "top_p": 1.0},
    {"temperature": 1.5, "top_k": 0, "top_p": 0.9},
    {"temperature": 0.7, "top_k": 20, "top_p": 0.8, "repetition_penalty": 1.3},
]


@torch.no_grad()
def all_logits(model, ids: list[int]) -> torch.Tensor:
    """Logits of every position, [tokens, vocabulary]."""
    return model(input_ids=torch.tensor([ids])).logits[0].float()


@torch.no_grad()
def greedy(model, ids: list[int], penalty: float = 1.0, stop_below: float = 0.0):
    """The greedy tokens (end tokens are tokens like any other) and the smallest margin on the way."""
    process = RepetitionPenaltyLogitsProcessor(penalty) if penalty != 1.0 else None
    tokens, margin, cache = [], float("inf"), None
    step = torch.tensor([ids])
    for _ in range(GREEDY_TOKENS):
        output = model(input_ids=step, past_key_values=cache, use_cache=True)
        cache, scores = output.past_key_values, output.logits[:, -1].float()
        if process is not None:
            scores = process(torch.tensor([ids + tokens]), scores)
        best = torch.topk(scores[0], 2)
        margin = min(margin, (best.values[0] - best.values[1]).item())
        if margin < stop_below:
            break
        tokens.append(best.indices[0].item())
        step = torch.tensor([[tokens[-1]]])
    return tokens, margin


def smallest_margin(model, prompts: list[list[int]], needed: float) -> float:
    """The smallest margin over all prompts, or the first one that is below what is needed."""
    margin, runs = float("inf"), [(ids, 1.0) for ids in prompts] + [(penalised(prompts), PENALTY)]
    for ids, penalty in runs:
        tokens, lowest = greedy(model, ids, penalty, stop_below=needed)
        margin = min(margin, lowest if _varied(tokens, lowest > needed) else 0.0)
        if margin <= needed:
            break
    return margin


@torch.no_grad()
def routing_margin(model, prompts: list[list[int]]) -> float:
    """How far the router logit of a token's last expert is above that of the next one, at least.

    Over all positions of the prompts and their greedy tokens; infinite without experts.
    """
    margins, count = [], getattr(model.config, "num_experts_per_tok", 0)

    def measure(module, inputs, logits):
        best = logits.float().topk(count + 1).values
        margins.append((best[..., -2] - best[..., -1]).min().item())

    gates = [module for name, module in model.named_modules() if name.endswith("mlp.gate")]
    hooks = [gate.register_forward_hook(measure) for gate in gates]
    for ids in prompts if gates else []:
        all_logits(model, ids + greedy(model, ids)[0])
    for hook in hooks:
        hook.remove()
    return min(margins, default=float("inf"))


def bf16_error(model, prompts: list[list[int]]) -> float:
    """The largest distance of a last logit in bfloat16 arithmetic from the one in float32."""
    half = copy.deepcopy(model).to(torch.bfloat16)
    return max((all_logits(half, ids)[-1] - all_logits(model, ids)[-1]).abs().max().item()
               for ids in prompts)


def _varied(tokens: list[int], complete: bool) -> bool:
    """Whether the text is no short loop."""
    return not complete or len(set(tokens)) >= GREEDY_TOKENS // 3


def penalised(prompts: list) -> list:
    return prompts[4]


def distribution(logits: torch.Tensor, ids: list[int], sampler: dict) -> dict:
    """Ids and probabilities that remain after the warpers, the most probable first."""
    warpers = LogitsProcessorList()
    if "repetition_penalty" in sampler:
        warpers.append(RepetitionPenaltyLogitsProcessor(sampler["repetition_penalty"]))
    warpers.append(TemperatureLogitsWarper(sampler["temperature"]))
    if sampler["top_k"] > 0:
        warpers.append(TopKLogitsWarper(sampler["top_k"]))
    if sampler["top_p"] < 1.0:
        warpers.append(TopPLogitsWarper(sampler["top_p"]))
    probabilities = warpers(torch.tensor([ids]), logits[None].clone()).softmax(-1)[0]
    left = torch.argsort(probabilities, descending=True, stable=True)
    left = left[: int((probabilities > 0).sum())]
    return sampler | {"ids": left.tolist(), "probabilities": floats(probabilities[left])}


def _samplers(model, ids: list[int], tokens: list[int]) -> dict:
    """The distributions after the first context at which every sampler has something to do."""
    for length in range(1, len(tokens)):
        context = ids + tokens[:length]
        logits = all_logits(model, context)[-1]
        distributions = [distribution(logits, context, sampler) for sampler in SAMPLERS]
        kept = [entry["ids"] for entry in distributions]
        if len(kept[0]) >= 4 and len(kept[0]) < len(kept[1]) < 20 and kept[4] != kept[0]:
            return {"context": context, "logits": floats(logits), "distributions": distributions}
    raise AssertionError("no context shows what the samplers do")


def expectations(model, prompts: list[dict], ids: list[list[int]], bf16: bool) -> dict:
    """Everything that is recorded for a model; arrays are base64 of little-endian float32."""
    half = copy.deepcopy(model).to(torch.bfloat16) if bf16 else None
    entries = [_entry(model, half, *prompt, keep_all=1 <= n <= ALL_POSITIONS)
               for n, prompt in enumerate(zip(prompts, ids))]
    expected = {"vocabulary": model.config.vocab_size, "prompts": entries,
                "smallest_margin": min(entry["margin"] for entry in entries)}
    if bf16:
        expected["bf16_largest_error"] = max(entry["bf16_largest_error"] for entry in entries)
        chosen, chosen_ids = penalised(prompts), penalised(ids)
        tokens, margin = greedy(model, chosen_ids, PENALTY)
        expected["repetition_penalty"] = {
            "prompt": chosen["name"], "penalty": PENALTY, "tokens": tokens, "margin": margin}
        expected["samplers"] = _samplers(model, chosen_ids, tokens)
    return expected


def _entry(model, half, prompt: dict, ids: list[int], keep_all: bool) -> dict:
    logits = all_logits(model, ids)
    tokens, margin = greedy(model, ids)
    entry = prompt | {"ids": ids, "greedy": tokens, "margin": margin, "logits": floats(logits[-1])}
    if keep_all:
        entry["all_logits"] = floats(logits)
    if half is not None:
        rounded = all_logits(half, ids)[-1]
        entry["bf16_logits"] = floats(rounded)
        entry["bf16_largest_error"] = (rounded - logits[-1]).abs().max().item()
    return entry
