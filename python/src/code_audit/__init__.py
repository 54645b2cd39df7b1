"""Code Audit from Python: a thin layer over the jar, which does the work.

``session`` starts a SparkSession that can ask the model, ``review`` and ``generate`` ask it lazily, ``tables``
and ``arrow`` read what runs wrote.
"""

from importlib.metadata import PackageNotFoundError, version

from ._errors import CodeAuditError
from ._jar import jar, libtorch
from ._review import changes, findings, generate, review
from ._session import require, session
from ._tables import Tables, arrow, tables

# Where people import it from, and what a traceback should say.
CodeAuditError.__module__ = __name__

try:
    __version__: str = version("code-audit")
except PackageNotFoundError:  # used from a checkout, without being installed
    __version__ = "unknown"

__all__ = [
    "CodeAuditError",
    "Tables",
    "arrow",
    "changes",
    "findings",
    "generate",
    "jar",
    "libtorch",
    "require",
    "review",
    "session",
    "tables",
]
