"""Incidents and batches: what is linked, and that nothing is settled twice."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from ventanilla.cases import actions, incidents
from ventanilla.cases.models import Case
from ventanilla.journal.actors import SYSTEM
from ventanilla.journal.models import Fact
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope


@pytest.fixture
def body(db: None) -> Iterator[PublicBody]:
    made = organisation.create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({made.pk}):
        yield made


def a_case(body: PublicBody) -> Case:
    return actions.open_case(
        body.pk, None, "Semáforo", SYSTEM, channel="email", case_type="claim", service_id=None, participants=[]
    )


def test_a_case_is_of_one_incident(body: PublicBody) -> None:
    case = a_case(body)
    first = actions.open_incident(body.pk, "Semáforos apagados", "", SYSTEM)
    second = actions.open_incident(body.pk, "Otra cosa", "", SYSTEM)
    assert actions.link_to_incident(first, case, SYSTEM)
    assert not actions.link_to_incident(first, case, SYSTEM)
    with pytest.raises(actions.InAnotherIncident, match="Semáforos apagados"):
        actions.link_to_incident(second, case, SYSTEM)
    assert actions.unlink_from_incident(case, SYSTEM)
    assert not actions.unlink_from_incident(case, SYSTEM)
    assert actions.link_to_incident(second, case, SYSTEM)
    assert incidents.linked([case.pk]) == {case.pk: second.pk}
    kinds = Fact.objects.filter(case_id=case.pk, kind__startswith="cases.incident").values_list("kind", flat=True)
    assert sorted(kinds) == ["cases.incident_linked", "cases.incident_linked", "cases.incident_unlinked"]


def test_the_list_counts_open_cases(body: PublicBody) -> None:
    incident = actions.open_incident(body.pk, "Semáforos apagados", "", SYSTEM)
    found = [a_case(body) for _one in range(3)]
    for case in found:
        actions.link_to_incident(incident, case, SYSTEM)
    Case.objects.filter(pk=found[0].pk).update(state="closed")
    (listed,) = incidents.incidents("open")
    assert (listed.case_count, listed.open_count) == (3, 2)  # type: ignore[attr-defined] # counted by the query
    empty = actions.open_incident(body.pk, "Nada", "", SYSTEM)
    assert [one.case_count for one in incidents.incidents("open") if one.pk == empty.pk] == [0]  # type: ignore[attr-defined] # as above


def test_an_incident_ends_and_goes_on(body: PublicBody) -> None:
    incident = actions.open_incident(body.pk, "  Semáforos apagados ", "", SYSTEM)
    assert incident.title == "Semáforos apagados"
    assert actions.close_incident(incident, SYSTEM)
    assert not actions.close_incident(incident, SYSTEM)
    assert incidents.open_incidents() == []
    assert actions.reopen_incident(incident, SYSTEM)
    assert not actions.reopen_incident(incident, SYSTEM)
    assert actions.change_incident(incident, "Semáforos", "Corte", SYSTEM)
    assert not actions.change_incident(incident, "Semáforos", "Corte", SYSTEM)


def test_another_body_sees_nothing_of_it(body: PublicBody) -> None:
    incident = actions.open_incident(body.pk, "Semáforos apagados", "", SYSTEM)
    batch = actions.begin_batch(body.pk, "wait", {}, [a_case(body).pk], SYSTEM)
    other = organisation.create_body("otro", "Otro")
    with scope({other.pk}):
        assert incidents.incident(incident.pk) is None
        assert incidents.batch(batch.pk) is None
        assert incidents.batch_cases(batch.pk) == []
        assert incidents.incidents() == []


def test_a_line_is_settled_once_and_a_batch_finished_once(body: PublicBody) -> None:
    found = [a_case(body).pk for _one in range(2)]
    batch = actions.begin_batch(body.pk, "wait", {}, found[:1], SYSTEM, refused={found[1]: "Es de otro organismo."})
    (row_id,) = incidents.waiting_ids(batch.pk)
    with transaction.atomic():
        row = actions.lock_batch_case(row_id)
        assert row is not None
        actions.settle_batch_case(row, is_done=True, said="")
    with transaction.atomic():
        assert actions.lock_batch_case(row_id) is None
        assert actions.finish_batch(batch, SYSTEM)
        assert not actions.finish_batch(batch, SYSTEM)
    assert incidents.progress(batch.pk) == incidents.Progress(total=2, done=1, refused=1)
    (fact,) = Fact.objects.filter(kind="cases.batch_finished")
    assert (fact.details["done"], fact.details["refused"]) == (1, 1)


def test_an_interrupted_batch_is_found_later(body: PublicBody) -> None:
    batch = actions.begin_batch(body.pk, "wait", {}, [a_case(body).pk], SYSTEM)
    assert incidents.unfinished() == []
    assert incidents.unfinished(before_minutes=-1) == [(body.pk, batch.pk)]
