"""Fetches cover images that publishers name in their feeds."""
from __future__ import annotations

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

PUBLISHER_DOMAIN = "coverhouse.example"
MAX_IMAGE_BYTES = 2 * 1024 * 1024
TIMEOUT_SECONDS = (3, 10)


class CoverRejected(Exception):
    """The feed names a cover that is not taken over."""


def _is_publisher_host(host: str) -> bool:
    return host == PUBLISHER_DOMAIN or host.endswith("." + PUBLISHER_DOMAIN)


def _check(url: str) -> None:
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise CoverRejected("not a URL") from error
    if parts.scheme != "https" or parts.port not in (None, 443):
        raise CoverRejected("covers come over HTTPS")
    if parts.host is None or not _is_publisher_host(parts.host):
        raise CoverRejected("covers come from the publisher's hosts")


def fetch_cover(url: str) -> bytes:
    """The image behind a feed's URL; feeds are written by the publisher's customers."""
    _check(url)
    with requests.get(
        url, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False
    ) as response:
        if response.status_code != 200:
            raise CoverRejected(f"answered {response.status_code}")
        if not response.headers.get("Content-Type", "").startswith("image/"):
            raise CoverRejected("not an image")
        image = bytearray()
        for chunk in response.iter_content(16 * 1024):
            image += chunk
            if len(image) > MAX_IMAGE_BYTES:
                raise CoverRejected("larger than covers may be")
        return bytes(image)
