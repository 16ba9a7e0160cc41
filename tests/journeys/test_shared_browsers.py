"""A browser that others use as well: what one of them left there, or noted, opens nothing of the next one's."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from tests.journeys.gubuy import FakeGubuy, sign_in

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.contacts.models import AddressProof
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import portal
from ventanilla.flow.portal import Request, file_request
from ventanilla.intake.models import InboundDelivery
from ventanilla.kit import clock
from ventanilla.organisation.actions import change_body

FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("tipo", {"type": "claim"}),
    ("servicio", {"service": ""}),
    ("texto", {"text": "Vivo en Secreto 1234.", "subject": ""}),
    ("archivos", {}),
)


@pytest.fixture
def browser(stage: Stage) -> Client:
    """Where somebody was before, who made it write a session."""
    cache.clear()
    change_body(stage.body, host_names=["testserver"], allows_anonymous=True)
    client = Client()
    session = client.session
    session["was_here"] = True
    session.save()
    return client


def whoever_noted_it(browser: Client) -> Client:
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return other


def prove(browser: Client, address: str) -> None:
    session = browser.session
    proof = {"identities": [["email", address, ""]], "level": 0, "name": "", "used_at": clock.now().timestamp()}
    session["citizen"] = {"mail": proof}
    session.save()


def ask(browser: Client, stage: Stage, **answer: str) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=3)):
        browser.post("/solicitudes/nueva/")
    for slug, answers in (*FORMS, ("respuesta", answer), ("datos", {"name": "Rosa", "phone": "", "document": ""})):
        browser.post(f"/solicitudes/nueva/{slug}/", answers)
    notice = portal.notice_of(stage.body).pk
    browser.post("/solicitudes/nueva/revisar/", {"accepts": "on", "notice": notice})


def test_a_session_that_was_noted_before_sees_no_case_that_is_opened_later(browser: Client, stage: Stage) -> None:
    done = file_request(stage.body, Request(portal.new_request_id(), "claim", "Secreto 1234", name="Rosa"), {})
    assert done.case is not None
    stalker = whoever_noted_it(browser)
    page = f"/solicitudes/{done.case.code}/"
    assert "Secreto 1234" in browser.get(page, {"clave": done.key}, follow=True).content.decode()
    assert "Secreto 1234" not in stalker.get(page).content.decode()


def test_nor_what_is_asked_later(browser: Client, stage: Stage) -> None:
    stalker = whoever_noted_it(browser)
    ask(browser, stage, answer_by="page", email="")
    case = Case.objects.get()
    assert "Secreto 1234" in browser.get(f"/solicitudes/{case.code}/").content.decode()
    assert "Secreto 1234" not in stalker.get(f"/solicitudes/{case.code}/").content.decode()
    assert stalker.get("/solicitudes/recibida/").status_code == 302


@pytest.mark.parametrize("answer", [("page", ""), ("email", "rosa@example.org")])
def test_a_mailbox_proven_by_somebody_before_takes_no_part(
    browser: Client, stage: Stage, answer: tuple[str, str]
) -> None:
    prove(browser, "eva@example.org")
    ask(browser, stage, answer_by=answer[0], email=answer[1])
    case = Case.objects.get()
    assert [person.value for person in cases.participants(case.pk) if person.value == "eva@example.org"] == []


def test_her_own_takes_part(browser: Client, stage: Stage) -> None:
    prove(browser, "rosa@example.org")
    ask(browser, stage, answer_by="email", email="rosa@example.org")
    (person,) = cases.participants(Case.objects.get().pk)
    assert person.proven_at is not None


def test_whoever_signs_in_next_finds_no_receipt(browser: Client, gubuy: FakeGubuy, stage: Stage) -> None:
    change_body(stage.body, allows_anonymous=True)
    ask(browser, stage, answer_by="page", email="")
    assert browser.get("/solicitudes/recibida/").status_code == 200
    assert sign_in(browser).status_code == 302
    assert browser.get("/solicitudes/recibida/").status_code == 302
    assert "Secreto 1234" not in browser.get(f"/solicitudes/{Case.objects.get().code}/").content.decode()


def test_an_agent_finds_no_key_in_the_mail_that_quotes_it(stage: Stage) -> None:
    case = case_of(deliver(stage, letter("Rosa <rosa@example.org>", "Poda", "Un árbol", message_id="a@x.example")))
    told = OutboxMessage.objects.get(case=case)
    key = told.text.split("clave=")[1][:26]
    back = letter("Rosa <rosa@example.org>", "Re", f"Gracias\n\n> {told.text}", In_Reply_To=f"<{told.external_id}>")
    deliver(stage, back)
    delivery = InboundDelivery.objects.latest("pk")
    client = Client()
    client.force_login(stage.agent_user)
    answer = client.get(f"/mostrador/originales/{delivery.pk}/")
    assert answer.status_code == 200
    assert b"Gracias" in answer.content
    assert key.encode() not in answer.content


def test_a_stranger_who_asks_for_her_links_leaves_her_one_that_works(browser: Client, stage: Stage) -> None:
    file_request(stage.body, Request(portal.new_request_id(), "claim", "Hola", email="rosa@example.org"), {})
    began = clock.now()
    for minute in range(60):
        with clock.frozen(began + timedelta(minutes=minute)):
            refused = (
                browser.post(
                    "/seguimiento/perdi-mi-codigo/", {"email": "rosa@example.org"}, REMOTE_ADDR=f"10.0.0.{minute}"
                ).status_code
                == 429
            )
            assert not refused or AddressProof.objects.filter(expires_at__gt=clock.now()).exists()
