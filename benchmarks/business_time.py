"""What business-time arithmetic costs: compiling a calendar, and each question over ten days and over ten years."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from zoneinfo import ZoneInfo

from ventanilla.calendars.bases import Basis, due, elapsed
from ventanilla.calendars.explanation import explain
from ventanilla.calendars.opening import Opening, OpeningCalendar
from ventanilla.calendars.uruguay import exceptions_for
from ventanilla.calendars.zone import segments_of

REPEATS = 2_000
START = datetime(2026, 2, 13, 19, 30, tzinfo=UTC)
SPANS = {"10_days": timedelta(days=10), "10_years": timedelta(days=3_650)}


def microseconds_each(question: Callable[[], object], repeats: int = REPEATS) -> float:
    """Mean time of a call, in microseconds: the best of five rounds, so that a busy machine disturbs less."""
    rounds = []
    for _ in range(5):
        begun = perf_counter()
        for _ in range(repeats // 5):
            question()
        rounds.append((perf_counter() - begun) / (repeats // 5))
    return round(min(rounds) * 1_000_000, 2)


def main() -> dict[str, float]:
    """Every figure by name; the unit is the name's ending."""
    opening = Opening.weekly(
        {weekday: [("9:00", "12:30"), ("13:30", "17:00")] for weekday in range(5)}, exceptions_for(range(2014, 2041))
    )
    zone = ZoneInfo("America/Montevideo")
    figures = {
        "jumps_of_a_zone_us": microseconds_each(lambda: segments_of.__wrapped__(zone), repeats=20),
        "compile_calendar_with_27_years_of_holidays_us": microseconds_each(
            lambda: OpeningCalendar(opening), repeats=200
        ),
    }
    calendar = OpeningCalendar.of(opening)
    for basis in Basis:
        for name, span in SPANS.items():
            figures[f"due_{basis.value}_{name}_us"] = microseconds_each(partial(due, basis, calendar, START, span))
            ask = partial(elapsed, basis, calendar, START, START + span)
            figures[f"elapsed_{basis.value}_{name}_us"] = microseconds_each(ask)
    figures["explain_24_office_hours_us"] = microseconds_each(
        lambda: explain(Basis.OFFICE_HOURS, calendar, START, timedelta(hours=24)), repeats=500
    )
    return figures


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
