"""Plans the batches of a bakery's night shift onto its ovens."""
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Batch:
    name: str
    baking: timedelta
    ready_by: datetime

    def __post_init__(self) -> None:
        if self.baking <= timedelta(0):
            raise ValueError(f"{self.name}: the baking time must be positive")


@dataclass(frozen=True)
class Slot:
    oven: int
    batch: Batch
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + self.batch.baking

    @property
    def late(self) -> timedelta:
        return max(self.end - self.batch.ready_by, timedelta(0))


def plan(
    batches: Iterable[Batch],
    opening: datetime,
    ovens: int,
    cooling: timedelta = timedelta(minutes=5),
) -> list[Slot]:
    """The earliest deadline goes first, each into the oven that is free soonest."""
    if ovens < 1:
        raise ValueError("at least one oven is needed")
    if cooling < timedelta(0):
        raise ValueError("the cooling time must not be negative")

    free = [(opening, number) for number in range(1, ovens + 1)]
    slots = []
    for batch in sorted(batches, key=lambda b: (b.ready_by, b.name)):
        start, oven = heapq.heappop(free)
        slot = Slot(oven, batch, start)
        slots.append(slot)
        heapq.heappush(free, (slot.end + cooling, oven))
    return slots


def timetable(slots: Iterable[Slot]) -> str:
    lines = []
    for slot in sorted(slots, key=lambda s: (s.start, s.oven)):
        line = f"{slot.start:%H:%M}-{slot.end:%H:%M}  oven {slot.oven}  {slot.batch.name}"
        if slot.late:
            line += f"  ({int(slot.late.total_seconds() // 60)} min late)"
        lines.append(line)
    return "\n".join(lines)
