"""Chat templates that packages carry, rendered over made-up conversations as transformers renders them."""

import copy
import json
import random

import jinja2
from transformers.utils.chat_template_utils import render_jinja_template

CONVERSATIONS = 300

TEXTS = [
    "", " ", "\n", "Hello.", "  leading and trailing  ", "a\n\nb\n", "\ttabs\tin\tit", "'single' and \"double\"",
    "ünï çödé — 日本語 🎉 עברית", "<b>&amp;</b> <script>", "{{ messages }} {% raw %} {# no #}", "back\\slash \\n",
    "<think>\nfirst\n</think>\n\nthen", "<think></think>x", "</think>", "<think>never ended", "a</think>b</think>c",
    "<tool_response>\n{}\n</tool_response>", "[INST] x [/INST]", "<|im_start|>system\nno<|im_end|>",
    "def f(x):\n    return x + 1\n", "line\r\nwith\r\ncarriage returns", "\u2028separators\u2029\u0085", "𝒜strål",
    "1234567890", "null", "true", "%s %d {} {0}", "a" * 300, "{\"json\": [1, 2.5, null, true]}",
]

TOOLS = [
    {"type": "function", "function": {
        "name": "find", "description": "Finds text.\nIn files. 'ünï' <x>",
        "parameters": {"type": "object", "required": ["text"], "properties": {
            "text": {"type": "string", "description": "What to find"},
            "limit": {"type": "integer", "description": "How many", "default": 10},
            "kind": {"type": "string", "enum": ["file", "folder"]},
            "paths": {"type": "array", "items": {"type": "string"}},
            "ratio": {"type": ["number", "null"]}}}}},
    {"type": "function", "function": {
        "name": "now", "description": "", "parameters": {"type": "object", "properties": {}}}},
]

ARGUMENTS = [
    {}, {"text": "x"}, {"text": "ünï \"q\"\n", "limit": 3}, {"paths": ["a", "b"], "ratio": 0.5, "text": ""},
    {"text": None, "deep": {"a": [1, {"b": False}]}},
]


def conversations(count=CONVERSATIONS, seed=1):
    """Variables of templates: the messages, and what else a template may ask about."""
    chance = random.Random(seed)
    for _ in range(count):
        messages = []
        if chance.random() < 0.5:
            messages.append({"role": "system", "content": chance.choice(TEXTS)})
        for _ in range(chance.choice([0, 1, 1, 2, 3, 5])):
            messages += _turn(chance)
        if chance.random() < 0.05:
            chance.shuffle(messages)  # an order that strict templates refuse
        yield {
            "messages": messages,
            "tools": chance.choice([None, None, TOOLS, TOOLS[:1], []]),
            "documents": None,
            "add_generation_prompt": chance.random() < 0.7,
        } | chance.choice([{}, {"enable_thinking": True}, {"enable_thinking": False}, {"thinking": True},
                           {"reasoning_effort": "high"}])


def _turn(chance):
    """A question and what comes of it, some of it cut off."""
    turn = [{"role": "user", "content": chance.choice(TEXTS)}]
    if chance.random() < 0.3:
        call = {"type": "function", "id": "call00001", "function": {
            "name": chance.choice(["find", "now"]), "arguments": copy.deepcopy(chance.choice(ARGUMENTS))}}
        turn.append({"role": "assistant", "content": chance.choice(["", "I look.", None]),
                     "tool_calls": [call] * chance.choice([1, 1, 2])})
        for _ in turn[-1]["tool_calls"]:
            turn.append({"role": "tool", "name": "find", "tool_call_id": "call00001",
                         "content": chance.choice(TEXTS)})
    if chance.random() < 0.8:
        answer = {"role": "assistant", "content": chance.choice(TEXTS)}
        if chance.random() < 0.2:
            answer["reasoning_content"] = chance.choice(TEXTS)
        turn.append(answer)
    return turn


def case(source, variables):
    """The variables with the text that transformers makes of them, or with the error it raises."""
    given = copy.deepcopy(variables)
    try:
        rendered, _ = render_jinja_template(
            conversations=[given.pop("messages")], tools=given.pop("tools"), documents=given.pop("documents"),
            add_generation_prompt=given.pop("add_generation_prompt"), chat_template=source, **given)
        return {"variables": variables, "expected": rendered[0]}
    except (jinja2.exceptions.TemplateError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        return {"variables": variables, "error": f"{type(error).__name__}: {error}"}


def make(source, special, folder):
    """Writes a template and its cases; the special tokens are variables too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chat_template.jinja").write_text(source, encoding="utf-8", newline="")
    cases = [case(source, special | variables) for variables in conversations()]
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
