"""Scanned letters of one mandate, kept in a folder of its own."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SUFFIXES = {".pdf", ".tif"}


class NoSuchScan(Exception):
    """There is no such scan in the mandate's folder."""


class MandateStore:
    """Mandates lie side by side below the archive: ``M-104``, ``M-104-2`` and so on."""

    def __init__(self, archive: Path, mandate: str) -> None:
        self._folder = (archive / mandate).resolve()

    def names(self) -> Iterator[str]:
        for scan in sorted(self._folder.rglob("*")):
            if scan.is_file() and scan.suffix in SUFFIXES:
                yield scan.relative_to(self._folder).as_posix()

    def read(self, name: str) -> bytes:
        """The bytes of a scan; ``name`` comes from the link that the client followed."""
        return self._locate(name).read_bytes()

    def size(self, name: str) -> int:
        return self._locate(name).stat().st_size

    def _locate(self, name: str) -> Path:
        scan = (self._folder / name).resolve()
        if not str(scan).startswith(str(self._folder)):
            raise NoSuchScan(name)
        if scan.suffix not in SUFFIXES or not scan.is_file():
            raise NoSuchScan(name)
        return scan
