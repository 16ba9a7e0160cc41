"""The cost of a question: no more for ten years than for ten days, and only a little more for many exceptional days.

Counted and not timed: every line of the package that runs, and every element that a binary search looks at.
"""

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from math import log2
from types import FrameType
from typing import Any, SupportsIndex

import pytest

from ventanilla.calendars.bases import Basis, add_business_days, due, elapsed, rewind
from ventanilla.calendars.opening import DayException, Opening, OpeningCalendar
from ventanilla.calendars.tests.oracle import DEMO, DEMO_OPENING, local

PACKAGE = "ventanilla/calendars/"
TEN_DAYS, TEN_YEARS = timedelta(days=10), timedelta(days=3_650)


class Watched(list[int]):
    """A list that counts how often an element is looked at."""

    looks = 0

    def __getitem__(self, index: SupportsIndex) -> int:  # type: ignore[override]  # slices are not watched
        Watched.looks += 1
        return super().__getitem__(index)


def lines_run(question: Callable[[], object]) -> int:
    """How many lines of the package a call runs."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if PACKAGE not in frame.f_code.co_filename or "/tests/" in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        question()
    finally:
        sys.settrace(before)
    return count


def watched(opening: Opening) -> OpeningCalendar:
    """A calendar whose tables count the looks at them."""
    calendar = OpeningCalendar(opening)
    axis = calendar.axis
    calendar._starts, calendar._open_before = Watched(calendar._starts), Watched(calendar._open_before)
    axis._days, axis._at_start, axis._at_end = Watched(axis._days), Watched(axis._at_start), Watched(axis._at_end)
    return calendar


def looks(question: Callable[[], object]) -> int:
    """How many elements a call looks at."""
    Watched.looks = 0
    question()
    return Watched.looks


def walk_through(calendar: OpeningCalendar, start: datetime, span: timedelta) -> int:
    """What may cost more over a longer span: listing its stretches."""
    return sum(1 for _ in calendar.intervals(start, start + span))


def half_days(first: date, number: int) -> Iterable[DayException]:
    """That many days in a row, each with hours of its own."""
    return (DayException(first + timedelta(days=day), "medio horario", ((540, 720),)) for day in range(number))


def test_the_watches_see() -> None:
    assert looks(lambda: bisect_left(Watched(range(1_000)), 400)) in range(9, 12)
    assert lines_run(lambda: DEMO.is_open(local("2026-11-24 10:00"))) > 3
    long, short = (partial(walk_through, DEMO, local("2026-11-24 10:00"), span) for span in (TEN_YEARS, TEN_DAYS))
    assert lines_run(long) > 100 * lines_run(short)


QUESTIONS: dict[str, Callable[[OpeningCalendar, datetime, timedelta], object]] = {
    "due": lambda calendar, at, span: due(Basis.OFFICE_HOURS, calendar, at, span / 4),
    "rewind": lambda calendar, at, span: rewind(Basis.OFFICE_HOURS, calendar, at, span / 4),
    "elapsed": lambda calendar, at, span: elapsed(Basis.OFFICE_HOURS, calendar, at, at + span),
    "due on business days": lambda calendar, at, span: due(Basis.BUSINESS_DAY_HOURS, calendar, at, span),
    "due on the next business day": lambda calendar, at, span: due(Basis.NEXT_BUSINESS_DAY, calendar, at, span),
    "business days": lambda calendar, at, span: add_business_days(calendar, at.date(), span.days),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_ten_years_cost_what_ten_days_cost(question: str) -> None:
    ask, at = QUESTIONS[question], local("2026-01-05 10:00")
    calendar = OpeningCalendar(DEMO_OPENING)
    ask(calendar, at, TEN_DAYS)  # derived calendars are built once
    assert abs(lines_run(lambda: ask(calendar, at, TEN_YEARS)) - lines_run(lambda: ask(calendar, at, TEN_DAYS))) < 20


@pytest.mark.parametrize("number", [0, 10, 100, 1_000, 20_000])
@pytest.mark.parametrize("question", ["due", "rewind", "elapsed"])
@pytest.mark.parametrize("zone", ["America/Montevideo", "Europe/Madrid"])
def test_looks_grow_with_the_logarithm_of_the_exceptions(number: int, question: str, zone: str) -> None:
    week = {weekday: [("9:00", "12:30"), ("13:30", "17:00")] for weekday in range(5)}
    calendar = watched(Opening.weekly(week, half_days(date(2005, 1, 1), number), zone))
    for span in (TEN_DAYS, TEN_YEARS):
        seen = looks(partial(QUESTIONS[question], calendar, local("2026-01-05 10:00"), span))
        assert seen < 60 + 4 * log2(number + 1)
