"""Seats and payments of one performance."""
from __future__ import annotations

import threading
import uuid


class SeatTaken(Exception):
    pass


class UnknownBooking(Exception):
    pass


class BoxOffice:
    """Sells seats from several counters at once."""

    def __init__(self, seats: set[str], price_cents: int) -> None:
        self._free = set(seats)
        self._price_cents = price_cents
        self._payments: dict[str, tuple[str, int]] = {}
        self._seats_lock = threading.Lock()
        self._payments_lock = threading.Lock()

    def book(self, seat: str) -> str:
        with self._seats_lock:
            if seat not in self._free:
                raise SeatTaken(seat)
            self._free.remove(seat)
            return self._record_payment(seat)

    def refund(self, booking: str) -> int:
        """Gives the seat back for sale; returns the cents to pay out."""
        with self._payments_lock:
            entry = self._payments.pop(booking, None)
            if entry is None:
                raise UnknownBooking(booking)
            seat, cents = entry
        self._release(seat)
        return cents

    def takings_cents(self) -> int:
        with self._payments_lock:
            return sum(cents for _, cents in self._payments.values())

    def _record_payment(self, seat: str) -> str:
        booking = uuid.uuid4().hex
        with self._payments_lock:
            self._payments[booking] = (seat, self._price_cents)
        return booking

    def _release(self, seat: str) -> None:
        with self._seats_lock:
            self._free.add(seat)
