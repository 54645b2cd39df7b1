"""Door passes of the escape rooms.

A pass is the code that a team types at the entrance; whoever has it gets in.
"""
import asyncio
import logging
import random
from datetime import timedelta

from redis.asyncio import Redis

log = logging.getLogger(__name__)

# No I, O, 0 and 1: teams read the code from a phone.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
MAX_ATTEMPTS = 5


class PassUnavailable(RuntimeError):
    pass


def _key(code: str) -> str:
    return f"door-pass:{code}"


def _new_code() -> str:
    return "".join(random.choices(ALPHABET, k=CODE_LENGTH))


async def issue(store: Redis, booking_id: int, valid_for: timedelta) -> str:
    seconds = int(valid_for.total_seconds())
    if seconds <= 0:
        raise ValueError("a pass must be valid for at least one second")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        code = _new_code()
        if await store.set(_key(code), booking_id, ex=seconds, nx=True):
            return code
        log.info("code collision for booking %d, attempt %d", booking_id, attempt)
        await asyncio.sleep(random.uniform(0.01, 0.05))
    raise PassUnavailable(f"no free code for booking {booking_id}")


async def redeem(store: Redis, typed: str) -> int | None:
    """The booking of the pass, or None. A pass opens the door once."""
    code = typed.strip().upper()
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    booking_id = await store.getdel(_key(code))
    return None if booking_id is None else int(booking_id)
