"""Turns a guest's reply mail into an entry of the cabin's guestbook."""
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

MAX_ENTRY = 4000
SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n{3,}")


class NotAnEntry(ValueError):
    """The mail holds nothing that could be shown in the guestbook."""


@dataclass(frozen=True)
class Entry:
    author: str
    text: str


def _plain_text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        raise NotAnEntry("the mail has no text part")
    try:
        return part.get_content()
    except LookupError as exc:
        raise NotAnEntry("the text has an unknown charset") from exc


def clean_body(text: str) -> str:
    """The guest's own words: no quoted lines, no signature."""
    text = text.replace("\r\n", "\n")
    text = re.sub(r"^>.*\n?", "", text, re.MULTILINE)
    signature = SIGNATURE.search(text)
    if signature is not None:
        text = text[: signature.start()]
    return BLANK_LINES.sub("\n\n", text).strip()


def read_entry(raw: bytes) -> Entry:
    message = message_from_bytes(raw, policy=policy.default)
    name, address = parseaddr(message.get("From", ""))
    author = name or address.partition("@")[0]
    if not author:
        raise NotAnEntry("the mail has no sender")
    text = clean_body(_plain_text(message))
    if not text:
        raise NotAnEntry("the mail is empty")
    if len(text) > MAX_ENTRY:
        text = text[: MAX_ENTRY - 1].rstrip() + "…"
    return Entry(author=author, text=text)
