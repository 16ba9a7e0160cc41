"""Who gets a case: never the untrained, never past the maximum, and in turn."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.routing.rules import REASONS, Candidate, choose

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        agent_id=st.integers(1, 10_000),
        team_id=st.integers(1, 3),
        channels=st.sets(st.sampled_from(["email", "chat"])),
        load=st.integers(0, 6),
        max_load=st.integers(0, 6),
        last_assigned_at=st.none() | st.integers(0, 500).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.agent_id,
)


@given(CANDIDATES)
def test_the_chosen_is_trained_has_room_and_nobody_fitter_was_passed_over(candidates: list[Candidate]) -> None:
    choice = choose("email", candidates)
    assert choice.reason in REASONS
    fit = [one for one in candidates if "email" in one.channels and one.load < one.max_load]
    chosen = choice.candidate
    if chosen is None:
        assert not fit
        assert choice.reason != "least_loaded"
        return
    assert chosen in fit
    assert choice.considered == len(fit)
    assert chosen.load == min(one.load for one in fit)
    equals = [one for one in fit if one.load == chosen.load]
    if chosen.last_assigned_at is not None:
        assert all(one.last_assigned_at and one.last_assigned_at >= chosen.last_assigned_at for one in equals)


@given(st.integers(1, 6), st.integers(0, 60))
def test_many_cases_are_shared_evenly(agents: int, cases: int) -> None:
    team = [Candidate(number, 1, {"email"}, 0, 100, None) for number in range(agents)]
    for minute in range(cases):
        chosen = choose("email", team).candidate
        assert chosen is not None
        chosen.load += 1
        chosen.last_assigned_at = NOON + timedelta(minutes=minute)
    loads = [one.load for one in team]
    assert sum(loads) == cases
    assert max(loads) - min(loads) <= 1


def test_the_reason_says_what_was_missing() -> None:
    untrained = Candidate(1, 1, {"chat"}, 0, 5, None)
    full = Candidate(2, 1, {"email"}, 5, 5, None)
    assert choose("email", []).reason == "nobody_present"
    assert choose("email", [untrained]).reason == "nobody_trained"
    assert choose("email", [untrained, full]).reason == "everybody_full"
