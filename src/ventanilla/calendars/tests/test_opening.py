"""Open time both ways: laws that hold for every calendar, and the slow way as witness."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.calendars.bases import Basis
from ventanilla.calendars.opening import DayException, NeverOpen, Opening, OpeningCalendar, minutes
from ventanilla.calendars.tests.oracle import (
    DEMO,
    MINUTE,
    around,
    durations,
    instants,
    local,
    openings,
    utc,
    walk,
)

NIGHTS = (
    date(2014, 10, 5), date(2015, 3, 8),  # Montevideo, its last change
    date(2016, 3, 27), date(2016, 10, 30),  # Madrid
    date(2016, 2, 21), date(2016, 10, 16),  # Sao Paulo, at midnight
    date(2016, 4, 2), date(2016, 10, 1),  # Lord Howe, half an hour
    date(2010, 3, 14), date(2010, 11, 7),  # St John's, a minute past midnight: a date that comes back
)  # fmt: skip


@given(openings(), instants(), durations())
def test_the_time_until_the_due_moment_is_the_duration(opening: Opening, start: datetime, duration: timedelta) -> None:
    calendar = OpeningCalendar(opening)
    assert calendar.between(start, calendar.add(start, duration)) == duration
    assert calendar.between(calendar.subtract(start, duration), start) == duration


@given(openings(), instants(), durations(), durations())
def test_adding_twice_is_adding_the_sum(opening: Opening, start: datetime, one: timedelta, two: timedelta) -> None:
    calendar = OpeningCalendar(opening)
    assert utc(calendar.add(calendar.add(start, one), two)) == utc(calendar.add(start, one + two))
    assert utc(calendar.subtract(calendar.subtract(start, one), two)) == utc(calendar.subtract(start, one + two))


@given(openings(), instants(), instants(), durations())
def test_who_comes_later_is_never_served_earlier(
    opening: Opening, a: datetime, b: datetime, duration: timedelta
) -> None:
    calendar = OpeningCalendar(opening)
    first, second = sorted((a, b))
    assert utc(calendar.add(first, duration)) <= utc(calendar.add(second, duration))
    assert calendar.between(first, second) >= timedelta(0)
    assert calendar.between(second, first) == -calendar.between(first, second)
    assert calendar.between(first, second) <= second - first


@given(openings(), instants(), durations())
def test_subtracting_undoes_adding(opening: Opening, at: datetime, duration: timedelta) -> None:
    calendar = OpeningCalendar(opening)
    start = calendar.next_open(at)
    assert utc(calendar.subtract(calendar.add(start, duration), duration)) == utc(start)
    assert utc(calendar.add(at, -duration)) == utc(calendar.subtract(at, duration))


@given(openings(), instants(), durations(timedelta(days=10)))
def test_the_due_moment_is_the_earliest_and_the_warning_the_latest(
    opening: Opening, start: datetime, duration: timedelta
) -> None:
    calendar, moment = OpeningCalendar(opening), timedelta(microseconds=1)
    if duration:
        assert calendar.between(start, utc(calendar.add(start, duration)) - moment) < duration
        assert calendar.between(utc(calendar.subtract(start, duration)) + moment, start) < duration


@given(openings(), around(*NIGHTS), st.integers(0, 4_000))
@settings(max_examples=60)
def test_agrees_with_the_minute_walker(opening: Opening, start: datetime, length: int) -> None:
    calendar, end = OpeningCalendar(opening), start + MINUTE * length
    counted = walk(Basis.OFFICE_HOURS, opening, start, end)
    assert calendar.between(start, end) == counted
    assert sum((utc(b) - utc(a) for a, b in calendar.intervals(start, end)), timedelta(0)) == counted


@given(openings(), around(*NIGHTS))
def test_is_open_and_next_open_agree(opening: Opening, at: datetime) -> None:
    calendar = OpeningCalendar(opening)
    opens = calendar.next_open(at)
    assert calendar.is_open(opens)
    assert calendar.is_open(at) == (utc(opens) == at)
    assert not calendar.between(at, opens)


@given(openings(), instants(), durations(timedelta(days=40)))
def test_stretches_are_open_ordered_and_apart(opening: Opening, start: datetime, length: timedelta) -> None:
    calendar, end = OpeningCalendar(opening), start + length
    last = None
    total = timedelta(0)
    for opens, closes in calendar.intervals(start, end):
        assert last is None or last < utc(opens)
        assert start <= utc(opens) < utc(closes) <= end
        assert calendar.is_open(opens)
        last = utc(closes)
        total += last - utc(opens)
    assert total == calendar.between(start, end)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-20 16:00", 1, "2026-11-20 17:00"),  # a Friday: the close itself, not Monday's opening
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),
        ("2026-11-20 12:00", 1, "2026-11-20 14:00"),  # over lunch
        ("2026-11-21 10:00", 7, "2026-11-23 17:00"),
        ("2026-02-13 16:30", 1, "2026-02-18 09:30"),  # over Carnival
        ("2026-02-13 16:00", 1, "2026-02-13 17:00"),  # and not over it
        ("2026-03-27 16:30", 1, "2026-04-06 09:30"),  # over the week of Turismo
        ("2026-04-30 17:00", 24, "2026-05-07 12:00"),  # 1 May is a Friday
        ("2025-02-28 16:00", 8, "2025-03-05 17:00"),  # 1 March a Saturday, then Carnival
    ],
)
def test_hand_computed_on_the_demo_calendar(start: str, hours: int, expected: str) -> None:
    assert utc(DEMO.add(local(start), timedelta(hours=hours))) == utc(local(expected))


def test_lost_and_repeated_hours_count_as_they_pass() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    night = OpeningCalendar(Opening.weekly({6: [("1:00", "5:00")]}, zone="Europe/Madrid"))
    assert night.between(local("2026-03-29 00:00", madrid), local("2026-03-29 12:00", madrid)) == timedelta(hours=3)
    assert night.between(local("2026-10-25 00:00", madrid), local("2026-10-25 12:00", madrid)) == timedelta(hours=5)
    assert utc(night.add(local("2026-03-29 00:00", madrid), timedelta(hours=2))) == utc(
        local("2026-03-29 04:00", madrid)
    )


def test_montevideo_changed_its_clocks_until_2015() -> None:
    assert DEMO.next_open(local("2015-01-05 00:00")).utcoffset() == timedelta(hours=-2)
    assert DEMO.next_open(local("2016-01-04 00:00")).utcoffset() == timedelta(hours=-3)
    whole_week = OpeningCalendar(Opening.weekly({day: [("0:00", "24:00")] for day in range(7)}))
    assert whole_week.between(local("2014-10-05 00:00"), local("2014-10-06 00:00")) == timedelta(hours=23)
    assert whole_week.between(local("2015-03-08 00:00"), local("2015-03-09 00:00")) == timedelta(hours=25)


def test_half_days_and_special_openings() -> None:
    christmas_eve = DayException(date(2026, 12, 24), "Nochebuena", ((540, 720),))
    fair = DayException(date(2026, 12, 26), "Feria de servicios", ((600, 720),))
    closed = DayException(date(2026, 12, 25), "Día de la Familia")
    week = {day: [(time(9), time(17))] for day in range(5)}
    calendar = OpeningCalendar(Opening.weekly(week, [christmas_eve, closed, fair]))
    assert utc(calendar.add(local("2026-12-24 11:00"), timedelta(hours=2))) == utc(local("2026-12-26 11:00"))
    assert utc(calendar.add(local("2026-12-23 16:00"), timedelta(hours=1))) == utc(local("2026-12-23 17:00"))
    assert utc(calendar.subtract(local("2026-12-28 10:00"), timedelta(hours=1))) == utc(local("2026-12-28 09:00"))
    assert utc(calendar.subtract(local("2026-12-26 11:00"), timedelta(hours=1))) == utc(local("2026-12-26 10:00"))
    assert calendar.exception_on(date(2026, 12, 24)) == christmas_eve
    assert calendar.is_business_day(date(2026, 12, 26))
    assert not calendar.is_business_day(date(2026, 12, 25))


def test_of_two_exceptions_on_a_date_the_last_counts() -> None:
    holiday = DayException(date(2026, 6, 19), "Natalicio de Artigas")
    opens_anyway = DayException(date(2026, 6, 19), "Abre igual", ((540, 1020),))
    opening = Opening.weekly({4: [("9:00", "17:00")]}, [holiday, opens_anyway])
    assert OpeningCalendar(opening).is_business_day(date(2026, 6, 19))
    assert len(opening.exceptions) == 1


def test_touching_intervals_are_one_also_over_midnight() -> None:
    opening = Opening.weekly({0: [("9:00", "12:00"), ("12:00", "24:00")], 1: [("0:00", "6:00")]})
    assert opening.week[0] == ((540, 1440),)
    [stretch] = OpeningCalendar(opening).intervals(local("2026-11-23 00:00"), local("2026-11-25 00:00"))
    assert stretch == (local("2026-11-23 09:00"), local("2026-11-24 06:00"))


def test_a_calendar_without_hours_says_so() -> None:
    never = OpeningCalendar(Opening.weekly({}))
    for question in (never.next_open, lambda at: never.add(at, MINUTE), lambda at: never.subtract(at, MINUTE)):
        with pytest.raises(NeverOpen):
            question(local("2026-11-24 10:00"))
    assert never.between(local("2026-11-24 10:00"), local("2030-11-24 10:00")) == timedelta(0)
    assert list(never.intervals(local("2026-11-24 10:00"), local("2030-11-24 10:00"))) == []


def test_a_calendar_open_on_one_day_only_says_when_that_is_used_up() -> None:
    once = OpeningCalendar(Opening.weekly({}, [DayException(date(2026, 11, 24), "Jornada", ((600, 660),))]))
    assert utc(once.add(local("2020-01-01 00:00"), timedelta(hours=1))) == utc(local("2026-11-24 11:00"))
    with pytest.raises(NeverOpen):
        once.add(local("2020-01-01 00:00"), timedelta(minutes=61))
    with pytest.raises(NeverOpen):
        once.next_open(local("2026-11-24 11:00"))


def test_a_closure_of_years_is_jumped_and_the_end_of_the_table_is_told() -> None:
    closed = [
        DayException(date.fromordinal(day), "Obra")
        for day in range(date(2026, 1, 1).toordinal(), date(2032, 1, 1).toordinal())
    ]
    calendar = OpeningCalendar(Opening.weekly({day: [("9:00", "17:00")] for day in range(5)}, closed))
    assert utc(calendar.next_open(local("2026-01-01 00:00"))) == utc(local("2032-01-01 09:00"))
    with pytest.raises(NeverOpen):
        calendar.add(local("2026-01-01 00:00"), timedelta(days=365 * 200))
    with pytest.raises(NeverOpen):
        calendar.add(local("2026-01-01 00:00"), timedelta.max)


def test_an_office_that_never_closes() -> None:
    always = OpeningCalendar(Opening.weekly({day: [("0:00", "24:00")] for day in range(7)}))
    start, end = local("2026-01-01 00:00"), local("2026-02-01 00:00")
    assert list(always.intervals(start, end)) == [(start, end)]
    with pytest.raises(NeverOpen):
        always.next_closed(start)


@pytest.mark.parametrize(
    "instant", [datetime.fromisoformat(text) for text in ("2026-01-01", "1969-12-31T00:00Z", "9999-01-01T00:00Z")]
)
def test_instants_without_zone_or_beyond_the_table_are_refused(instant: datetime) -> None:
    for question in (DEMO.next_open, lambda at: DEMO.add(at, MINUTE), lambda at: DEMO.between(at, at)):
        with pytest.raises(ValueError, match=r"zone|1970"):
            question(instant)


@pytest.mark.parametrize(
    "intervals",
    [[("9:00", "9:00")], [("17:00", "9:00")], [("9:00", "12:00"), ("11:00", "13:00")], [(0, 1441)], [(-5, 9)]],
)
def test_impossible_intervals_are_refused(intervals: list[tuple[str | int, str | int]]) -> None:
    with pytest.raises(ValueError, match=r"interval|time of the day"):
        Opening.weekly({0: intervals})


@pytest.mark.parametrize("moment", ["9", "9:5", "9:60", "24:01", "nine", "-1:00", time(9, 0, 1), 1441])
def test_impossible_times_are_refused(moment: str | time | int) -> None:
    with pytest.raises(ValueError, match=r"time of the day|to the minute"):
        minutes(moment)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "America", "", "../etc/passwd"])
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        Opening.weekly({}, zone=zone)


def test_weeks_of_another_length_and_unknown_weekdays_are_refused() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Opening(((),) * 6)
    with pytest.raises(ValueError, match="0 to 6"):
        Opening.weekly({7: []})


def test_an_end_of_time_zero_is_midnight() -> None:
    assert Opening.weekly({0: [(time(22), time(0))]}).week[0] == ((1320, 1440),)
