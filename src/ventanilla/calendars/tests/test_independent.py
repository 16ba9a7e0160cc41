"""The same answers as `businesstimedelta`, a library that walks, on every calendar that it can express.

It knows one zone, intervals within a day, and whole holidays; it has no half days, and was written for pytz.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta as btd
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.calendars.opening import DayException, Opening, OpeningCalendar
from ventanilla.calendars.tests.oracle import DEMO, DEMO_OPENING, utc


class Localizing(ZoneInfo):
    """A zone with the one method of pytz that the library calls."""

    def localize(self, shown: datetime) -> datetime:
        """The instant when the zone's clock shows that."""
        return shown.replace(tzinfo=self)


MONTEVIDEO = Localizing("America/Montevideo")
NATIONAL = [exception.on for exception in DEMO_OPENING.exceptions]


def rules_of(intervals: list[tuple[int, int]], weekdays: list[int], holidays: list[date]) -> btd.Rules:
    """One rule an interval; minutes of the day as the library's `time`."""
    clock = [(time(*divmod(start, 60)), time(*divmod(end, 60))) for start, end in intervals]
    work = [btd.WorkDayRule(start, end, weekdays, tz=MONTEVIDEO) for start, end in clock]
    # Its search for holidays never ends well on an empty list, so a day of long ago stands for none.
    return btd.Rules([*work, btd.HolidayRule(holidays, tz=MONTEVIDEO)])


def in_2026(day: int, minute: int) -> datetime:
    return MONTEVIDEO.localize(datetime.combine(date(2026, 1, 1), time())) + timedelta(days=day, minutes=minute)


@given(st.integers(0, 1_000), st.integers(0, 1_439), st.integers(1, 90 * 60))
@settings(max_examples=60)
def test_the_demo_calendar(day: int, minute: int, length: int) -> None:
    rules = rules_of([(540, 750), (810, 1020)], [0, 1, 2, 3, 4], NATIONAL)
    start, duration = in_2026(day, minute), timedelta(minutes=length)
    end = DEMO.add(start, duration)
    assert utc(end) == utc(start + btd.BusinessTimeDelta(rules, timedelta=duration))
    assert DEMO.between(start, end) == rules.difference(start, end.astimezone(MONTEVIDEO)).timedelta


@given(
    st.lists(st.integers(1, 95), min_size=2, max_size=6, unique=True),
    st.sets(st.integers(0, 6), min_size=1),
    st.sets(st.integers(0, 200), max_size=30),
    st.integers(0, 100),
    st.integers(0, 1_439),
    st.integers(1, 30 * 60),
)
@settings(max_examples=100)
def test_any_calendar_it_can_express(
    quarters: list[int], weekdays: set[int], off: set[int], day: int, minute: int, length: int
) -> None:
    edges = sorted(quarter * 15 for quarter in quarters)
    intervals = list(zip(edges[::2], edges[1::2], strict=False))
    holidays = [date(2026, 1, 1) + timedelta(days=number) for number in sorted(off)]
    opening = Opening.weekly(dict.fromkeys(weekdays, intervals), [DayException(on) for on in holidays])
    rules = rules_of(intervals, sorted(weekdays), [*holidays, date(2030, 1, 1)])
    start, duration = in_2026(day, minute), timedelta(minutes=length)
    assert utc(OpeningCalendar(opening).add(start, duration)) == utc(
        start + btd.BusinessTimeDelta(rules, timedelta=duration)
    )
