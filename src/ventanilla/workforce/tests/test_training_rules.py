"""Days of certificates and exceptions, whatever the days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.workforce import training_rules as rules

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 # made aware
LENGTHS = st.timedeltas(timedelta(microseconds=1), timedelta(days=400))


@given(DAYS, st.integers(0, 800))
def test_the_last_day_counts_until_midnight_in_montevideo_and_not_a_moment_more(from_on: date, days: int) -> None:
    until_on = from_on + timedelta(days=days)
    begins, (_first, ends) = rules.day_bounds(from_on)[0], rules.day_bounds(until_on)
    moment = timedelta(microseconds=1)
    for at, counts in ((begins - moment, False), (begins, True), (ends - moment, True), (ends, False)):
        assert rules.counts_at(from_on, until_on, None, at) is counts
        assert rules.counts_at(from_on, until_on, None, at.astimezone(UTC)) is counts
    assert rules.counts_at(from_on, None, None, ends)


@given(DAYS, DAYS, MOMENTS)
def test_a_revoked_certificate_counts_on_no_day_from_its_revocation(
    from_on: date, revoked_on: date, at: datetime
) -> None:
    counts = rules.counts_at(from_on, None, revoked_on, at)
    assert counts is (rules.counts_at(from_on, None, None, at) and at < rules.day_bounds(revoked_on)[0])


@given(MOMENTS, LENGTHS, st.none() | LENGTHS, MOMENTS)
def test_an_exception_never_counts_outside_its_time(
    from_at: datetime, length: timedelta, ended_after: timedelta | None, at: datetime
) -> None:
    ended_at = None if ended_after is None else from_at + ended_after
    if rules.is_in_force(from_at, from_at + length, ended_at, at):
        assert from_at <= at < from_at + length
        assert ended_at is None or at < ended_at


@given(DAYS, st.integers(1, 120))
def test_months_later_is_a_real_day_of_the_right_month(day: date, months: int) -> None:
    later = rules.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def _questions(*rights: int) -> list[rules.Question]:
    return [rules.Question("¿?", ("a", "b", "c"), right, "porque sí") for right in rights]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.data())
def test_only_right_answers_count_and_nobody_passes_by_rounding(rights: list[int], data: st.DataObject) -> None:
    answers = {str(n): data.draw(st.integers(0, 2)) for n in range(len(rights))}
    right = sum(answers[str(n)] == one for n, one in enumerate(rights))
    assert rules.score(_questions(*rights), answers) <= right * 100 / len(rights)
    assert (rules.score(_questions(*rights), answers) == 100) is (right == len(rights))
    assert rules.unanswered(_questions(*rights), answers) == []


def test_what_was_not_answered_is_told_by_number() -> None:
    assert rules.unanswered(_questions(0, 1, 2), {"0": 1, "2": 7}) == [1, 2]


@pytest.mark.parametrize(
    "change",
    [{"lessons": []}, {"questions": []}, {"questions": [{"text": "?", "options": ["a", "a"], "right": 0}]}],
)
def test_a_course_that_makes_no_sense_is_refused(change: dict[str, list[dict[str, object]]]) -> None:
    good = {
        "lessons": [{"title": "Uno", "paragraphs": ["Dos"]}],
        "questions": [{"text": "¿?", "options": ["a", "b"], "right": 1, "explanation": "Así es."}],
    }
    assert rules.read_content(good).questions[0].right == 1
    with pytest.raises(rules.BadCourse):
        rules.read_content(good | change)
