"""Errors that a user can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_JAVA_NAME = "org.codeaudit.AuditException"

# How Spark Connect hands on an exception of the server: its class, its message, and then its stack.
_CONNECT = re.compile(rf"\({re.escape(_JAVA_NAME)}\) (.*?)(?:\n\nJVM stacktrace:|\Z)", re.DOTALL)


class CodeAuditError(Exception):
    """What could not be done, why, and how to fix it, in one paragraph."""

    @classmethod
    def of(cls, what: str, why: str, fix: str) -> CodeAuditError:
        """An error whose message is the three as sentences."""
        return cls(" ".join(text if text.endswith((".", "?")) else text + "." for text in (what, why, fix)))


@contextmanager
def errors_of_the_jar() -> Iterator[None]:
    """Raises what the jar says to users as ``CodeAuditError``; other exceptions pass as they are.

    Without the stack of the JVM, which is some hundred lines in which the message is lost.
    """
    try:
        yield
    except Exception as error:
        message = _message(error)
        if message is None:
            raise
        raise CodeAuditError(message) from None


def _message(error: Exception) -> str | None:
    """What the jar says, if the error comes from it."""
    cause: Any = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    while cause is not None:
        if cause.getClass().getName() == _JAVA_NAME:
            return str(cause.getMessage())
        cause = cause.getCause()
    found = _CONNECT.search(str(error))
    return found.group(1).strip() if found else None
