"""Sessions of Spark that can ask the model."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._errors import CodeAuditError, errors_of_the_jar
from ._jar import jar as find_jar
from ._jar import libtorch as find_libtorch
from ._settings import PREFIX, keys, local_path

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The Spark that the jar is built for. It uses classes of Spark's planner, which change from one minor version to
# the next.
SPARK_VERSION = "4.2.0"
_MINOR = ".".join(SPARK_VERSION.split(".")[:2])

EXTENSION = "org.codeaudit.job.sql.CodeAuditExtensions"
_EXTENSIONS = "spark.sql.extensions"
_JARS = "spark.jars"

# What conf/spark-defaults-local.conf sets for bin/audit, and the heap that bin/audit gives itself, which a test
# compares. Heartbeats stay as they are: they come every second there for the sake of the progress line.
LOCAL_DEFAULTS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.speculation": "false",
    "spark.sql.debug.maxToStringFields": "200",
    "spark.driver.memory": "4g",
}


def session(
    model: str | os.PathLike[str] | None = None,
    *,
    jar: str | os.PathLike[str] | None = None,
    libtorch: str | os.PathLike[str] | bool | None = None,
    master: str = "local[*]",
    remote: str | None = None,
    name: str = "Code Audit",
    conf: Mapping[str, str] | None = None,
    **settings: Any,
) -> SparkSession:
    """A SparkSession with the jar, libtorch and the functions ``ai_review`` and ``ai_generate``.

    If this process has one already, that one is given back with the settings that can still be changed: ``jar``,
    ``libtorch``, ``master`` and the heap cannot.

    Args:
        model: What ``bin/audit --model`` takes; may be left out and be named in each call.
        jar: As for ``jar``.
        libtorch: The jar with libtorch; by default the one beside the jar. False for none, where no model is asked.
        master: Spark's master. With a local one the session has the settings that ``bin/audit`` runs with.
        remote: In place of ``master`` for Spark Connect: ``local[*]`` starts a server in the background,
            ``sc://host`` is one that runs already and has the jar and the extension.
        name: What Spark calls the application.
        conf: Further settings of Spark, which prevail over all others.
        **settings: Settings of the functions in the words of Python, e.g. ``precision="int8"``, ``batch=8`` or
            ``max_new_tokens=256``; docs/sql.md of the project lists them.

    Returns:
        The session. The caller stops it.

    Raises:
        CodeAuditError: If PySpark, Java, the jar or libtorch is missing, Spark is of another version, or a session
            is there that lacks the extension.
    """
    builder, active = _pyspark()
    own = {**keys({**settings, "model": model}), **(conf or {})}
    if active is not None:
        require(active)
        for key, value in own.items():
            if key.startswith(PREFIX) or active.conf.isModifiable(key):
                active.conf.set(key, value)
        return active
    if remote is None or remote.startswith("local"):
        own = _joined(_of_the_driver(jar, libtorch, local=(remote or master).startswith("local")), own)
    builder = builder.appName(name)
    builder = builder.master(master) if remote is None else builder.remote(remote)
    for key, value in own.items():
        builder = builder.config(key, value)
    spark: SparkSession = builder.getOrCreate()
    require(spark)
    return spark


def require(spark: SparkSession) -> None:
    """Checks that a session can ask the model.

    Raises:
        CodeAuditError: If it is none, Spark is of another minor version than the jar is built for, or the extension
            is not active.
    """
    check_is_session(spark)
    _check_version(str(spark.version))
    with errors_of_the_jar():
        active = spark.catalog.functionExists("ai_review")
    if not active:
        raise CodeAuditError.of(
            "This session of Spark does not know ai_review",
            f"It was started without the jar of Code Audit, or without {_EXTENSIONS}={EXTENSION}, and neither can be"
            " added to one that runs",
            "Start Python (in a notebook, the kernel) anew and call code_audit.session() first, or start Spark with"
            f" `--jars` and `--conf {_EXTENSIONS}={EXTENSION}`",
        )


def check_is_session(spark: object) -> None:
    """Refuses what is no session, which is most often the source, passed as the first argument.

    Raises:
        CodeAuditError: If it is none.
    """
    if not hasattr(spark, "catalog") or not hasattr(spark, "version"):
        raise CodeAuditError.of(
            "Spark cannot be asked",
            f"The first argument is no session of Spark but of the type {type(spark).__name__}",
            "Pass the session as the first argument; code_audit.session() makes one",
        )


def _check_version(version: str) -> None:
    if not version.startswith(_MINOR + "."):
        raise CodeAuditError.of(
            f"Code Audit cannot run in Spark {version}",
            f"Its jar is built for Spark {SPARK_VERSION} and uses classes of the planner, which other versions change",
            f"Use the Spark it is built for: `pip install pyspark=={SPARK_VERSION}`",
        )


def _of_the_driver(
    jar: str | os.PathLike[str] | None, libtorch: str | os.PathLike[str] | bool | None, local: bool
) -> dict[str, str]:
    """What a JVM must be started with."""
    _check_java()
    found = find_jar(jar)
    native = find_libtorch(found) if libtorch is None or libtorch is True else libtorch
    jars = [found] if not native else [found, local_path(os.fspath(native))]
    return {**(LOCAL_DEFAULTS if local else {}), _JARS: ",".join(jars), _EXTENSIONS: EXTENSION}


def _joined(needed: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """All settings: the user's own prevail, but for lists, which are joined."""
    joined = {**needed, **own}
    for key in (_JARS, _EXTENSIONS):
        if own.get(key):
            joined[key] = f"{needed[key]},{own[key]}"
    return joined


def _check_java() -> None:
    """PySpark says only that the gateway exited."""
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else "java"
    if shutil.which(java) is None:
        raise CodeAuditError.of(
            "Spark cannot be started",
            f"JAVA_HOME is {home} and there is no {java}" if home else "There is no java on the PATH",
            "Install JDK 17 and put java on the PATH, or set JAVA_HOME",
        )


def _pyspark() -> tuple[Any, SparkSession | None]:
    """The builder of sessions, and the session that is there or None."""
    try:
        import pyspark
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise CodeAuditError.of(
            "There is no PySpark", str(error), f"Install it: `pip install pyspark=={SPARK_VERSION}`"
        ) from None
    _check_version(pyspark.__version__)
    return SparkSession.builder, SparkSession.getActiveSession()
