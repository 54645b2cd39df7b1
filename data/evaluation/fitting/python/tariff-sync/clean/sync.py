"""Copies changed tariffs from the market operator into our store."""
from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)

WATERMARK = "tariffs"


@dataclass(frozen=True)
class Page:
    number: int
    rows: list[dict[str, str]]
    last_change: str


class StoreError(Exception):
    """The store did not take a page; none of its rows are kept."""


class TariffSource(Protocol):
    def pages(self, since: str) -> Iterable[Page]: ...


class TariffStore(Protocol):
    def apply(self, rows: list[dict[str, str]]) -> None: ...


class Watermarks(Protocol):
    def load(self, name: str) -> str: ...

    def save(self, name: str, value: str) -> None: ...


class TariffSync:
    """One run takes up after the last change that an earlier run stored."""

    def __init__(self, source: TariffSource, store: TariffStore, watermarks: Watermarks) -> None:
        self._source = source
        self._store = store
        self._watermarks = watermarks

    def run(self) -> int:
        stored = 0
        for page in self._source.pages(self._watermarks.load(WATERMARK)):
            try:
                self._store.apply(page.rows)
            except StoreError:
                log.exception("page %d was not stored", page.number)
                raise
            self._watermarks.save(WATERMARK, page.last_change)
            stored += len(page.rows)
        log.info("stored %d tariffs", stored)
        return stored
