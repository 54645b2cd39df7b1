"""Where the jar of Code Audit and libtorch are."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ._errors import CodeAuditError

NAME = "code-audit.jar"
VARIABLE = "CODE_AUDIT_JAR"

_EXTENSION_CLASS = "org/codeaudit/job/sql/CodeAuditExtensions.class"
_IN_CHECKOUT = Path("job", "target", NAME)
_LIBTORCH = "pytorch-native-*.jar"


def jar(path: str | os.PathLike[str] | None = None) -> str:
    """The jar of Code Audit.

    Taken is the first of: the argument, the environment variable ``CODE_AUDIT_JAR``, the folder ``jars`` beside
    this package's modules, and ``job/target`` of the checkout that holds this package or the working folder.

    Args:
        path: The jar, or a folder that holds it. An address of another file system (``hdfs://…``, ``local:…``) is
            given back as it stands, for Spark to open.

    Returns:
        Its absolute path, or that address.

    Raises:
        CodeAuditError: If there is none, or what was named is not the jar of Code Audit.
    """
    if path is not None:
        return _named(path, "the argument jar names it")
    if os.environ.get(VARIABLE):
        return _named(os.environ[VARIABLE], f"the environment variable {VARIABLE} names it")
    for place in _places():
        if place.is_file():
            return _checked(place)
    raise CodeAuditError.of(
        "The jar of Code Audit was not found",
        "It is neither beside this package nor in job/target of a checkout around it or the working folder",
        f"Build it with `mvn -B package` in a checkout, then set {VARIABLE} to its job/target/{NAME}, pass jar=…, or"
        " work inside the checkout",
    )


def libtorch(jar_path: str | os.PathLike[str] | None = None) -> str | None:
    """The jar with libtorch for the CPU, beside the jar of Code Audit or in the folder ``libtorch`` there.

    Args:
        jar_path: As for ``jar``.

    Returns:
        Its absolute path, or None where ``PYTORCH_LIBRARY_PATH`` names an installed PyTorch, which is used instead.

    Raises:
        CodeAuditError: If there is none, or the jar of Code Audit is not found.
    """
    if os.environ.get("PYTORCH_LIBRARY_PATH"):
        return None
    found = jar(jar_path)
    folder = Path(found).parent
    for place in (folder / "libtorch", folder):
        for candidate in sorted(place.glob(_LIBTORCH)):
            return str(candidate)
    raise CodeAuditError.of(
        "libtorch was not found",
        f"There is no {_LIBTORCH} in libtorch beside {found}",
        "Pass libtorch=… with the jar that `mvn -B package` puts into job/target/libtorch, or False where no model is"
        " asked; or set PYTORCH_LIBRARY_PATH to an installed PyTorch",
    )


def _places() -> Iterator[Path]:
    package = Path(__file__).resolve().parent
    yield package / "jars" / NAME
    for start in (package, Path.cwd()):
        for folder in (start, *start.parents):
            yield folder / _IN_CHECKOUT


def _named(path: str | os.PathLike[str], how: str) -> str:
    text = os.fspath(path)
    if "://" in text or text.startswith("local:"):
        return text
    place = Path(text).expanduser().absolute()
    if place.is_dir():
        place = place / NAME
    if not place.is_file():
        raise CodeAuditError.of(
            f"There is no jar {place}",
            f"{how[0].upper()}{how[1:]}",
            f"Name the {NAME} that `mvn -B package` makes in job/target of a checkout",
        )
    return _checked(place)


def _checked(place: Path) -> str:
    """Anything else Spark would take without a word, and then know none of the functions."""
    try:
        with zipfile.ZipFile(place) as archive:
            archive.getinfo(_EXTENSION_CLASS)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise CodeAuditError.of(
            f"{place} is not the jar of Code Audit",
            "It cannot be read as a jar" if not isinstance(error, KeyError) else f"It does not hold {_EXTENSION_CLASS}",
            f"Name the {NAME} that `mvn -B package` makes in job/target of a checkout",
        ) from None
    return str(place)
