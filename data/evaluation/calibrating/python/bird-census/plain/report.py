"""Monthly totals of a bird census, from the counters' CSV sheets.

The sheets have the columns date, site, species and count.
"""
import argparse
import csv
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

COLUMNS = {"date", "site", "species", "count"}
MAX_COUNT = 100_000


class SheetError(Exception):
    pass


@dataclass(frozen=True)
class Sighting:
    day: date
    site: str
    species: str
    count: int


def read_sheet(path: Path) -> list[Sighting]:
    with path.open(newline="", encoding="utf-8-sig") as sheet:
        reader = csv.DictReader(sheet, strict=True)
        missing = COLUMNS.difference(reader.fieldnames or ())
        if missing:
            raise SheetError(f"{path}: no column {', '.join(sorted(missing))}")
        sightings = []
        for row in reader:
            try:
                sightings.append(_sighting(row))
            except ValueError as exc:
                raise SheetError(f"{path}, line {reader.line_num}: {exc}") from exc
    return sightings


def _sighting(row: dict[str, str | None]) -> Sighting:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    if not values["site"] or not values["species"][:1].isalpha():
        raise ValueError("a site and the name of a species are needed")
    count = int(values["count"])
    if not 0 <= count <= MAX_COUNT:
        raise ValueError(f"count {count} is out of range")
    day = date.fromisoformat(values["date"])
    return Sighting(day, values["site"], values["species"].lower(), count)


def write_totals(sightings: list[Sighting], out: TextIO) -> None:
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for sighting in sightings:
        totals[f"{sighting.day:%Y-%m}", sighting.species] += sighting.count
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["month", "species", "total"])
    for (month, species), total in sorted(totals.items()):
        writer.writerow([month, species, total])


def main() -> int:
    parser = argparse.ArgumentParser(description="Monthly totals of the bird census.")
    parser.add_argument("sheets", nargs="+", type=Path)
    args = parser.parse_args()
    try:
        sightings = [s for path in args.sheets for s in read_sheet(path)]
    except (SheetError, OSError, UnicodeDecodeError, csv.Error) as exc:
        print(f"census: {exc}", file=sys.stderr)
        return 1
    write_totals(sightings, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
