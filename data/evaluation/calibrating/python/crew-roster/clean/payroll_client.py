"""Client of the payroll provider: hours of the ski lift crews."""
import asyncio
import logging
import time
from dataclasses import dataclass

import httpx

logger = logging.getLogger(__name__)

EXPIRY_MARGIN = 30.0


class PayrollError(Exception):
    pass


@dataclass(frozen=True, repr=False)
class Credentials:
    client_id: str
    client_secret: str


class PayrollClient:
    def __init__(self, http: httpx.AsyncClient, credentials: Credentials) -> None:
        self._http = http
        self._credentials = credentials
        self._token = ""
        self._expires = 0.0
        self._lock = asyncio.Lock()

    async def _access_token(self) -> str:
        async with self._lock:
            if time.monotonic() < self._expires:
                return self._token
            form = {
                "grant_type": "client_credentials",
                "client_id": self._credentials.client_id,
                "client_secret": self._credentials.client_secret,
                "scope": "hours.write",
            }
            response = await self._http.post("/oauth/token", data=form)
            if response.status_code != httpx.codes.OK:
                logger.warning("token refused (%d), fields %s", response.status_code, sorted(form))
                raise PayrollError("the payroll provider refused our sign-in")
            grant = response.json()
            self._token = grant["access_token"]
            self._expires = time.monotonic() + float(grant["expires_in"]) - EXPIRY_MARGIN
            return self._token

    async def report_hours(self, crew: str, minutes: dict[int, int]) -> str:
        """Sends the minutes per worker; returns the provider's receipt number."""
        if not minutes or any(m <= 0 for m in minutes.values()):
            raise ValueError("positive minutes are needed for every worker")
        token = await self._access_token()
        response = await self._http.post(
            "/hours",
            json={"crew": crew, "minutes": {str(k): v for k, v in minutes.items()}},
            headers={"Authorization": f"Bearer {token}"},
        )
        if response.status_code != httpx.codes.CREATED:
            logger.warning("hours of crew %s refused (%d)", crew, response.status_code)
            raise PayrollError("the payroll provider refused the hours")
        return response.json()["receipt"]
