"""In which order waiting cases are offered: nobody waits for ever, and no channel holds up another."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.routing.order_rules import HEAD_START_PERCENT, HEAD_START_PERCENT_MOST, LONG_ENOUGH, Waiting, in_order

NOW = datetime(2026, 9, 7, 12, tzinfo=UTC)
CHANNELS = ("email", "chat", "portal")


@st.composite
def waiting(draw: st.DrawFn, least_minutes: int = 0) -> Waiting:
    since = NOW - timedelta(minutes=draw(st.integers(least_minutes, 5_000)))
    promised = draw(st.none() | st.integers(5, 3_000))
    return Waiting(
        case_id=draw(st.integers(1, 10_000)),
        channel=draw(st.sampled_from(CHANNELS)),
        since_at=since,
        due_at=since + timedelta(minutes=promised) if promised else None,
        head_start=draw(st.sampled_from([0.0, HEAD_START_PERCENT / 100, HEAD_START_PERCENT_MOST / 100])),
    )


CASES = st.lists(waiting(), max_size=25, unique_by=lambda case: case.case_id)


@given(CASES)
def test_every_case_is_offered_once(cases: list[Waiting]) -> None:
    assert sorted(case.case_id for case in in_order(cases, NOW)) == sorted(case.case_id for case in cases)


@given(CASES, waiting(), st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=20))
def test_a_case_that_waits_long_enough_precedes_every_newcomer(
    cases: list[Waiting], patient: Waiting, arriving: list[str]
) -> None:
    later = patient.since_at + timedelta(days=30)
    newcomers = [
        Waiting(20_000 + place, channel, later, later + timedelta(hours=2), HEAD_START_PERCENT_MOST / 100)
        for place, channel in enumerate(arriving)
    ]
    others = [case for case in cases if case.case_id != patient.case_id]
    order = [case.case_id for case in in_order([*newcomers, *others, patient], later)]
    assert order.index(patient.case_id) < min(order.index(case.case_id) for case in newcomers)


@given(CASES)
def test_no_channel_holds_up_another(cases: list[Waiting]) -> None:
    """In each class the n-th case of a channel is offered before the n+1-th of any."""
    places: dict[tuple[bool, str], int] = defaultdict(int)
    last = (False, 0)
    for case in in_order(cases, NOW):
        is_recent = case.used(NOW) < LONG_ENOUGH
        place = places[is_recent, case.channel]
        places[is_recent, case.channel] += 1
        assert (is_recent, place) >= last
        last = (is_recent, place)


@given(CASES)
def test_within_a_channel_whoever_used_more_of_the_promise_comes_first(cases: list[Waiting]) -> None:
    by_channel: dict[str, list[float]] = defaultdict(list)
    for case in in_order(cases, NOW):
        by_channel[case.channel].append(case.used(NOW))
    assert all(shares == sorted(shares, reverse=True) for shares in by_channel.values())


def test_preferential_attention_has_a_head_start_and_no_more() -> None:
    def case(case_id: int, minutes: int, head_start: float = 0.0) -> Waiting:
        since = NOW - timedelta(minutes=minutes)
        return Waiting(case_id, "email", since, since + timedelta(minutes=100), head_start)

    preferential = case(1, 10, 0.25)
    assert [one.case_id for one in in_order([case(2, 30), preferential, case(3, 40)], NOW)] == [3, 1, 2]
