"""A code that was given before the case is filed is the case's code, whoever asks and whenever."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow import at_once, viewing
from ventanilla.flow.desk import retry_delivery
from ventanilla.flow.portal import Filed, Request, new_request_id
from ventanilla.flow.receiving import drain
from ventanilla.intake.actions import block
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages import codes
from ventanilla.organisation.actions import change_body
from ventanilla.sla.queries import clocks_of


def asked(**changes: Any) -> Request:
    said = {"request_id": new_request_id(), "type": "claim", "text": "No hay luz.", "name": "Rosa", "email": "r@x.org"}
    return Request(**{**said, "service": "licencia-de-conducir", **changes})


def code_of(filed: Filed) -> str:
    assert filed.case is not None
    return filed.case.code


@given(st.integers(min_value=0, max_value=codes.SPACE - 1))
def test_a_code_says_its_number(number: int) -> None:
    assert codes.number_of(codes.encode(number)) == number
    assert codes.number_of(codes.encode(number).lower().replace("-", " ")) == number


def test_what_is_no_code_has_no_number() -> None:
    assert codes.number_of("") is None
    assert codes.number_of("2222-2223") is None


def test_it_is_filed_under_the_code_and_the_promise_that_were_told(stage: Stage) -> None:
    told = [at_once.file_soon(stage.body, asked(), {"door": "api"}) for _ in range(5)]
    assert not Case.objects.exists()
    drain(stage.body.pk)
    assert {case.code for case in Case.objects.all()} == {code_of(one) for one in told}
    for one in told:
        case = cases.by_code(code_of(one))
        assert case is not None
        assert case.service_id == stage.service.pk
        assert one.promised_at == min(clock_.due_at for clock_ in clocks_of(case.pk) if clock_.due_at is not None)
        opened = viewing.with_key(case, one.key)
        assert opened is not None
        assert [entry.text for entry in viewing.timeline(opened[0])] == ["No hay luz.", *_acknowledged(case)]


def _acknowledged(case: Case) -> list[str]:
    return [entry.text for entry in cases.messages(case.pk) if entry.is_automatic and entry.direction == "out"]


def test_whoever_asks_before_has_it_filed_then(stage: Stage) -> None:
    first, second = (at_once.file_soon(stage.body, asked(), {"door": "api"}) for _ in range(2))
    found = at_once.case_by_code(code_of(first))
    assert found is not None
    assert found.subject == "No hay luz."
    assert cases.by_code(code_of(second)) is None
    drain(stage.body.pk)
    assert Case.objects.count() == OutboxMessage.objects.count() == 2


def test_a_stranger_s_code_files_nothing(stage: Stage) -> None:
    at_once.file_soon(stage.body, asked(), {"door": "api"})
    assert at_once.case_by_code(codes.encode(987_654)) is None
    assert not Case.objects.exists()


def test_with_doubts_there_is_no_code(stage: Stage) -> None:
    block(stage.body, "address", "r@x.org", note="", actor=staff(stage.supervisor.pk))
    filed = at_once.file_soon(stage.body, asked(), {"door": "api"})
    assert (filed.state, filed.case) == ("doubtful", None)


def test_a_doubt_that_comes_afterwards_is_told_and_the_code_stays(stage: Stage, client: Client) -> None:
    """Between the code and the filing somebody blocks the writer: an agent decides, under the code that was told."""
    filed = at_once.file_soon(stage.body, asked(), {"door": "api"})
    block(stage.body, "address", "r@x.org", note="", actor=staff(stage.supervisor.pk))
    drain(stage.body.pk)
    assert InboundDelivery.objects.get().state == "doubtful"
    answer = client.get(f"/solicitudes/{code_of(filed)}/")
    assert answer.status_code == 403
    assert "Ya está guardada" in answer.content.decode()
    retry_delivery(staff(stage.supervisor.pk), filed.delivery_id)
    assert Case.objects.get().code == code_of(filed)


def test_the_api_answers_with_it_and_its_address_opens(stage: Stage, client: Client) -> None:
    change_body(stage.body, host_names=["testserver"])
    said = {
        "type": "claim",
        "subject": "Luz",
        "text": "No hay luz.",
        "contact": {"name": "Rosa", "email": "r@x.org"},
        "accept_privacy": True,
    }
    answer = client.post("/api/v1/requests", json.dumps(said), content_type="application/json")
    assert answer.status_code == 201
    told = answer.json()
    assert not Case.objects.exists()
    page = client.get("/" + told["url"].split("/", 3)[3], follow=True).content.decode()
    assert "No hay luz." in page
    assert Case.objects.get().code == told["code"]


@pytest.mark.parametrize("days", [0, 3])
def test_numbers_are_never_given_twice(stage: Stage, days: int) -> None:
    with clock.frozen(clock.now() + timedelta(days=days)):
        told = [code_of(at_once.file_soon(stage.body, asked(), {})) for _ in range(120)]
    drain(stage.body.pk)
    assert len(set(told)) == Case.objects.count() == 120
