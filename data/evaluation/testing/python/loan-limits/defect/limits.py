"""How many tools a member may have at home at a time."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_LIMIT = 4
LIMITS_BY_PLAN = {"basic": 2, "family": 6, "workshop": 10}


@dataclass(frozen=True)
class Member:
    number: int
    plan: str
    loans: int


class LoanLimits:
    """Limits by plan, and those that the desk set for single members.

    The desk sets 0 for members who must return what they have first.
    """

    def __init__(self, desk_limits: Mapping[int, int]) -> None:
        for number, limit in desk_limits.items():
            if limit < 0:
                raise ValueError(f"the limit of member {number} is below 0")
        self._desk_limits = dict(desk_limits)

    def limit(self, member: Member) -> int:
        by_plan = LIMITS_BY_PLAN.get(member.plan, DEFAULT_LIMIT)
        return self._desk_limits.get(member.number) or by_plan

    def remaining(self, member: Member) -> int:
        return max(0, self.limit(member) - member.loans)

    def may_borrow(self, member: Member, tools: int = 1) -> bool:
        if tools < 1:
            raise ValueError("at least one tool is borrowed")
        return tools <= self.remaining(member)
