"""Loans of a branch, read from the nightly export of the circulation system."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

LOAN_PATH = "/circulation/readers/reader"
OPEN_LOANS = "loans/loan" + "[not(@returned)]"


@dataclass(frozen=True)
class Loan:
    signature: str
    title: str
    due: str


class LoanExport:
    def __init__(self, export: Path) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self._document = etree.parse(str(export), parser)

    def open_loans(self, card: str, surname: str) -> list[Loan]:
        """What the kiosk shows after a reader typed card number and surname."""
        readers = self._document.xpath(
            f"{LOAN_PATH}[@card='{card}' and @surname='{surname}']"
        )
        if not readers:
            return []
        return [
            Loan(
                signature=loan.get("signature", ""),
                title=loan.findtext("title", default=""),
                due=loan.get("due", ""),
            )
            for loan in readers[0].xpath(OPEN_LOANS)
        ]
