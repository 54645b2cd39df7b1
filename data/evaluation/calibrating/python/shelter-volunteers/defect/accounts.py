"""Volunteer accounts of the animal shelter (psycopg 3)."""
import hashlib
import hmac
import secrets

import psycopg

MIN_PASSWORD = 10
MAX_PASSWORD = 200
SALT_BYTES = 16


class AccountError(Exception):
    """The message is shown to the volunteer."""


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.blake2b(password.encode(), salt=salt, digest_size=32).digest()


def set_password(conn: psycopg.Connection, volunteer_id: int, password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise AccountError(f"use {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    salt = secrets.token_bytes(SALT_BYTES)
    with conn.transaction(), conn.cursor() as cur:
        cur.execute(
            "UPDATE volunteer SET salt = %s, digest = %s WHERE id = %s",
            (salt, _digest(password, salt), volunteer_id),
        )
        if cur.rowcount != 1:
            raise AccountError("there is no such volunteer")


def check_password(conn: psycopg.Connection, volunteer_id: int, password: str) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    with conn.cursor() as cur:
        cur.execute("SELECT salt, digest FROM volunteer WHERE id = %s", (volunteer_id,))
        row = cur.fetchone()
    if row is None or row[0] is None or row[1] is None:
        return False
    salt, stored = row
    return hmac.compare_digest(stored, _digest(password, salt))


def portrait_etag(portrait: bytes) -> str:
    """Entity tag for the browser's cache of the volunteers' portraits."""
    return f'"{hashlib.md5(portrait, usedforsecurity=False).hexdigest()}"'
