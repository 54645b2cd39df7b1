"""Parser for the light programs of the lantern walk.

A program has one step a line: a colour, a duration and, optionally, a fade:

    #ffcc00 1m30s
    #203040 45s fade 5s   # comment
"""
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_STEPS = 500
MAX_SECONDS = 3600

_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_DURATION = re.compile(r"(?:([0-9]{1,2})m)?(?:([0-9]{1,4})s)?")
_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")


class ProgramError(ValueError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Step:
    colour: tuple[int, int, int]
    seconds: int
    fade: int = 0


def parse_colour(text: str) -> tuple[int, int, int]:
    match = _COLOUR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a colour")
    red, green, blue = (int(part, 16) for part in match.groups())
    return red, green, blue


def parse_duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"{text!r} is not a duration")
    seconds = int(match[1] or 0) * 60 + int(match[2] or 0)
    if not 1 <= seconds <= MAX_SECONDS:
        raise ValueError(f"a duration is between 1 and {MAX_SECONDS} seconds")
    return seconds


def parse_step(words: list[str]) -> Step:
    match words:
        case [colour, duration]:
            return Step(parse_colour(colour), parse_duration(duration))
        case [colour, duration, "fade", fade]:
            step = Step(parse_colour(colour), parse_duration(duration), parse_duration(fade))
            if step.fade > step.seconds:
                raise ValueError("the fade is longer than the step")
            return step
    raise ValueError("expected: COLOUR DURATION [fade DURATION]")


def parse_program(lines: Iterable[str]) -> list[Step]:
    steps: list[Step] = []
    for number, line in enumerate(lines, start=1):
        words = _COMMENT.sub("", line.rstrip()).split()
        if not words:
            continue
        if len(steps) == MAX_STEPS:
            raise ProgramError(number, f"more than {MAX_STEPS} steps")
        try:
            steps.append(parse_step(words))
        except ValueError as exc:
            raise ProgramError(number, str(exc)) from exc
    return steps
