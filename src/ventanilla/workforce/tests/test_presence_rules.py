"""What becomes of a presence by itself, for every presence and every silence."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.workforce.presence_rules import (
    AVAILABLE,
    AWAY,
    AWAY_AFTER,
    GONE,
    GONE_AFTER,
    PAUSED,
    at_an_act,
    by_itself,
)
from ventanilla.workforce.rules import WARNING_DAYS, warning_due

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
PRESENCES = st.sampled_from([AVAILABLE, PAUSED, AWAY, GONE])
AGO = st.timedeltas(timedelta(0), timedelta(days=3))


@given(PRESENCES, AGO)
def test_of_whoever_was_never_seen_nothing_changes(presence: str, changed: timedelta) -> None:
    assert by_itself(presence, NOW - changed, None, NOW) == presence


@given(PRESENCES, AGO, AGO)
def test_silence_never_makes_anybody_available(presence: str, changed: timedelta, seen: timedelta) -> None:
    after = by_itself(presence, NOW - changed, NOW - seen, NOW)
    assert after == presence or (presence, after) in {(AVAILABLE, AWAY), (AWAY, GONE), (PAUSED, GONE)}


@given(PRESENCES, AGO, st.timedeltas(timedelta(0), AWAY_AFTER - timedelta(microseconds=1)))
def test_a_fresh_sign_of_life_keeps_whoever_is_here(presence: str, changed: timedelta, seen: timedelta) -> None:
    if presence in (AVAILABLE, PAUSED):
        assert by_itself(presence, NOW - changed, NOW - seen, NOW) == presence


@given(AGO, AGO)
def test_the_spans_are_kept_to_the_microsecond(changed: timedelta, seen: timedelta) -> None:
    silent = min(changed, seen)
    assert (by_itself(AVAILABLE, NOW - changed, NOW - seen, NOW) == AWAY) == (silent >= AWAY_AFTER)
    assert (by_itself(AWAY, NOW - changed, NOW - seen, NOW) == GONE) == (changed >= GONE_AFTER)


@given(PRESENCES)
def test_an_act_ends_an_absence_and_nothing_that_somebody_said(presence: str) -> None:
    assert at_an_act(presence) == (AVAILABLE if presence == AWAY else presence)


@given(st.lists(st.integers(0, 90), min_size=1, unique=True))
def test_each_warning_is_given_once_whatever_days_the_house_stood_still(days_left: list[int]) -> None:
    ends, told, given_days = date(2026, 12, 31), None, []
    for left in sorted(days_left, reverse=True):
        due = warning_due(ends, ends - timedelta(days=left), told)
        if due is not None:
            told = due
            given_days.append(due)
    assert given_days == sorted(set(given_days), reverse=True)
    assert set(given_days) <= set(WARNING_DAYS)
    if min(days_left) <= min(WARNING_DAYS):
        assert given_days[-1] == min(WARNING_DAYS)
