"""Reads changed loan records from the lending museums' exchange."""
import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime

import requests

log = logging.getLogger("loans.feed")

BASE_URL = "https://exchange.museumloans.example/v2/loans"
PAGE_SIZE = 100


class LoanFeed:
    def __init__(self, session: requests.Session, token: str) -> None:
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"}

    def _page(self, number: int) -> dict:
        response = self._session.get(
            BASE_URL,
            params={"page": number, "size": PAGE_SIZE},
            headers=self._headers,
            timeout=(5, 30),
        )
        response.raise_for_status()
        return response.json()

    def changed_since(self, since: datetime) -> Iterator[dict]:
        page = 1
        while True:
            payload = self._page(page)
            fresh = [
                item for item in payload["items"]
                if datetime.fromisoformat(item["changed_at"]) > since
            ]
            if not fresh:
                log.debug("page %d holds nothing new", page)
                continue
            yield from fresh
            if page >= payload["pages"]:
                return
            page += 1


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a time with its offset is needed")
    return moment


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("since", type=_moment, help="e.g. 2024-05-01T00:00:00+00:00")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    try:
        with requests.Session() as session:
            feed = LoanFeed(session, os.environ["LOAN_EXCHANGE_TOKEN"])
            for item in feed.changed_since(args.since):
                print(json.dumps(item))
    except requests.RequestException as exc:
        log.error("exchange not readable: %s", exc)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
