"""Where a message belongs, whatever it points at."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.cases.rules import Candidate, Filing, file_message, pointed_at

NOW = datetime(2026, 9, 7, 12, tzinfo=UTC)
WINDOW = timedelta(days=30)
PEOPLE = [("email", name) for name in "abc"]
CANDIDATES = st.lists(
    st.builds(
        lambda case_id, days, people, contacts: Candidate(
            case_id, days is not None, None if days is None else NOW - timedelta(days=days), people, contacts
        ),
        st.integers(1, 50),
        st.none() | st.integers(0, 60),
        st.frozensets(st.sampled_from(PEOPLE)),
        st.frozensets(st.integers(1, 3)),
    ),
    max_size=5,
    unique_by=lambda candidate: candidate.case_id,
)


@given(CANDIDATES, st.sampled_from(PEOPLE), st.integers(1, 3), st.booleans())
def test_only_who_takes_part_ever_joins(
    candidates: list[Candidate], sender: tuple[str, str], contact: int, is_automatic: bool
) -> None:
    decision = file_message(sender, contact, candidates, NOW, WINDOW, is_automatic=is_automatic)
    mine = {
        one.case_id: one for one in candidates if sender in one.participants or contact in one.participant_contact_ids
    }
    if decision.filing is Filing.OPEN:
        assert decision.case_id is None
        assert decision.is_suspicious == (bool(candidates) and not mine)
        assert (decision.related_id is None) == (not candidates)
        assert all(one.closed_at and NOW - one.closed_at > WINDOW and not is_automatic for one in mine.values())
        return
    assert decision.case_id is not None
    joined = mine[decision.case_id]
    assert not decision.is_suspicious
    if decision.filing is Filing.REOPEN:
        assert joined.closed_at is not None
        assert NOW - joined.closed_at <= WINDOW
        assert not is_automatic
    else:
        assert not joined.is_closed or is_automatic


@given(
    st.lists(st.integers(1, 9), max_size=3),
    st.lists(st.sampled_from("abcd"), max_size=3),
    st.lists(st.sampled_from("abcd"), max_size=3),
    st.none() | st.integers(1, 9),
    st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(1, 9), max_size=3)),
)
def test_pointers_stand_once_each_signed_ones_first(
    tokens: list[int], answers: list[str], references: list[str], code: int | None, known: dict[str, list[int]]
) -> None:
    pointed = pointed_at(tokens, answers, references, code, known)
    assert len(pointed) == len(set(pointed))
    assert pointed[: len(set(tokens))] == list(dict.fromkeys(tokens))
    said = {case_id for external_id in (*answers, *references) for case_id in known.get(external_id, [])}
    assert set(pointed) == {*tokens, *said, *([code] if code else [])}


def test_the_last_reference_weighs_more_than_the_first() -> None:
    assert pointed_at([], ["x"], ["a", "b"], 4, {"x": [1], "a": [3], "b": [2]}) == [1, 2, 3, 4]
