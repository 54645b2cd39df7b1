"""Renders the chat templates of this folder as transformers does and records every result."""

import copy

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

from .layout import TEMPLATES, write_json
from .template_messages import CONVERSATIONS, EXPRESSIONS, OWN_CONVERSATIONS, VALUES

CHAT_TEMPLATES = ["default-system.jinja", "tools-json.jinja", "thinking.jinja", "tools-xml.jinja"]


def render(source: str, case: dict) -> str:
    """The text that transformers' apply_chat_template gives for a case."""
    rendered, _ = render_jinja_template(
        conversations=[copy.deepcopy(case["messages"])],
        chat_template=source,
        tools=copy.deepcopy(case.get("tools")),
        add_generation_prompt=case.get("add_generation_prompt", False),
        **copy.deepcopy(case.get("variables", {})),
    )
    return rendered[0]


def template_source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").removesuffix("\n")


def with_result(source: str, case: dict) -> dict:
    """The case with its expected text, or with the words of the error that rendering raises."""
    try:
        return case | {"expected": render(source, case)}
    except jinja2.exceptions.TemplateError as error:
        return case | {"error": str(error)}


def conversation_cases(name: str) -> list[dict]:
    """All conversations that a chat template can take."""
    cases = []
    for conversation in CONVERSATIONS:
        case = {"name": f"{name}: {conversation['name']}", "level": "core", "template": name}
        case |= {k: v for k, v in conversation.items() if k not in ("name", "only")}
        if name in conversation.get("only", CHAT_TEMPLATES):
            cases.append(with_result(template_source(name), case))
    return cases


def _other_cases() -> list[dict]:
    cases = []
    for name, own in OWN_CONVERSATIONS.items():
        for case in own:
            full = {"name": f"{name}: {case['name']}", "level": "core", "template": name}
            full |= {k: v for k, v in case.items() if k != "name"}
            cases.append(with_result(template_source(name), full))
    for level, sources in EXPRESSIONS.items():
        for source in sources:
            case = {"name": source, "level": level, "source": source} | VALUES
            cases.append(with_result(source, case))
    return cases


def make() -> int:
    """Writes templates/cases.json; returns the number of cases."""
    cases = [case for name in CHAT_TEMPLATES for case in conversation_cases(name)] + _other_cases()
    errors = [case for case in cases if "error" in case]
    assert all(case["template"] == "strict.jinja" for case in errors if "template" in case), errors
    write_json(TEMPLATES / "cases.json", {
        "transformers": transformers.__version__, "jinja2": jinja2.__version__, "cases": cases})
    return len(cases)
