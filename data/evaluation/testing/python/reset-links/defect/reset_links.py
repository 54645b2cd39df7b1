"""Links with which members set a new password."""
from __future__ import annotations

import hashlib
import random
import string
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol

ALPHABET = string.ascii_letters + string.digits
TOKEN_LENGTH = 40
LIFETIME = timedelta(minutes=30)
ATTEMPTS = 3


class MailRefused(Exception):
    pass


class Mailer(Protocol):
    def send(self, address: str, subject: str, text: str) -> None: ...


@dataclass(frozen=True)
class ResetRequest:
    member_id: int
    token_digest: str
    expires_at: datetime


_symbols = random.Random()


def _token() -> str:
    return "".join(_symbols.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


class ResetLinks:
    def __init__(self, mailer: Mailer, base_url: str) -> None:
        self._mailer = mailer
        self._base_url = base_url.rstrip("/")

    def send(self, member_id: int, address: str) -> ResetRequest:
        """Mails a link; the caller stores what is returned."""
        token = _token()
        text = f"{self._base_url}/password/{token}\n"
        self._mail(address, text)
        return ResetRequest(
            member_id=member_id,
            token_digest=hashlib.sha256(token.encode("ascii")).hexdigest(),
            expires_at=datetime.now(timezone.utc) + LIFETIME,
        )

    def _mail(self, address: str, text: str) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._mailer.send(address, "Set a new password", text)
                return
            except MailRefused:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(attempt + random.uniform(0, 0.5))
