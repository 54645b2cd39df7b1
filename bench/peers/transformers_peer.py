"""Requests through Hugging Face transformers: takes and prints the JSON that engines.py describes.

A batch is static: it is padded on the left to its longest prompt and runs until its longest answer is whole. Requests
of like length share a batch, which is the best a static batch can have.
"""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM

from order import batches

DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}


def batch_of(requests, padding):
    """Ids and attention mask [rows, longest]."""
    longest = max(len(request["prompt"]) for request in requests)
    ids = torch.full((len(requests), longest), padding)
    mask = torch.zeros_like(ids)
    for row, request in enumerate(requests):
        ids[row, longest - len(request["prompt"]):] = torch.tensor(request["prompt"])
        mask[row, longest - len(request["prompt"]):] = 1
    return ids, mask


def answer(model, requests):
    """Makes as many tokens as the longest answer has."""
    ids, mask = batch_of(requests, padding=0)
    count = max(request["new_tokens"] for request in requests)
    made = model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=count, min_new_tokens=count,
                          pad_token_id=0, temperature=None, top_p=None, top_k=None, repetition_penalty=1.0)
    assert made.shape[1] == ids.shape[1] + count


def workload(model, options):
    with open(options["requests"]) as lines:
        requests = [json.loads(line) for line in lines]
    answer(model, [{"prompt": requests[0]["prompt"][::-1], "new_tokens": 4}])
    rows = 0
    begin = time.perf_counter()
    for batch in batches(requests, options["at_once"]):
        if time.perf_counter() - begin > options["seconds"]:
            break
        answer(model, batch)
        rows += len(batch)
    return {"seconds": time.perf_counter() - begin, "rows": rows}


def decode(model, size, context, steps):
    """Tokens per second of a batch whose rows have a context of that length."""
    made = model(torch.randint(100, 30000, (1, context)), use_cache=True, logits_to_keep=1)
    cache = made.past_key_values
    cache.batch_repeat_interleave(size)
    token = made.logits[:, -1:].argmax(-1).expand(size, 1)
    begin = time.perf_counter()
    for _ in range(steps):
        token = model(token, past_key_values=cache, use_cache=True).logits[:, -1:].argmax(-1)
    return size * steps / (time.perf_counter() - begin)


def raw(model, wanted):
    prefill = 0
    for _ in range(2):
        ids = torch.randint(100, 30000, (1, wanted["prompt"]))
        begin = time.perf_counter()
        model(ids, use_cache=True, logits_to_keep=1)
        prefill = max(prefill, wanted["prompt"] / (time.perf_counter() - begin))
    return {"prefill": prefill,
            "decode": {size: decode(model, size, wanted["context"], wanted["steps"]) for size in wanted["decode"]}}


def main():
    options = json.loads(sys.argv[1])
    torch.set_num_threads(options["threads"])
    model = AutoModelForCausalLM.from_pretrained(options["model"], dtype=DTYPES[options["form"]]).eval()
    print(json.dumps(raw(model, options["raw"]) if "raw" in options else workload(model, options)))


if __name__ == "__main__":
    with torch.inference_mode():
        main()
