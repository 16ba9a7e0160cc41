"""What anybody may file by a program, and what comes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from ventanilla.accounts.models import IdempotencyKey
from ventanilla.api.tests.conftest import Program, World
from ventanilla.cases import queries as cases
from ventanilla.cases.actions import change_keys
from ventanilla.cases.models import Case
from ventanilla.flow import at_once, keys, receiving
from ventanilla.flow.receive import Received
from ventanilla.intake.actions import block, change_account, create_account
from ventanilla.journal.actors import SYSTEM
from ventanilla.messages.keys import Purpose
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.actions import change_body, create_body
from ventanilla.organisation.scoping import scope
from ventanilla.privacy.models import Consent
from ventanilla.sla.actions import create_policy

ASKED: dict[str, Any] = {
    "type": "claim",
    "subject": "Luminaria apagada",
    "text": "Hace un mes que no hay luz en Durazno 1234.",
    "service": "arbolado",
    "contact": {"name": "Rosa Silva", "email": "Rosa@Example.org", "phone": "099 123 456", "document": "1.234.567-2"},
    "accept_privacy": True,
}


@pytest.fixture
def portal(world: World) -> Any:
    cache.clear()
    with scope({world.body.pk}):
        change_body(world.body, host_names=["testserver"])
        return create_account(world.body, "portal", "ejemplo", "Portal")


def case_of(world: World, answer: Any) -> Case:
    with scope({world.body.pk}):
        found = at_once.case_by_code(answer.json()["code"])
    assert found is not None
    return found


def test_a_request_becomes_a_case(world: World, portal: Any) -> None:
    answer = world.nobody.post("requests", ASKED)
    assert answer.status_code == 201
    assert not answer.cookies
    assert answer.json().keys() == {"code", "url", "promised_at"}
    case = case_of(world, answer)
    assert (case.type, case.subject) == ("claim", "Luminaria apagada")
    assert case.service_id == world.service.pk
    with scope({world.body.pk}):
        consent = Consent.objects.get(case=case)
    assert (consent.channel, consent.notice.public_body_id) == ("portal", world.body.pk)


def test_its_address_opens_the_case_for_who_filed_it(world: World, portal: Any) -> None:
    answer = world.nobody.post("requests", ASKED)
    case = case_of(world, answer)
    url = urlsplit(answer.json()["url"])
    assert url.path == f"/solicitudes/{case.code}/"
    (key,) = parse_qs(url.query)["clave"]
    with scope({world.body.pk}):
        held = keys.holder_of(case, cases.participants(case.pk), key)
    assert held is not None
    assert (held[0].value, held[1]) == ("rosa@example.org", Purpose.FILER)


def test_a_promise_has_an_offset_and_none_is_null(world: World, portal: Any) -> None:
    assert world.nobody.post("requests", ASKED).json()["promised_at"] is None
    with scope({world.body.pk}):
        calendar = organisation.calendar(world.body, "oficina")
        assert calendar is not None
        create_policy(
            world.body, "portal", "Portal", kind="first_response", channel="portal", basis="business_day_hours",
            target_minutes=1440, warning_minutes=240, calendar=calendar,
        )  # fmt: skip
    first = world.nobody.post("requests", ASKED, Idempotency_Key="k-1").json()
    assert datetime.fromisoformat(first["promised_at"]).utcoffset() is not None
    assert world.nobody.post("requests", ASKED, Idempotency_Key="k-1").json() == first


def test_nameless_when_the_body_takes_it(world: World, portal: Any) -> None:
    anonymous = {**ASKED, "contact": {}}
    refused = world.nobody.post("requests", anonymous)
    assert [error["field"] for error in refused.json()["errors"]] == ["contact.name"]
    change_body(world.body, allows_anonymous=True)
    assert world.nobody.post("requests", anonymous).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "pregunta"}, "type"),
        ({"service": "no-hay"}, "service"),
        ({"accept_privacy": False}, "accept_privacy"),
        ({"accept_privacy": "sí"}, "accept_privacy"),
        ({"text": ""}, "text"),
        ({"text": " \n\t"}, "text"),
        ({"text": "\u202e\u2066 "}, "text"),
        ({"text": "a" * 100_001}, "text"),
        ({"subject": "a" * 151}, "subject"),
        ({"contact": {"name": "R", "email": "rosa"}}, "contact.email"),
        ({"contact": {"name": "R", "phone": "no tengo"}}, "contact.phone"),
        ({"contact": {"name": "R", "document": "1.234.567-3"}}, "contact.document"),
        ({"contact": {"name": "R", "color": "rojo"}}, "contact.color"),
        ({"body": "no-hay"}, "body"),
        ({"channel": "email"}, "channel"),
    ],
)
def test_each_datum_that_does_not_serve_is_named(world: World, portal: Any, change: dict[str, Any], field: str) -> None:
    answer = world.nobody.post("requests", {**ASKED, **change})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert all(error["message"] for error in answer.json()["errors"])


@pytest.mark.parametrize("field", ["type", "subject", "text", "contact", "accept_privacy"])
def test_what_is_missing_is_named(world: World, portal: Any, field: str) -> None:
    answer = world.nobody.post("requests", {name: value for name, value in ASKED.items() if name != field})
    assert answer.json()["errors"] == [{"field": field, "message": "Falta este dato."}]


def test_what_is_no_json_request_at_all(world: World, portal: Any) -> None:
    assert world.nobody.post("requests", raw=b"type=claim", media_type="text/plain").status_code == 415
    assert world.nobody.post("requests", raw=b'{"type"', media_type="application/json").status_code == 400
    assert world.nobody.post("requests", {**ASKED, "text": "a\x00b"}).status_code == 400
    large = b'"' + b"a" * (2 * 1024 * 1024) + b'"'
    assert world.nobody.post("requests", raw=large, media_type="application/json").status_code == 413


def test_a_body_without_a_portal_says_so(world: World, portal: Any) -> None:
    with scope({world.body.pk}):
        change_account(portal, is_active=False)
    answer = world.nobody.post("requests", ASKED)
    assert answer.status_code == 409
    assert "no recibe solicitudes por su sitio web" in answer.json()["detail"]


def test_where_several_bodies_answer_one_is_named(world: World, portal: Any) -> None:
    change_body(world.body, host_names=[])
    assert world.nobody.post("requests", ASKED).json()["errors"][0]["field"] == "body"
    answer = world.nobody.post("requests", {**ASKED, "body": "ejemplo"})
    assert answer.status_code == 201
    assert case_of(world, answer).public_body_id == world.body.pk


def test_a_doubtful_one_gets_a_receipt(world: World, portal: Any) -> None:
    with scope({world.body.pk}):
        block(world.body, "words", "casino gratis")
    answer = world.nobody.post("requests", {**ASKED, "text": "¡Casino gratis!"})
    assert answer.status_code == 202
    assert answer.json().keys() == {"state", "receipt"}
    assert answer.json()["state"] == "doubtful"


def test_an_address_that_sends_without_end_is_slowed_down(world: World, portal: Any) -> None:
    """Rubbish counts too; a program with a token goes by its own limit."""
    for _time in range(120):
        world.nobody.post("requests", {})
    answer = world.nobody.post("requests", ASKED)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert world.agent_program.post("requests", ASKED).status_code == 201


def test_a_wrong_token_is_refused(world: World, portal: Any) -> None:
    assert Program("no-es").post("requests", ASKED).status_code == 401


def test_a_stranger_with_a_token_of_another_body_files_like_anybody(world: World, portal: Any) -> None:
    answer = world.stranger_program.post("requests", ASKED)
    assert answer.status_code == 201
    assert case_of(world, answer).public_body_id == world.body.pk


def test_sent_again_with_its_key_it_is_one_case(world: World, portal: Any) -> None:
    first = world.nobody.post("requests", ASKED, Idempotency_Key="k-1")
    second = world.nobody.post("requests", ASKED, Idempotency_Key="k-1")
    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replayed"] == "true"
    with scope({world.body.pk}):
        assert Case.objects.count() == 1
    assert world.nobody.post("requests", ASKED, Idempotency_Key="k-2").json()["code"] != first.json()["code"]


def test_somebody_elsewhere_with_the_same_key_and_words_gets_no_key(world: World, portal: Any) -> None:
    mine = world.nobody.post("requests", ASKED, Idempotency_Key="1").json()
    elsewhere = Program("", Client(REMOTE_ADDR="203.0.113.9"))
    theirs = elsewhere.post("requests", ASKED, Idempotency_Key="1").json()
    assert theirs["code"] == mine["code"]
    assert "clave=" in mine["url"]
    assert "clave=" not in theirs["url"]


def test_what_is_kept_opens_nothing(world: World, portal: Any) -> None:
    answer = world.nobody.post("requests", ASKED, Idempotency_Key="k-1")
    (key,) = parse_qs(urlsplit(answer.json()["url"]).query)["clave"]
    row = IdempotencyKey.objects.get()
    assert (row.token_id, row.public_body_id) == (None, world.body.pk)
    assert key not in str(row.response_body)
    assert "osa" not in str(row.response_body)


def test_a_key_that_was_changed_is_not_given_again(world: World, portal: Any) -> None:
    first = world.nobody.post("requests", ASKED, Idempotency_Key="k-1").json()
    case = case_of(world, world.nobody.post("requests", ASKED, Idempotency_Key="k-1"))
    with scope({world.body.pk}):
        change_keys(case, SYSTEM)
    again = world.nobody.post("requests", ASKED, Idempotency_Key="k-1").json()
    assert again == {**first, "url": first["url"].partition("?")[0]}


def test_somebody_elses_key_tells_a_stranger_nothing(world: World, portal: Any) -> None:
    first = world.nobody.post("requests", ASKED, Idempotency_Key="1")
    other = {**ASKED, "text": "Otra cosa."}
    answer = world.nobody.post("requests", other, Idempotency_Key="1")
    assert answer.status_code == 422
    assert first.json()["code"] not in answer.content.decode()
    assert world.agent_program.post("requests", other, Idempotency_Key="1").status_code == 201


def test_another_body_has_keys_of_its_own(world: World, portal: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "tercera.example"]
    third = create_body("tercera", "Tercera Intendencia")
    with scope({third.pk}):
        create_account(third, "portal", "tercera", "Portal")
        change_body(third, host_names=["tercera.example"])
    mine = world.nobody.post("requests", ASKED, Idempotency_Key="1")
    asked = {**ASKED, "service": None}
    answer = world.nobody.client.post(
        "/api/v1/requests",
        asked,
        content_type="application/json",
        headers={"Host": "tercera.example", "Idempotency-Key": "1"},
    )
    assert answer.status_code == 201, answer.json()
    assert answer.json()["code"] != mine.json()["code"]


def test_after_a_day_a_key_is_new(world: World, portal: Any) -> None:
    first = world.nobody.post("requests", ASKED, Idempotency_Key="k-1")
    row = IdempotencyKey.objects.get()
    IdempotencyKey.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(hours=25))
    assert world.nobody.post("requests", ASKED, Idempotency_Key="k-1").json()["code"] != first.json()["code"]


def test_a_waiting_one_is_told_so_and_filed_later(world: World, portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving._gatherings[world.body.pk], "receive", lambda *_ids: Received("waiting", []))
    answer = world.nobody.post("requests", ASKED, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert receiving.drain(world.body.pk) == 1
    with scope({world.body.pk}):
        assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_lines_with_one_key_file_one_case(transactional_db: None, world: World, portal: Any) -> None:
    together = Barrier(4)

    def send() -> Any:
        try:
            together.wait(timeout=10)
            return Program("", Client()).post("requests", ASKED, Idempotency_Key="k-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = [sent.result() for sent in [threads.submit(send) for _program in range(4)]]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["url"] for answer in answers}) == 1
    with scope({world.body.pk}):
        assert Case.objects.count() == 1
