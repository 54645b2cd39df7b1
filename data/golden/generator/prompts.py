"""The prompts of the golden checkpoints: one token to about two hundred."""

import json
from pathlib import Path

from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import render_jinja_template

from .layout import corpus_text

CHAT = [{"role": "user", "content": "Is this safe?\n```java\nString q = \"SELECT * FROM t WHERE id = \" + id;\n```"}]


def prompts_of(folder: Path) -> list[dict]:
    """Name and text of each prompt; the chat prompts use the checkpoint's own template."""
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    java, go, patch = (corpus_text(n) for n in ("LedgerService.java", "pool.go", "fix-lock.patch"))
    texts = {
        "one token": "the",
        "two words": "for (",
        "a signature": "def average(values, seen=[]):\n",
        "unicode": "// Größe 修复 👩‍💻\n",
        "python": corpus_text("fetch_orders.py")[:140],
        "chat": _chat(settings, CHAT),
        "go": go[go.index("func (p *Pool) Get"):][:330],
        "java": java[java.index("  public synchronized void post"):][:420],
        "chat with a patch": _chat(settings, [
            {"role": "system", "content": "You review patches."},
            {"role": "user", "content": "Review this change:\n" + patch[patch.index("@@"):][:300]}]),
    }
    return [{"name": name, "text": text} for name, text in texts.items()]


def _chat(settings: dict, messages: list[dict]) -> str:
    rendered, _ = render_jinja_template(
        conversations=[messages], chat_template=settings["chat_template"],
        add_generation_prompt=True, bos_token=settings["bos_token"],
        eos_token=settings["eos_token"])
    return rendered[0]


def prompt_ids(tokenizer: Tokenizer, prompt: dict) -> list[int]:
    return tokenizer.encode(prompt["text"], add_special_tokens=False).ids
