"""A small cache for coroutines whose results stay good for a while."""
import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class _Entry(Generic[V]):
    value: V
    expires: float


class TimedCache(Generic[K, V]):
    """Loads each key at most once at a time; drops the least recently used entry when full.

    Made for one event loop. A failed load is not kept: its exception goes to the caller,
    and the next caller tries again.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[V]],
        *,
        ttl: float,
        capacity: int = 256,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if ttl <= 0:
            raise ValueError("ttl must be positive")
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self._load = load
        self._ttl = ttl
        self._capacity = capacity
        self._clock = clock
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._locks: dict[K, asyncio.Lock] = {}
        self._waiting: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def _lookup(self, key: K) -> _Entry[V] | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires <= self._clock():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    async def get(self, key: K) -> V:
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                entry = self._lookup(key)
                if entry is None:
                    value = await self._load(key)
                    entry = _Entry(value, self._clock() + self._ttl)
                    self._entries[key] = entry
                    self._entries.move_to_end(key)
                    while len(self._entries) > self._capacity:
                        self._entries.popitem(last=False)
                return entry.value
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
