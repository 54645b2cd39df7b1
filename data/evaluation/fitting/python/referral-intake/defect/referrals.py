"""Referral letters that practices send to the intake endpoint as XML."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

NAMESPACES = {"r": "urn:clinic-intake:referral:2"}


class ReferralRejected(Exception):
    """The document is not a referral that can be filed."""


@dataclass(frozen=True)
class Referral:
    practice: str
    patient_number: str
    issued: date
    reason: str


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        remove_blank_text=True,
        remove_comments=True,
        resolve_entities=True,
        no_network=True,
        huge_tree=False,
    )


def _text(letter: etree._Element, name: str) -> str:
    value = letter.findtext(f"r:{name}", namespaces=NAMESPACES)
    if value is None or not value.strip():
        raise ReferralRejected(f"{name} is missing")
    return value.strip()


def parse_referral(body: bytes) -> Referral:
    try:
        letter = etree.fromstring(body, parser=_parser())
    except etree.XMLSyntaxError as error:
        raise ReferralRejected("not well-formed XML") from error
    try:
        issued = date.fromisoformat(_text(letter, "issued"))
    except ValueError as error:
        raise ReferralRejected("issued is not a date") from error
    return Referral(
        practice=_text(letter, "practice"),
        patient_number=_text(letter, "patientNumber"),
        issued=issued,
        reason=_text(letter, "reason"),
    )
