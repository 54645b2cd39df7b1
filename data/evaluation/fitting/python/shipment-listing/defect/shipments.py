"""Open shipments of a depot, for the dispatch desk's table."""
from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

PAGE_SIZE = 50

SORT_COLUMNS = {
    "departure": "departs_at",
    "carrier": "carrier_name",
    "weight": "weight_kg",
}


@dataclass(frozen=True)
class Shipment:
    reference: str
    carrier: str
    weight_kg: float


def _order_clause(sort: str, descending: bool) -> str:
    direction = "DESC" if descending else "ASC"
    column = SORT_COLUMNS.get(sort, sort)
    return f" ORDER BY {column} {direction}, reference"


class ShipmentStore:
    def __init__(self, database: str) -> None:
        self._database = database

    def open_for_depot(
        self, depot: str, sort: str = "departure", descending: bool = False, page: int = 0
    ) -> list[Shipment]:
        """One page of the table; ``sort`` is the query parameter of the same name."""
        query = (
            "SELECT reference, carrier_name, weight_kg FROM shipments"
            " WHERE depot = ? AND delivered_at IS NULL"
            + _order_clause(sort, descending)
            + " LIMIT ? OFFSET ?"
        )
        with closing(sqlite3.connect(self._database)) as connection:
            rows = connection.execute(query, (depot, PAGE_SIZE, page * PAGE_SIZE)).fetchall()
        return [Shipment(*row) for row in rows]
