"""Water levels from the regions' gauge services."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

DOMAIN = "gauges.example"
REGIONS = ("alps", "coast", "lowlands")
TIMEOUT_SECONDS = (3, 10)


class GaugeError(Exception):
    """There is no level to show."""


class GaugeClient:
    def __init__(self, session: requests.Session, token: str) -> None:
        self._session = session
        self._token = token

    def level_cm(self, region: str, gauge: int) -> int:
        """The level at a gauge; the page /levels/<region>/<int:gauge> shows it."""
        reading = self._read(region, f"gauges/{gauge}")
        if not isinstance(reading, dict) or not isinstance(reading.get("level_cm"), int):
            raise GaugeError(f"gauge {gauge} has no level")
        return reading["level_cm"]

    def warnings(self) -> Iterator[tuple[str, Any]]:
        """The warnings in force, region by region."""
        for region in REGIONS:
            yield region, self._read(region, "warnings")

    def _read(self, region: str, path: str) -> Any:
        try:
            response = self._session.get(
                f"https://{region}.{DOMAIN}/v1/{path}",
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            response.raise_for_status()
            return response.json()
        except requests.RequestException as error:
            raise GaugeError(f"the service of {region} gave no answer") from error
