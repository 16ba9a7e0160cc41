"""Pages by key: every row once, in both directions, whatever stands together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ventanilla.cases.models import Case
from ventanilla.messages import codes
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.worklist.actions import index_entries, refresh, reindex
from ventanilla.worklist.models import Row
from ventanilla.worklist.queries import BadCursor, Ended, Filters, Page, count_capped, page, promises_ended, workloads

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
FAR = datetime(9999, 12, 31, tzinfo=UTC)


@pytest.fixture
def body(db: None) -> PublicBody:
    return create_body("ejemplo", "Ejemplo")


def make_rows(body: PublicBody, hours: list[tuple[int, int | None]]) -> list[int]:
    """Open cases by (hours since activity, hours until due or None); their ids."""
    Row.objects.all().delete()
    Case.objects.all().delete()
    cases = [
        Case(
            public_body=body, code=codes.encode(number), subject=f"Asunto {number}", opened_at=NOW, last_activity_at=NOW
        )
        for number in range(len(hours))
    ]
    Case.objects.bulk_create(cases)
    Row.objects.bulk_create(
        Row(
            case=case,
            public_body=body,
            code=case.code,
            subject=case.subject,
            type="information",
            state="open",
            channel="email",
            opened_at=NOW,
            last_activity_at=NOW - timedelta(hours=since),
            next_due_at=NOW + timedelta(hours=until) if until is not None else None,
            due_order=NOW + timedelta(hours=until) if until is not None else FAR,
        )
        for case, (since, until) in zip(cases, hours, strict=True)
    )
    return [case.pk for case in cases]


def walk(filters: Filters, limit: int) -> tuple[list[int], Page]:
    seen: list[int] = []
    shown = page(filters, limit=limit)
    while True:
        seen += [row.case_id for row in shown.rows]
        if shown.next is None:
            return seen, shown
        shown = page(filters, shown.next, limit=limit)


@given(
    hours=st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(-2, 2)), max_size=14),
    limit=st.integers(1, 5),
    order=st.sampled_from(["due", "activity"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_once_in_both_directions(
    body: PublicBody, hours: list[tuple[int, int | None]], limit: int, order: str
) -> None:
    with scope({body.pk}):
        ids = make_rows(body, hours)
        seen, last = walk(Filters(order=order), limit)
        assert sorted(seen) == sorted(ids)
        back = [row.case_id for row in last.rows]
        while last.previous is not None:
            last = page(Filters(order=order), last.previous, limit=limit)
            back = [row.case_id for row in last.rows] + back
        assert back == seen


@given(
    days=st.lists(st.tuples(st.none() | st.integers(0, 9), st.booleans()), max_size=14),
    since=st.integers(0, 9),
    limit=st.integers(1, 5),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_promises_that_ended_are_listed_as_they_are_counted(
    body: PublicBody, days: list[tuple[int | None, bool]], since: int, limit: int
) -> None:
    """`days` since a promise was missed, or None, and whether the case is closed."""
    moment = NOW - timedelta(days=since)
    with scope({body.pk}):
        ids = make_rows(body, [(0, None)] * len(days))
        for case_id, (ago, is_closed) in zip(ids, days, strict=True):
            Row.objects.filter(case_id=case_id).update(
                promise_missed_at=None if ago is None else NOW - timedelta(days=ago),
                state="closed" if is_closed else "open",
            )
        found = Filters(promise="missed", promise_since=moment)
        seen, _last = walk(found, limit)
        wanted = {case_id: ago for case_id, (ago, _) in zip(ids, days, strict=True) if ago is not None and ago <= since}
        assert sorted(seen) == sorted(wanted)
        assert [wanted[case_id] for case_id in seen] == sorted(wanted.values())
        assert promises_ended([moment, NOW - timedelta(days=99)])[0] == Ended(0, len(wanted))
        assert count_capped(found) == len(wanted)


def test_unread_cases_are_listed_as_they_are_counted(body: PublicBody) -> None:
    with scope({body.pk}):
        ids = make_rows(body, [(0, None), (1, None), (2, None)])
        Row.objects.filter(case_id=ids[1]).update(is_unread=False)
        assert walk(Filters(is_open=True, is_unread=True), 10)[0] == [ids[0], ids[2]]
        assert sum(load.unread for load in workloads()) == 2


def test_a_body_out_of_sight_shows_nothing(body: PublicBody) -> None:
    with scope({body.pk}):
        ids = make_rows(body, [(0, None)])
        assert page(Filters(body_ids=(body.pk, 987))).rows[0].case_id == ids[0]
        assert page(Filters(body_ids=(987,))).rows == []
        assert count_capped(Filters(body_ids=(987,), promise="kept")) == 0


def test_the_most_urgent_first_and_what_has_no_promise_last(body: PublicBody) -> None:
    with scope({body.pk}):
        ids = make_rows(body, [(1, None), (2, 5), (3, -1)])
        assert walk(Filters(order="due"), 10)[0] == [ids[2], ids[1], ids[0]]
        assert walk(Filters(order="activity"), 10)[0] == ids


@pytest.mark.parametrize(
    ("light", "expected"), [("late", [2]), ("ok", [1]), ("soon", []), ("paused", []), ("none", [0])]
)
def test_lights(body: PublicBody, light: str, expected: list[int]) -> None:
    with scope({body.pk}):
        ids = make_rows(body, [(1, None), (2, 10_000_000 // 3600), (3, -100_000)])
        assert walk(Filters(light=light), 10)[0] == [ids[place] for place in expected]
        assert count_capped(Filters(light=light)) == len(expected)


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WyJ4IiwgMSwgZmFsc2Vd", "a" * 5000])
def test_a_cursor_that_no_page_gave(body: PublicBody, cursor: str) -> None:
    with scope({body.pk}), pytest.raises(BadCursor):
        page(Filters(), cursor)


def test_counting_stops_at_the_limit(body: PublicBody) -> None:
    with scope({body.pk}):
        make_rows(body, [(1, 1)] * 12)
        assert count_capped(Filters(), cap=5) == 5


@pytest.fixture
def searchable(body: PublicBody) -> list[Case]:
    subjects = [
        "Renovación de la libreta",
        "El niño y el camión",
        "Árboles caídos en Rivera",
        "correo de ana@vera.example",
    ]
    with scope({body.pk}):
        cases = [
            Case(public_body=body, code=codes.encode(number), subject=subject, opened_at=NOW, last_activity_at=NOW)
            for number, subject in enumerate(subjects, start=1)
        ]
        Case.objects.bulk_create(cases)
        refresh([case.pk for case in cases])
        reindex([case.pk for case in cases])
        index_entries([])
    return cases


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("renovacion", 0),
        ("RENOVACIÓN", 0),
        ("libretas", 0),
        ("nino", 1),
        ("arbol", 2),
        ("caído", 2),
        ("ana@vera.example", 3),
        ("arboles -rivera", None),
        ("nada", None),
        ("el la de", None),
        ("'\"(<&|!:*", None),
        ("\x00", None),
    ],
)
def test_words_are_found_without_accents_and_by_their_stems(
    body: PublicBody, searchable: list[Case], words: str, place: int | None
) -> None:
    with scope({body.pk}):
        found = [row.case_id for row in page(Filters(q=words)).rows]
    assert found == ([] if place is None else [searchable[place].pk])


@pytest.mark.parametrize("few", [0, 2_000])
def test_a_common_word_is_found_as_a_rare_one_is(
    body: PublicBody, searchable: list[Case], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ventanilla.worklist.queries.FEW_MATCHES", few)
    with scope({body.pk}):
        assert [row.case_id for row in page(Filters(q="camiones")).rows] == [searchable[1].pk]


def test_a_code_is_found_however_it_is_typed(body: PublicBody, searchable: list[Case]) -> None:
    typed = searchable[2].code.lower().replace("-", " ")
    with scope({body.pk}):
        assert [row.case_id for row in page(Filters(q=typed)).rows] == [searchable[2].pk]
