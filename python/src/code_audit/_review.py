"""Reviews and answers as lazy data frames, over the sources and functions of the jar."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._errors import CodeAuditError, errors_of_the_jar
from ._session import require
from ._settings import asking, local_path

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Path = str | os.PathLike[str]

_PATCHES = (".patch", ".diff", ".mbox")

# The columns of a change that say what is to be reviewed. The first two are the code.
_CHANGE = ("diff", "content", "language", "skip_reason", "error_class", "error_message")
_REVIEW = ("status", "findings", "error_class", "error_message", "prompt_tokens", "generated_tokens")
_GENERATION = (
    "text",
    "status",
    "error_class",
    "error_message",
    "finish_reason",
    "prompt_tokens",
    "generated_tokens",
)
_ANSWER = "code_audit_answer"

# Not whatever can be iterated over: a data frame of pandas would give the names of its columns.
_SEVERAL = (list, tuple, set, frozenset, Iterator)


def changes(
    spark: SparkSession,
    source: Path | Iterable[Path],
    *,
    mode: str | None = None,
    range: str | None = None,
    commits: int | str | None = None,
    format: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> DataFrame:
    """The changes or files of repositories or patches, one row for each file; nothing is asked.

    Args:
        spark: A session with the jar.
        source: A repository (path, folder of repositories, or address on a server), a patch file, or several of
            one kind.
        mode: ``diff`` for what commits changed (the default) or ``file`` for whole files.
        range: The commits ``A..B``.
        commits: The last so many commits, or ``all``.
        format: ``git`` or ``diff``. By default files, and names that end as those of patches, are patches, and all
            else is git.
        options: Further options of the source; docs/sources.md of the project lists them.

    Returns:
        A lazy data frame with the columns of docs/sources.md. Commits are listed now, contents are read when it is
        used.

    Raises:
        CodeAuditError: If the source is no path, does not exist or an option is wrong.
    """
    require(spark)
    paths = _paths(source)
    if format is None:
        patches = [_is_patch(path) for path in paths]
        if any(patches) and not all(patches):
            raise CodeAuditError.of(
                "Repositories and patches cannot be read at once",
                f"{paths[patches.index(True)]} is a patch and {paths[patches.index(False)]} is not",
                "Call changes() for each, and unionByName() of one with the other",
            )
        format = "diff" if all(patches) else "git"
    given: dict[str, Any] = {"mode": mode, "range": range, "commits": commits, **(options or {})}
    reader = spark.read.format(format)
    for key, value in given.items():
        if value is not None:
            reader = reader.option(key, str(value).lower() if isinstance(value, bool) else str(value))
    with errors_of_the_jar():
        frame = reader.load(paths if len(paths) > 1 else paths[0])
        _ = frame.columns  # Spark Connect looks at a source only when it is asked about it
        return frame


def review(
    spark: SparkSession,
    source: Path | Iterable[Path] | DataFrame,
    model: Path | None = None,
    *,
    code: str | None = None,
    language: str | None = None,
    mode: str | None = None,
    range: str | None = None,
    commits: int | str | None = None,
    format: str | None = None,
    options: Mapping[str, Any] | None = None,
    **settings: Any,
) -> DataFrame:
    """Reviews of a source by ``ai_review``, one row for each row of the source.

    Args:
        spark: A session with the jar; ``session`` makes one.
        source: What ``changes`` takes, a data frame that it gave, or any other data frame with code in a column.
        model: What ``bin/audit --model`` takes; by default the session's.
        code: The column of a data frame that holds files or diffs as text.
        language: The column with the names of their languages; by default none is known.
        mode: As for ``changes``; so are ``range``, ``commits``, ``format`` and ``options``. They are for paths.
        range: The commits ``A..B``.
        commits: The last so many commits, or ``all``.
        format: ``git`` or ``diff``.
        options: Further options of the source.
        **settings: Settings of ``ai_review`` in the words of Python, e.g. ``precision="int8"``; docs/sql.md lists
            them.

    Returns:
        A lazy data frame: the columns of the source (of changes all but the code), then ``status``, ``findings``,
        ``error_class``, ``error_message``, ``prompt_tokens`` and ``generated_tokens``. Every action asks the model
        again: write it, or ``cache()`` it.

    Raises:
        CodeAuditError: If the session lacks the jar, the source is neither path nor data frame, a column is
            missing, no model is named, or a setting or option is wrong.
    """
    from pyspark.sql import DataFrame

    require(spark)
    about_paths: dict[str, Any] = {
        "mode": mode,
        "range": range,
        "commits": commits,
        "format": format,
        "options": options,
    }
    if isinstance(source, DataFrame):
        given = [name for name, value in about_paths.items() if value is not None]
        if given:
            raise CodeAuditError.of(
                f"{', '.join(given)} cannot be given here",
                "The source is a data frame",
                "Give them to changes(), or leave them out",
            )
        frame = source
    else:
        if code is not None or language is not None:
            raise CodeAuditError.of(
                "code and language cannot be given here",
                "They name columns of a data frame and the source is a path",
                "Leave them out",
            )
        frame = changes(spark, source, **about_paths)
    if code is None and language is None and set(_CHANGE) <= set(frame.columns):
        return asking(spark, model, settings, lambda: _reviewed_changes(frame))
    call = f"ai_review({_code_columns(frame, code, language)})"
    return asking(spark, model, settings, lambda: _answered(frame, call, _REVIEW))


def findings(reviews: DataFrame) -> DataFrame:
    """The findings of reviews, one row for each.

    Args:
        reviews: What ``review`` gave.

    Returns:
        A lazy data frame with the columns that say what was reviewed, and those of a finding as docs/tables.md has
        them. ``path`` is the file's.

    Raises:
        CodeAuditError: If there is no column of findings, or another column has the name of one of a finding.
    """
    from pyspark.sql import functions

    if "findings" not in reviews.columns:
        raise CodeAuditError.of(
            "There are no findings in this data frame",
            "Its columns are " + ", ".join(reviews.columns),
            "Pass what review() gave",
        )
    own = [name for name in reviews.columns if name not in (*_REVIEW, "skip_reason")]
    fields = list(reviews.schema["findings"].dataType.elementType.names)  # type: ignore[attr-defined]
    _refuse_same(own, [name for name in fields if name != "path"], "a finding")
    path = [functions.col("finding.path"), *([functions.col("path")] if "path" in own else [])]
    return reviews.select(*map(_quoted, own), functions.explode("findings").alias("finding")).select(
        *(functions.col(_quoted(name)) for name in own if name != "path"),
        *([functions.coalesce(*path).alias("path")] if "path" in fields else [functions.col("path")]),
        *(functions.col(f"finding.{name}") for name in fields if name != "path"),
    )


def generate(
    spark: SparkSession,
    prompts: str | Iterable[str] | DataFrame,
    model: Path | None = None,
    *,
    prompt_column: str = "prompt",
    **settings: Any,
) -> DataFrame:
    """Answers to prompts by ``ai_generate``.

    Args:
        spark: A session with the jar.
        prompts: A prompt, several, or a data frame with a column of them.
        model: What ``bin/audit --model`` takes; by default the session's.
        prompt_column: That column.
        **settings: Settings of ``ai_generate`` in the words of Python, e.g. ``temperature=0``; docs/sql.md lists
            them.

    Returns:
        A lazy data frame: the columns of ``prompts``, then ``text``, ``status``, ``error_class``,
        ``error_message``, ``finish_reason``, ``prompt_tokens`` and ``generated_tokens``.

    Raises:
        CodeAuditError: If the session lacks the jar, there is no such column, no model is named, or a setting is
            wrong.
    """
    from pyspark.sql import DataFrame

    require(spark)
    if isinstance(prompts, DataFrame):
        frame = prompts
    else:
        texts: Any = [prompts] if isinstance(prompts, str) else prompts
        texts = list(texts) if isinstance(texts, _SEVERAL) else [texts]
        wrong = [text for text in texts if not isinstance(text, str)]
        if wrong:
            raise CodeAuditError.of(
                "These prompts cannot be asked",
                f"One of them is of the type {type(wrong[0]).__name__}",
                "Pass a text, several texts, or a data frame of Spark with a column of them",
            )
        frame = spark.createDataFrame([(text,) for text in texts], f"{_quoted(prompt_column)} STRING")
    if prompt_column not in frame.columns:
        raise _no_column(frame, prompt_column, "prompt_column")
    call = f"ai_generate({_quoted(prompt_column)})"
    return asking(spark, model, settings, lambda: _answered(frame, call, _GENERATION))


def _reviewed_changes(frame: DataFrame) -> DataFrame:
    """As the table reviews has them: what could not be read failed, what is left out was skipped."""
    identity = [name for name in frame.columns if name not in _CHANGE or name == "language"]
    _refuse_same(identity, ("status", "findings", "prompt_tokens", "generated_tokens"), "an answer")
    asked = "CASE WHEN skip_reason IS NULL AND error_class IS NULL THEN coalesce(diff, content) END"
    return frame.selectExpr("*", f"ai_review({asked}, language) AS {_ANSWER}").selectExpr(
        *map(_quoted, identity),
        "CASE WHEN error_class IS NOT NULL THEN 'failed' WHEN skip_reason IS NOT NULL THEN 'skipped'"
        f" ELSE {_ANSWER}.status END AS status",
        "skip_reason",
        f"coalesce(error_class, {_ANSWER}.error_class) AS error_class",
        f"coalesce(error_message, {_ANSWER}.error_message) AS error_message",
        *(f"{_ANSWER}.{name} AS {name}" for name in ("findings", "prompt_tokens", "generated_tokens")),
    )


def _answered(frame: DataFrame, call: str, columns: tuple[str, ...]) -> DataFrame:
    own = frame.columns
    _refuse_same(own, columns, "an answer")
    return frame.selectExpr("*", f"{call} AS {_ANSWER}").selectExpr(
        *map(_quoted, own), *(f"{_ANSWER}.{name} AS {name}" for name in columns)
    )


def _paths(source: object) -> list[str]:
    several = [source] if isinstance(source, (str, os.PathLike)) else source
    if not isinstance(several, _SEVERAL):
        raise _no_source(source)
    paths = []
    for path in several:
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
            raise _no_source(path)
        if path == "-":
            raise CodeAuditError.of(
                "Standard input cannot be reviewed from Python",
                "The JVM has another one than Python",
                "Pass a file, or a data frame with the patch in a column",
            )
        paths.append(local_path(os.fspath(path)))
    if not paths:
        raise _no_source(source)
    return paths


def _no_source(source: object) -> CodeAuditError:
    return CodeAuditError.of(
        "There is nothing to review",
        f"The source is {' '.join(reprlib.repr(source).split())} of the type {type(source).__name__}",
        "Pass a path, several paths, or a data frame of Spark (spark.createDataFrame makes one of pandas)",
    )


def _is_patch(path: str) -> bool:
    # The .git of a linked working tree is a file and no patch.
    return path.endswith(_PATCHES) or (os.path.isfile(path) and os.path.basename(path) != ".git")


def _code_columns(frame: DataFrame, code: str | None, language: str | None) -> str:
    """The arguments of ai_review."""
    if code is None:
        raise CodeAuditError.of(
            "It is not known what of this data frame is to be reviewed",
            "It is not one of changes(), and the argument code is not given",
            "Pass code=… with the column that holds files or diffs; there are " + ", ".join(frame.columns),
        )
    for argument, name in (("code", code), ("language", language)):
        if name is not None and name not in frame.columns:
            raise _no_column(frame, name, argument)
    return _quoted(code) + ", " + (_quoted(language) if language else "CAST(NULL AS STRING)")


def _no_column(frame: DataFrame, name: str, argument: str) -> CodeAuditError:
    return CodeAuditError.of(
        f"There is no column {name}", "The columns are " + ", ".join(frame.columns), f"Name one of them by {argument}=…"
    )


def _refuse_same(own: Iterable[str], added: Iterable[str], what: str) -> None:
    lower = {name.lower() for name in own}
    same = [name for name in added if name.lower() in lower]
    if same:
        raise CodeAuditError.of(
            f"The columns of {what} cannot be added",
            "There are columns of the same name already: " + ", ".join(same),
            "Rename them with withColumnRenamed, or drop them",
        )


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
