"""Keeps a month's ledger as CSV in the archive folder."""
from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


class AlreadyExported(Exception):
    """The month was exported before; an export is never replaced."""


@dataclass(frozen=True)
class Posting:
    day: date
    account: str
    amount: Decimal


class LedgerExport:
    """Exports may be asked for by several workers at a time."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    def write(self, month: date, postings: Sequence[Posting]) -> Path:
        target = self._archive / f"ledger-{month:%Y-%m}.csv"
        if target.exists():
            raise AlreadyExported(target.name)
        export = target.open("w", encoding="utf-8", newline="")
        with export:
            writer = csv.writer(export, delimiter=";")
            writer.writerow(["day", "account", "amount"])
            for posting in postings:
                writer.writerow([posting.day.isoformat(), posting.account, str(posting.amount)])
        return target

    def months(self) -> list[str]:
        exports = self._archive.glob("ledger-*.csv")
        return sorted(export.stem.removeprefix("ledger-") for export in exports)
