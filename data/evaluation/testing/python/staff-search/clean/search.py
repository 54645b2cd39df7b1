"""Searches for people in the company's directory."""
from __future__ import annotations

from dataclasses import dataclass

from ldap3 import SUBTREE, Connection, Entry
from ldap3.utils.conv import escape_filter_chars

PEOPLE = "ou=people,dc=staff-directory,dc=example"
MAX_RESULTS = 25


@dataclass(frozen=True)
class Person:
    name: str
    mail: str
    room: str


def _equals(attribute: str, value: str) -> str:
    return f"({attribute}={escape_filter_chars(value)})"


def _contains(attribute: str, value: str) -> str:
    return f"({attribute}=*{escape_filter_chars(value)}*)"


def _all_of(*conditions: str) -> str:
    return "(&" + "".join(conditions) + ")"


def _first(entry: Entry, attribute: str) -> str:
    values = entry[attribute].values
    return values[0] if values else ""


class DirectorySearch:
    """Needs a bound connection that raises exceptions for failed operations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def people(self, department: str, name_part: str) -> list[Person]:
        """People of a department for the phone book's search box, hidden entries left out."""
        conditions = _all_of(
            _equals("objectClass", "inetOrgPerson"),
            _equals("departmentNumber", department),
            _contains("cn", name_part),
            "(!(employeeType=hidden))",
        )
        self._connection.search(
            search_base=PEOPLE,
            search_filter=conditions,
            search_scope=SUBTREE,
            attributes=["cn", "mail", "roomNumber"],
            size_limit=MAX_RESULTS,
        )
        return [
            Person(_first(entry, "cn"), _first(entry, "mail"), _first(entry, "roomNumber"))
            for entry in self._connection.entries
        ]
