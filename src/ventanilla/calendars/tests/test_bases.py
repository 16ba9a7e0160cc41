"""The four bases against hand-computed moments, the minute walker and their own laws; terms in days, the decree."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ventanilla.calendars.bases import (
    Basis,
    add_business_days,
    add_calendar_days,
    business_days_between,
    due,
    elapsed,
    last_moment,
    rewind,
)
from ventanilla.calendars.opening import DayException, NeverOpen, Opening, OpeningCalendar
from ventanilla.calendars.tests.oracle import DEMO, FIRST, LAST, durations, instants, local, openings, utc, walk
from ventanilla.calendars.uruguay import turismo_week

REAL_TIME_BASES = (Basis.CALENDAR_HOURS, Basis.BUSINESS_DAY_HOURS, Basis.OFFICE_HOURS)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "hours", "calendar_hours", "next_business_day", "business_day_hours", "office_hours"),
    [
        # Friday in office hours
        ("2026-11-20 16:00", 24, "2026-11-21 16:00", "2026-11-23 16:00", "2026-11-23 16:00", "2026-11-26 11:00"),
        # Friday at night
        ("2026-11-20 22:30", 24, "2026-11-21 22:30", "2026-11-23 22:30", "2026-11-23 22:30", "2026-11-26 12:00"),
        # Saturday and Sunday: all of Monday
        ("2026-11-21 10:00", 24, "2026-11-22 10:00", "2026-11-24 00:00", "2026-11-24 00:00", "2026-11-26 12:00"),
        ("2026-11-22 23:59", 24, "2026-11-23 23:59", "2026-11-24 00:00", "2026-11-24 00:00", "2026-11-26 12:00"),
        # 48 hours are two business days
        ("2026-11-19 09:15", 48, "2026-11-21 09:15", "2026-11-23 09:15", "2026-11-23 09:15", "2026-11-27 16:15"),
        # Friday before Carnival
        ("2026-02-13 11:00", 24, "2026-02-14 11:00", "2026-02-18 11:00", "2026-02-18 11:00", "2026-02-20 15:00"),
        # Friday before the week of Turismo
        ("2026-03-27 11:00", 24, "2026-03-28 11:00", "2026-04-06 11:00", "2026-04-06 11:00", "2026-04-08 15:00"),
        # Friday at midnight sharp: the hours are up with Friday, the same time of the next business day is Monday's
        ("2026-11-20 00:00", 24, "2026-11-21 00:00", "2026-11-23 00:00", "2026-11-21 00:00", "2026-11-25 12:00"),
    ],
)
def test_hand_computed(
    start: str, hours: int, calendar_hours: str, next_business_day: str, business_day_hours: str, office_hours: str
) -> None:
    duration = timedelta(hours=hours)
    found = {basis: due(basis, DEMO, local(start), duration).isoformat(" ", "minutes")[:16] for basis in Basis}
    assert found == {
        Basis.CALENDAR_HOURS: calendar_hours,
        Basis.NEXT_BUSINESS_DAY: next_business_day,
        Basis.BUSINESS_DAY_HOURS: business_day_hours,
        Basis.OFFICE_HOURS: office_hours,
    }


@given(openings(), instants(), durations())
def test_what_is_elapsed_at_the_due_moment_is_the_duration(
    opening: Opening, start: datetime, duration: timedelta
) -> None:
    calendar = OpeningCalendar(opening)
    for basis in REAL_TIME_BASES:
        assert elapsed(basis, calendar, start, due(basis, calendar, start, duration)) == duration
        assert elapsed(basis, calendar, rewind(basis, calendar, start, duration), start) == duration


@given(openings(zones=("UTC",)), instants(), durations())
def test_also_on_the_next_business_day_where_clocks_stay(
    opening: Opening, start: datetime, duration: timedelta
) -> None:
    calendar, basis = OpeningCalendar(opening), Basis.NEXT_BUSINESS_DAY
    end = due(basis, calendar, start, duration)
    assert elapsed(basis, calendar, start, end) == duration
    assert elapsed(basis, calendar, rewind(basis, calendar, start, duration), start) == duration
    if duration:
        assert calendar.is_business_day(end.date())


@given(openings(), instants(), durations(), st.floats(0, 1))
def test_a_pause_gives_back_exactly_the_rest(
    opening: Opening, start: datetime, duration: timedelta, share: float
) -> None:
    """Paused and resumed at once, the due moment stays; paused over closed time, too."""
    calendar = OpeningCalendar(opening)
    for basis in REAL_TIME_BASES:
        end = due(basis, calendar, start, duration)
        paused_at = utc(start) + (utc(end) - utc(start)) * share
        rest = duration - elapsed(basis, calendar, start, paused_at)
        if rest:
            assert utc(due(basis, calendar, paused_at, rest)) == utc(end)


@given(openings(zones=("America/Montevideo", "Europe/Madrid")), instants(), st.integers(1, 30))
def test_next_business_day_keeps_the_time_of_day(opening: Opening, start: datetime, days: int) -> None:
    calendar = OpeningCalendar(opening)
    shown = start.astimezone(calendar.zone)
    end = due(Basis.NEXT_BUSINESS_DAY, calendar, start, days * DAY)
    assume(end.astimezone(UTC).astimezone(calendar.zone).replace(tzinfo=None) == end.replace(tzinfo=None))
    if calendar.is_business_day(shown.date()):
        assert end.date() == add_business_days(calendar, shown.date(), days)
        assert end.time() == shown.time() or _skipped(end, shown)
    else:
        # Received at 00:00 of the next business day, so the term has all of that day.
        assert end.date() == add_business_days(calendar, shown.date(), days + 1)
        assert end.time() == datetime.min.time()


def _skipped(end: datetime, shown: datetime) -> bool:
    """Whether the clock of that day never showed the time of day sought."""
    sought = datetime.combine(end.date(), shown.time(), tzinfo=end.tzinfo)
    return sought.astimezone(UTC).astimezone(end.tzinfo).time() != shown.time()


@given(openings(), instants(), st.integers(0, 3_000))
@settings(max_examples=40)
def test_business_day_hours_agree_with_the_minute_walker(opening: Opening, at: datetime, length: int) -> None:
    start = at.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=length)
    counted = walk(Basis.BUSINESS_DAY_HOURS, opening, start, end)
    assert elapsed(Basis.BUSINESS_DAY_HOURS, OpeningCalendar(opening), start, end) == counted


@given(openings(), instants(), durations(), st.sampled_from(Basis))
def test_negative_durations_look_back(opening: Opening, at: datetime, duration: timedelta, basis: Basis) -> None:
    calendar = OpeningCalendar(opening)
    assert due(basis, calendar, at, -duration) == rewind(basis, calendar, at, duration)
    assert rewind(basis, calendar, at, -duration) == due(basis, calendar, at, duration)


@pytest.mark.parametrize("basis", Basis)
def test_nothing_to_count_ends_where_it_began(basis: Basis) -> None:
    start = local("2026-11-21 10:00")
    assert due(basis, DEMO, start, timedelta(0)) == rewind(basis, DEMO, start, timedelta(0)) == start


@pytest.mark.parametrize("basis", Basis)
def test_answers_are_shown_by_the_clock_of_the_calendar(basis: Basis) -> None:
    end = due(basis, DEMO, datetime.fromisoformat("2026-11-20T19:00Z"), timedelta(minutes=30))
    assert end.isoformat() == "2026-11-20T16:30:00-03:00"


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("duration", [timedelta(days=40_000), timedelta.max])
def test_beyond_the_table_is_an_error_and_no_overflow(basis: Basis, duration: timedelta) -> None:
    with pytest.raises(ValueError, match=r"1970|2100"):
        due(basis, DEMO, local("2026-11-20 16:00"), duration)
    with pytest.raises(ValueError, match=r"1970|2100"):
        rewind(basis, DEMO, local("2026-11-20 16:00"), duration)


@pytest.mark.parametrize("basis", [Basis.NEXT_BUSINESS_DAY, Basis.BUSINESS_DAY_HOURS, Basis.OFFICE_HOURS])
def test_no_promise_can_fall_due_in_a_calendar_without_hours(basis: Basis) -> None:
    never = OpeningCalendar(Opening.weekly({}))
    with pytest.raises(NeverOpen):
        due(basis, never, local("2026-11-20 16:00"), DAY)
    with pytest.raises(NeverOpen):
        add_business_days(never, date(2026, 11, 20), 1)
    with pytest.raises(NeverOpen):
        add_calendar_days(never, date(2026, 11, 20), 1)


@pytest.mark.parametrize("basis", Basis)
def test_an_instant_without_zone_is_refused(basis: Basis) -> None:
    naive = datetime.fromisoformat("2026-11-20 16:00")
    with pytest.raises(ValueError, match="time zone"):
        due(basis, DEMO, naive, DAY)
    with pytest.raises(ValueError, match="time zone"):
        elapsed(basis, DEMO, naive, naive)


def test_a_time_of_day_that_the_clock_skips_moves_by_the_jump() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    always = OpeningCalendar(Opening.weekly({day: [("0:00", "24:00")] for day in range(7)}, zone="Europe/Madrid"))
    end = due(Basis.NEXT_BUSINESS_DAY, always, local("2026-03-28 02:30", madrid), DAY)
    assert end.isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # from Friday: the count begins on Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 2, 13), 5, date(2026, 2, 24)),  # Carnival lies between
        (date(2026, 3, 27), 5, date(2026, 4, 10)),  # the week of Turismo lies between
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_terms_in_business_days(on: date, days: int, expected: date) -> None:
    assert add_business_days(DEMO, on, days) == expected
    assert business_days_between(DEMO, on, expected) == days
    assert business_days_between(DEMO, expected, on) == -days


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (date(2026, 11, 20), 10, date(2026, 11, 30)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # ends on a Saturday
        (date(2026, 2, 6), 10, date(2026, 2, 18)),  # ends on Monday of Carnival
        (date(2026, 3, 2), 150, date(2026, 7, 30)),  # a petition (Ley 20.333 art. 58)
    ],
)
def test_terms_in_calendar_days_end_on_a_business_day(on: date, days: int, expected: date) -> None:
    assert add_calendar_days(DEMO, on, days) == expected


def test_the_week_of_turismo_stops_a_term_where_the_switch_says_so() -> None:
    paused = turismo_week(2026)
    assert add_calendar_days(DEMO, date(2026, 3, 2), 150, paused) == date(2026, 8, 6)
    assert add_calendar_days(DEMO, date(2026, 4, 6), 10, paused) == date(2026, 4, 16)  # it lies before
    assert add_calendar_days(DEMO, date(2026, 3, 28), 3, paused) == date(2026, 4, 7)  # 29 March, 6 and 7 April


@given(openings(), st.dates(FIRST.date(), LAST.date()), st.integers(1, 40))
def test_business_days_agree_with_walking(opening: Opening, on: date, days: int) -> None:
    calendar, day, left = OpeningCalendar(opening), on, days
    while left:
        day += DAY
        left -= calendar.is_business_day(day)
    assert add_business_days(calendar, on, days) == day


@given(
    st.dates(FIRST.date(), LAST.date()), st.integers(0, 40), st.sets(st.dates(FIRST.date(), LAST.date()), max_size=60)
)
def test_calendar_days_agree_with_walking(on: date, days: int, paused: set[date]) -> None:
    paused |= {on, on + DAY}
    day, left = on, days
    while left:
        day += DAY
        left -= day not in paused
    while not DEMO.is_business_day(day):
        day += DAY
    assert add_calendar_days(DEMO, on, days, paused) == day


def test_terms_have_no_negative_days() -> None:
    for term in (add_business_days, add_calendar_days):
        with pytest.raises(ValueError, match="negative"):
            term(DEMO, date(2026, 11, 20), -1)


def test_a_term_ends_with_the_last_working_moment() -> None:
    assert last_moment(DEMO, date(2026, 11, 23)) == local("2026-11-23 17:00")
    half = OpeningCalendar(
        Opening.weekly({3: [("9:00", "17:00")]}, [DayException(date(2026, 12, 24), "Nochebuena", ((540, 720),))])
    )
    assert last_moment(half, date(2026, 12, 24)) == local("2026-12-24 12:00")
    with pytest.raises(NeverOpen):
        last_moment(DEMO, date(2026, 11, 22))
