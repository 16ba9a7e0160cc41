"""Whoever files in the name of somebody's mailbox cannot make the house write her words to it."""

import json

from django.test import Client

from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import portal
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.receiving import drain
from ventanilla.organisation.actions import change_body


def test_a_program_without_a_token_mails_nobody_its_words(stage: Stage) -> None:
    change_body(stage.body, host_names=["testserver"])
    asked = {
        "type": "information",
        "subject": "Ganaste: https://evil.example",
        "text": "Entrá a https://evil.example",
        "contact": {"name": "Tu premio en https://evil.example", "email": "victima@example.org"},
        "accept_privacy": True,
    }
    answer = Client().post("/api/v1/requests", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 201
    drain(stage.body.pk)
    (told,) = OutboxMessage.objects.all()
    assert told.recipients[0]["value"] == "victima@example.org"
    assert "evil" not in told.subject + told.text
    assert answer.json()["code"] in told.subject


def test_whoever_gives_her_name_is_greeted_by_it(stage: Stage) -> None:
    for name in ("María José D'Ángelo-Núñez", "Ma. Inés"):
        file_request(
            stage.body, Request(portal.new_request_id(), "claim", f"Hola {name}", name=name, email="m@x.example"), {}
        )
        assert f"Hola, {name}:" in OutboxMessage.objects.latest("pk").text


def test_a_mail_is_answered_under_its_subject(stage: Stage) -> None:
    case = case_of(deliver(stage, letter("Rosa <rosa@example.org>", "Poda", "Un árbol")))
    assert OutboxMessage.objects.get(case=case).subject == f"[{case.code}] Poda"
    assert Case.objects.count() == 1
