"""Delivers the messages that wait in the outbox."""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    id: int
    room: str
    text: str


class DeliveryFailed(Exception):
    pass


class Gateway(Protocol):
    async def deliver(self, room: str, text: str) -> None: ...


class Outbox(Protocol):
    async def waiting(self, limit: int) -> Sequence[Message]: ...

    async def mark_sent(self, message_id: int) -> None: ...

    async def mark_failed(self, message_id: int, reason: str) -> None: ...


class OutboxWorker:
    def __init__(self, outbox: Outbox, gateway: Gateway, batch: int = 20) -> None:
        self._outbox = outbox
        self._gateway = gateway
        self._batch = batch

    async def run_once(self) -> int:
        """Takes up to a batch of waiting messages; returns how many were delivered."""
        delivered = 0
        for message in await self._outbox.waiting(self._batch):
            try:
                async with asyncio.timeout(10):
                    await self._gateway.deliver(message.room, message.text)
            except (DeliveryFailed, TimeoutError) as error:
                log.warning("message %d: %s", message.id, error)
                await self._outbox.mark_failed(message.id, str(error) or "timed out")
                continue
            self._outbox.mark_sent(message.id)
            delivered += 1
        return delivered
