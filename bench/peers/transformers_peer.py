"""Requests through Hugging Face transformers: FOLDER REQUESTS DTYPE THREADS BATCH; prints {"seconds": ...}.

A batch is static: it is padded on the left to its longest prompt and runs until its longest answer is whole. Requests
are sorted by length first, which is the best a static batch can have.
"""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM


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


def main():
    folder, file, dtype, threads, size = sys.argv[1:]
    torch.set_num_threads(int(threads))
    with open(file) as lines:
        requests = [json.loads(line) for line in lines]
    size = int(size)
    if size > 1:
        requests.sort(key=lambda request: len(request["prompt"]))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
    answer(model, [{"prompt": requests[0]["prompt"][::-1], "new_tokens": 4}])
    begin = time.perf_counter()
    for first in range(0, len(requests), size):
        answer(model, requests[first:first + size])
    print(json.dumps({"seconds": time.perf_counter() - begin, "rows": len(requests)}))


if __name__ == "__main__":
    with torch.inference_mode():
        main()
