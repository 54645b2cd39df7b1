"""Harvests public notices page by page."""
from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    number: str
    title: str
    withdrawn: bool = False


@dataclass(frozen=True)
class NoticePage:
    notices: list[Notice] = field(default_factory=list)
    next_cursor: str | None = None


class GazetteClient(Protocol):
    def page(self, cursor: str) -> NoticePage: ...


class Harvest:
    """Reads all pages once, from the first to the one without a next."""

    def __init__(self, client: GazetteClient) -> None:
        self._client = client
        self.withdrawn = 0

    def notices(self, start: str) -> Iterator[Notice]:
        """The notices in force; withdrawn ones are only counted."""
        cursor: str | None = start
        while cursor is not None:
            page = self._client.page(cursor)
            cursor = page.next_cursor
            in_force = [notice for notice in page.notices if not notice.withdrawn]
            self.withdrawn += len(page.notices) - len(in_force)
            if not in_force:
                log.debug("a page without notices in force")
                continue
            yield from in_force
        log.info("%d notices were withdrawn", self.withdrawn)
