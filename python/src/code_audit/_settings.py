"""Settings of the functions that ask the model: keywords of Python as keys of a session."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ._errors import CodeAuditError, errors_of_the_jar

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PREFIX = "spark.codeaudit."

# The settings of a session are set for a moment and read by the jar: two threads must not mix theirs.
_one_at_a_time = threading.Lock()


def keys(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings by their keys: ``max_new_tokens=256`` is ``spark.codeaudit.maxNewTokens`` = ``256``.

    Which there are the jar knows, and names the nearest one to what it does not know. A setting that is None is
    left to the session.
    """
    return {PREFIX + _camel_case(name): _text(name, value) for name, value in settings.items() if value is not None}


def local_path(path: str) -> str:
    """The absolute form of a path that exists here, since the JVM keeps the working folder it was started in."""
    expanded = os.path.expanduser(path)
    return os.path.abspath(expanded) if os.path.exists(expanded) else path


def is_remote(spark: SparkSession) -> bool:
    """Whether the session is one of Spark Connect."""
    return type(spark).__module__.startswith("pyspark.sql.connect")


def asking(
    spark: SparkSession, model: object | None, settings: Mapping[str, Any], build: Callable[[], DataFrame]
) -> DataFrame:
    """The data frame that ``build`` makes, with the settings, which the session has no longer afterwards.

    Raises:
        CodeAuditError: If no model is named, or the jar refuses a setting.
    """
    wanted = keys({**settings, "model": model})
    with _one_at_a_time:
        if PREFIX + "model" not in wanted and not spark.conf.get(PREFIX + "model", None):
            raise CodeAuditError.of(
                "No model is named",
                "Neither the argument model nor the session's setting spark.codeaudit.model is given",
                "Pass model=…: a Hugging Face folder, a GGUF file, a known name such as qwen2.5-coder-1.5b, or default",
            )
        before = {key: spark.conf.get(key, None) for key in wanted}
        try:
            for key, value in wanted.items():
                spark.conf.set(key, value)
            with errors_of_the_jar():
                return _held(spark, build()) if is_remote(spark) else build()
        finally:
            for key, earlier in before.items():
                if earlier is None:
                    spark.conf.unset(key)
                else:
                    spark.conf.set(key, earlier)


def _held(spark: SparkSession, frame: DataFrame) -> DataFrame:
    """The same data frame with its settings fixed.

    Spark Connect analyses a data frame anew whenever it is used, with the settings of that moment; a view is
    analysed when it is made.
    """
    name = "code_audit_" + uuid.uuid4().hex
    frame.createOrReplaceTempView(name)
    return spark.table(name)


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return json.dumps(list(value))
    if isinstance(value, os.PathLike):
        return local_path(os.fspath(value))
    if not isinstance(value, (str, int, float)):
        raise CodeAuditError.of(
            f"The setting {name} cannot be used",
            f"It is of the type {type(value).__name__}",
            "Pass a text, a number or a list",
        )
    # A name without a folder is looked up by the jar first, among the models it knows.
    is_path = isinstance(value, str) and name in ("model", "prompt") and (os.sep in value or value.startswith("~"))
    return local_path(str(value)) if is_path else str(value)
