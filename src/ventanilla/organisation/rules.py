"""Opening hours as people write them, and the opening that a calendar's rows describe. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise

from ventanilla.calendars import uruguay
from ventanilla.calendars.axis import Interval
from ventanilla.calendars.opening import DayException, ExceptionKind, Opening, minutes

YEARS_BEHIND = 15
YEARS_AHEAD = 10
"""Holidays are laid out so far around today: no promise of the house reaches further."""

_DASH = re.compile(r"\s*(?:-|–|—|\ba\b)\s*")
_CLOSED = {"", "-", "–", "—", "cerrado"}


def plain(text: str) -> str:
    """Without capitals and accents, to compare what people type."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class HoursProblem(StrEnum):
    NOT_AN_INTERVAL = "not_an_interval"
    NOT_A_TIME = "not_a_time"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"


class BadHours(ValueError):
    """Opening hours that make no sense; `text` is the part at fault."""

    def __init__(self, problem: HoursProblem, text: str) -> None:
        super().__init__(f"{problem.value}: {text}")
        self.problem = problem
        self.text = text


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A date of the body's own: closed when `hours` is empty, else open at these hours instead of the week's."""

    on: date
    name: str
    hours: tuple[Interval, ...] = ()


def parse_hours(text: str) -> tuple[Interval, ...]:
    """Minutes from "09:00–12:30, 13:30–17:00"; "9 a 12:30", hyphens and ";" will do, "" and "cerrado" are no hours.

    Raises BadHours.
    """
    text = text.strip().lower()
    if text in _CLOSED:
        return ()
    hours = []
    for part in re.split(r"[,;]|\by\b", text):
        edges = _DASH.split(part.strip())
        if len(edges) != 2:
            raise BadHours(HoursProblem.NOT_AN_INTERVAL, part.strip())
        hours.append((_minute(edges[0]), _minute(edges[1])))
    return check_hours(hours)


def check_hours(hours: Iterable[Sequence[int]]) -> tuple[Interval, ...]:
    """The intervals of a day in order. Raises BadHours when one ends before it begins or two overlap."""
    ordered = sorted((int(start), int(end)) for start, end in hours)
    for start, end in ordered:
        if start < 0 or end > 24 * 60 or start >= end:
            raise BadHours(HoursProblem.BACKWARDS, format_hours([(start, end)]))
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise BadHours(HoursProblem.OVERLAP, format_hours([before, after]))
    return tuple(ordered)


def format_hours(hours: Iterable[Sequence[int]]) -> str:
    """ "09:00–12:30, 13:30–17:00"; "" for a closed day."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in hours)


def opening(
    week: Mapping[int, Iterable[Interval]], own_days: Iterable[OwnDay], zone: str, *, holidays: Iterable[DayException]
) -> Opening:
    """The opening of a calendar; a day of the body's own takes the place of a national holiday."""
    own = (
        DayException(day.on, day.name, day.hours, ExceptionKind.SPECIAL if day.hours else ExceptionKind.CLOSURE)
        for day in own_days
    )
    return Opening(week=tuple(tuple(week.get(day, ())) for day in range(7)), exceptions=(*holidays, *own), zone=zone)


def national_holidays(year: int) -> tuple[DayException, ...]:
    """Public and bank holidays of the years around `year`: an office keeps both (lessons.md 16)."""
    return uruguay.exceptions_for(range(year - YEARS_BEHIND, year + YEARS_AHEAD + 1))


def digest(holidays: Iterable[DayException]) -> str:
    """Changes when a new year, or a new version of the table of holidays, brings other days."""
    return sha256("\n".join(f"{day.on} {day.name}" for day in holidays).encode()).hexdigest()


def _minute(text: str) -> int:
    text = text.strip().removesuffix("h").removesuffix("hs").strip()
    try:
        return minutes(text if ":" in text else f"{text}:00")
    except ValueError as error:
        raise BadHours(HoursProblem.NOT_A_TIME, text) from error


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
