"""Results of simulation runs, which partner institutes hand in as pickles."""
from __future__ import annotations

import io
import pickle
from typing import Any

MAX_RESULT_BYTES = 8 * 1024 * 1024

PLAIN_TYPES = {
    ("builtins", "complex"),
    ("builtins", "frozenset"),
    ("builtins", "range"),
    ("builtins", "set"),
    ("collections", "OrderedDict"),
    ("datetime", "datetime"),
    ("datetime", "timezone"),
    ("datetime", "timedelta"),
}


class ResultRefused(Exception):
    """A file that is not a result as agreed with the institutes."""


class _PlainUnpickler(pickle.Unpickler):
    """Builds containers, numbers, texts and times."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN_TYPES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a result")


def read_result(upload: bytes) -> dict[str, Any]:
    if len(upload) > MAX_RESULT_BYTES:
        raise ResultRefused(f"a result has at most {MAX_RESULT_BYTES} bytes")
    try:
        result = _PlainUnpickler(io.BytesIO(upload)).load()
    except Exception as error:
        raise ResultRefused("not a result") from error
    if not isinstance(result, dict) or not isinstance(result.get("series"), list):
        raise ResultRefused("a result is a dict with a list named series")
    return result
