"""Choice, counting, pauses and light, without a database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.calendars.opening import Opening, OpeningCalendar
from ventanilla.calendars.uruguay import exceptions_for
from ventanilla.sla import rules
from ventanilla.sla.rules import CaseToTime, Counting, Stretch, Terms
from ventanilla.sla.tests.conftest import local

WEEK = {day: [("9:00", "12:30"), ("13:30", "17:00")] for day in range(5)}
OFFICE = OpeningCalendar.of(Opening.weekly(WEEK, exceptions_for(range(2024, 2034))))
NEVER = OpeningCalendar.of(Opening.weekly({}))
HOUR = timedelta(hours=1)


def terms(counting: Counting, warning: timedelta = timedelta(0), *, stops_in_turismo: bool = False) -> Terms:
    return Terms(counting, OFFICE, warning, stops_in_turismo)


@dataclass(frozen=True)
class Candidate:
    pk: int
    kind: str = "first_response"
    channel: str = ""
    case_type: str = ""
    service_id: int | None = None
    public_body_id: int = 1


CASE = CaseToTime(5, 1, "email", "claim", 9, datetime(2026, 2, 2, 13, tzinfo=UTC))
ANY, BY_CHANNEL, BY_TYPE, BY_BOTH, BY_SERVICE = (
    Candidate(1),
    Candidate(2, channel="email"),
    Candidate(3, case_type="claim"),
    Candidate(4, channel="email", case_type="claim"),
    Candidate(5, service_id=9),
)


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([ANY, BY_CHANNEL, BY_TYPE, BY_BOTH, BY_SERVICE], [BY_SERVICE]),
        ([ANY, BY_CHANNEL, BY_TYPE, BY_BOTH], [BY_BOTH]),
        ([BY_TYPE, BY_CHANNEL, ANY], [BY_TYPE]),
        ([ANY, BY_CHANNEL], [BY_CHANNEL]),
        ([ANY, Candidate(6, channel="chat"), Candidate(7, service_id=8), Candidate(8, case_type="thanks")], [ANY]),
        ([Candidate(12), ANY], [ANY]),
        ([Candidate(6, public_body_id=2)], []),
        ([Candidate(6, kind="resolution"), ANY], [ANY, Candidate(6, kind="resolution")]),
        ([Candidate(6, kind="legal"), Candidate(7, kind="legal", case_type="claim")],
         [Candidate(6, kind="legal"), Candidate(7, kind="legal", case_type="claim")]),
    ],
)  # fmt: skip
def test_the_most_specific_policy_of_each_kind_applies_and_every_law(
    candidates: list[Candidate], chosen: list[Candidate]
) -> None:
    assert rules.choose(candidates, CASE) == chosen
    assert rules.choose(reversed(candidates), CASE) == chosen


HAND_COMPUTED = [
    # The four readings of "24 hours" for a mail of Friday 13 February 2026 at 16:00, before Carnival (domain.md T1).
    (Counting.CALENDAR_HOURS, "2026-02-13 16:00", 24, "2026-02-14 16:00"),
    (Counting.NEXT_BUSINESS_DAY, "2026-02-13 16:00", 24, "2026-02-18 16:00"),
    (Counting.BUSINESS_DAY_HOURS, "2026-02-13 16:00", 24, "2026-02-18 16:00"),
    # 1 hour on Friday, 7 each on 18, 19 and 20, and the last 2 on Monday 23.
    (Counting.OFFICE_HOURS, "2026-02-13 16:00", 24, "2026-02-23 11:00"),
    # Into the lunch break, at its beginning.
    (Counting.OFFICE_HOURS, "2026-02-02 11:30", 1, "2026-02-02 12:30"),
    (Counting.OFFICE_HOURS, "2026-02-02 12:45", 1, "2026-02-02 14:30"),
    # Terms of the law: from the day after, to the last working moment (Decreto 500/991 arts 112 and 114).
    (Counting.BUSINESS_DAYS, "2026-02-13 16:00", 24 * 5, "2026-02-24 17:00"),
    (Counting.CALENDAR_DAYS, "2026-02-13 16:00", 24 * 30, "2026-03-16 17:00"),  # the 30th day is Sunday 15 March
    (Counting.CALENDAR_DAYS, "2026-03-20 10:00", 24 * 10, "2026-04-06 17:00"),  # ends in Turismo
]


@pytest.mark.parametrize(("counting", "start", "hours", "due"), HAND_COMPUTED)
def test_due_moments_computed_by_hand(counting: Counting, start: str, hours: int, due: str) -> None:
    found = rules.due_at(terms(counting), timedelta(hours=hours), [], local(start))
    assert found == local(due)


def test_the_week_of_turismo_stops_a_term_of_calendar_days() -> None:
    stopping = terms(Counting.CALENDAR_DAYS, stops_in_turismo=True)
    # 30 March to 5 April do not count: the tenth day is 6 April.
    assert stopping.due(local("2026-03-20 10:00"), timedelta(days=10)) == local("2026-04-06 17:00")
    assert stopping.due(local("2026-03-20 10:00"), timedelta(days=12)) == local("2026-04-08 17:00")
    assert stopping.elapsed(local("2026-03-20 10:00"), local("2026-04-08 17:00")) == timedelta(days=12)


SERVICE_BASES = [
    Counting.CALENDAR_HOURS,
    Counting.NEXT_BUSINESS_DAY,
    Counting.BUSINESS_DAY_HOURS,
    Counting.OFFICE_HOURS,
]
minutes_of_half_a_year = st.integers(0, 180 * 24 * 60)
instants = minutes_of_half_a_year.map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
targets = st.integers(1, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Stretch], datetime, datetime]:
    """Finished stretches in order with pauses between them, when the clock runs since, and a later instant."""
    moments = sorted(draw(st.lists(instants, min_size=2, max_size=8, unique=True)))
    if len(moments) % 2:
        moments.pop()
    *paired, since, later = moments
    return list(zip(paired[::2], paired[1::2], strict=True)), since, later


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Counting)), targets, histories())
def test_a_pause_only_moves_a_due_moment_away(
    counting: Counting, target: timedelta, history: tuple[list[Stretch], datetime, datetime]
) -> None:
    """Pause at any moment and resume at any later one: the promise is never due earlier than without that pause."""
    stretches, since, later = history
    how = terms(counting)
    before = rules.due_at(how, target, stretches, since)
    paused = rules.close_stretch(stretches, since, since + (later - since) / 2)
    after = rules.due_at(how, target, paused, later)
    assert before is not None
    assert after is not None
    assert after >= before


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Counting)), targets, histories())
def test_an_empty_pause_changes_nothing(
    counting: Counting, target: timedelta, history: tuple[list[Stretch], datetime, datetime]
) -> None:
    stretches, since, later = history
    how = terms(counting)
    paused = rules.close_stretch(stretches, since, later)
    assert rules.due_at(how, target, paused, later) == rules.due_at(how, target, stretches, since)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SERVICE_BASES), targets, histories())
def test_consumed_time_never_shrinks_and_reaches_the_target_when_due(
    counting: Counting, target: timedelta, history: tuple[list[Stretch], datetime, datetime]
) -> None:
    stretches, since, later = history
    how = terms(counting)
    counted = [rules.consumed(how, stretches, since, at) for at in (since - HOUR, since, since + HOUR, later + HOUR)]
    assert counted == sorted(counted)
    assert counted[0] == counted[1]
    due = rules.due_at(how, target, stretches, since)
    assert due is not None
    if due > since:
        assert rules.consumed(how, stretches, since, due) == target


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Counting)), targets, instants, st.integers(1, 60 * 24 * 3))
def test_a_warning_goes_out_in_working_time(
    counting: Counting, target: timedelta, start: datetime, warning: int
) -> None:
    how = terms(counting, timedelta(minutes=warning))
    times = rules.times(how, target, [], start)
    assert times.due_at is not None
    assert times.warn_at is not None
    assert start <= times.warn_at <= times.due_at
    if not OFFICE.is_open(times.warn_at):
        # Only where nobody works between the beginning and the due moment.
        assert times.warn_at == start
        assert OFFICE.next_open(start) >= times.due_at


def test_warnings_by_hand() -> None:
    how = terms(Counting.BUSINESS_DAY_HOURS, 4 * HOUR)
    day = timedelta(days=1)
    assert rules.times(how, day, [], local("2026-02-02 14:00")).warn_at == local("2026-02-03 10:00")
    # Due on Tuesday at 10:00; four hours before is 6:00, so the last open minute of Monday.
    assert rules.times(how, day, [], local("2026-02-02 10:00")).warn_at == local("2026-02-02 16:59")
    # Due at the end of Monday; 20:00 moves to 16:59.
    assert rules.times(how, day, [], local("2026-02-07 10:00")).warn_at == local("2026-02-09 16:59")
    # Resumed out of hours with less left than the warning: at the next opening.
    ran = (local("2026-02-02 09:00"), local("2026-02-03 07:00"))
    assert rules.times(how, day, [ran], local("2026-02-03 08:00")).warn_at == local("2026-02-03 09:00")
    # Six hours of the clock, all at night: the light turns at once.
    by_night = terms(Counting.CALENDAR_HOURS, HOUR)
    assert rules.times(by_night, 6 * HOUR, [], local("2026-02-06 21:00")).warn_at == local("2026-02-06 21:00")
    assert rules.times(terms(Counting.CALENDAR_HOURS), 6 * HOUR, [], local("2026-02-06 21:00")).warn_at is None


def test_a_calendar_without_hours_gives_no_moment() -> None:
    never = Terms(Counting.OFFICE_HOURS, NEVER, HOUR)
    assert rules.times(never, HOUR, [], local("2026-02-02 10:00")) == rules.Times(None, None)
    by_the_clock = Terms(Counting.CALENDAR_HOURS, NEVER, HOUR)
    assert rules.times(by_the_clock, 6 * HOUR, [], local("2026-02-02 10:00")).due_at == local("2026-02-02 16:00")


def test_an_announced_date_never_comes_nearer() -> None:
    how = terms(Counting.OFFICE_HOURS)
    announced, paused_at = local("2026-02-06 12:00"), local("2026-02-05 12:00")
    for resumed_at in (paused_at, local("2026-02-05 13:00"), local("2026-02-09 09:00")):
        assert rules.announced_after_pause(how, announced, paused_at, resumed_at) >= announced
    # Seven office hours were left, and Monday has seven.
    assert rules.announced_after_pause(how, announced, paused_at, local("2026-02-09 09:00")) == local(
        "2026-02-09 17:00"
    )
    passed = local("2026-02-04 12:00")
    assert rules.announced_after_pause(how, passed, paused_at, local("2026-02-09 09:00")) == passed


@pytest.mark.parametrize(
    ("due_in", "warn_in", "is_paused", "light"),
    [
        (5, 1, False, "ok"),
        (5, 0, False, "soon"),
        (5, -1, False, "soon"),
        (0, -1, False, "soon"),
        (-1, -2, False, "late"),
        (5, None, False, "ok"),
        (None, None, True, "paused"),
        (None, None, False, "none"),
        (-1, -2, True, "late"),
    ],
)
def test_the_light(due_in: int | None, warn_in: int | None, is_paused: bool, light: str) -> None:
    now = local("2026-02-02 10:00")
    due_at = None if due_in is None else now + due_in * HOUR
    warn_at = None if warn_in is None else now + warn_in * HOUR
    assert rules.light(now, due_at, warn_at, is_paused) == light
