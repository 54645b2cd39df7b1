"""Bills and previews of bills for heat meters."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class NoTariff(Exception):
    """No tariff is in force for a meter on a day."""


@dataclass(frozen=True)
class Tariff:
    valid_from: date
    base_fee: Decimal
    price_per_kwh: Decimal


@dataclass(frozen=True)
class Bill:
    meter: str
    amount: Decimal


class Billing:
    def __init__(self, tariffs: Mapping[str, Sequence[Tariff]]) -> None:
        self._tariffs = tariffs

    def bill(self, meter: str, day: date, kwh: Decimal) -> Bill:
        tariff = self._tariff(meter, day)
        if tariff is None:
            raise NoTariff(f"{meter} on {day}")
        return Bill(meter, _rounded(tariff.base_fee + tariff.price_per_kwh * kwh))

    def preview(self, meter: str, day: date, readings: Sequence[Decimal]) -> Bill:
        """A bill over the readings so far, for the customer's page."""
        tariff = self._tariff(meter, day)
        if tariff is None:
            raise NoTariff(f"{meter} on {day}")
        kwh = readings[-1] - readings[0] if readings else Decimal(0)
        return Bill(meter, _rounded(tariff.base_fee + tariff.price_per_kwh * kwh))

    def _tariff(self, meter: str, day: date) -> Tariff | None:
        in_force = [t for t in self._tariffs.get(meter, ()) if t.valid_from <= day]
        return max(in_force, key=lambda t: t.valid_from, default=None)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
