"""One locker station: which parcel lies in which cell."""
from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class NoFreeCell(Exception):
    pass


class DoorStuck(Exception):
    pass


@dataclass(frozen=True)
class Cell:
    number: int
    size: str


class DoorPanel(Protocol):
    async def open(self, cell: int) -> bool:
        """Whether the door of the cell opened."""
        ...


class Station:
    """Serves the couriers of a station; each request is a task of its own."""

    def __init__(self, cells: Sequence[Cell], panel: DoorPanel) -> None:
        self._cells = tuple(cells)
        self._panel = panel
        self._parcels: dict[int, str] = {}
        self._lock = asyncio.Lock()

    async def deposit(self, parcel: str, size: str) -> int:
        """Opens the door of a free cell for the parcel and returns its number."""
        return await self._take_cell(parcel, size)

    async def collect(self, parcel: str) -> int:
        async with self._lock:
            cell = next((n for n, held in self._parcels.items() if held == parcel), None)
            if cell is None:
                raise KeyError(parcel)
            if not await self._panel.open(cell):
                raise DoorStuck(cell)
            del self._parcels[cell]
        return cell

    async def _take_cell(self, parcel: str, size: str) -> int:
        for cell in self._cells:
            if cell.size != size or cell.number in self._parcels:
                continue
            if await self._panel.open(cell.number):
                self._parcels[cell.number] = parcel
                return cell.number
        raise NoFreeCell(size)
