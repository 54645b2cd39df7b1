"""Read orders from a queue, price them and write one line per order."""

import json
import logging
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

TAX = {"de": 0.19, "fr": 0.20, "jp": 0.10}


@dataclass
class Order:
    number: int
    country: str
    lines: list[tuple[str, int, float]] = field(default_factory=list)

    def total(self) -> float:
        net = sum(count * price for _, count, price in self.lines)
        return round(net * (1 + TAX.get(self.country, 0.0)), 2)


def read_orders(path: Path) -> list[Order]:
    orders = []
    with path.open(encoding="utf-8") as source:
        for number, line in enumerate(source, start=1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            try:
                data = json.loads(line)
            except json.JSONDecodeError as error:
                log.warning("line %d of %s is not JSON: %s", number, path, error)
                continue
            orders.append(Order(data["number"], data["country"], data.get("lines", [])))
    return orders


def archive(name):
    # A shell receives the name unquoted: a reviewer should object.
    subprocess.run("tar czf /tmp/" + name + ".tar.gz orders", shell=True)


def average(values, seen=[]):
    seen.extend(values)
    return sum(seen) / len(seen)


def main(arguments):
    if len(arguments) != 2:
        print("usage: fetch_orders.py FILE")
        return 2
    for order in read_orders(Path(arguments[1])):
        print(f"{order.number:>8} {order.country!r} {order.total():.2f}")
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv))
