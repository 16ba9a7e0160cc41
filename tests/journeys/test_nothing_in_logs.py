"""What a person says, who she is and what staff type stays out of the logs, at the most talkative level too."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from tests.journeys.wire import OURS, client, listening, stored

from ventanilla.accounts.actions import issue_token
from ventanilla.cases.models import Case
from ventanilla.config.logs import logging_of
from ventanilla.contacts.models import ContactAddress
from ventanilla.demo.stage import Stage
from ventanilla.flow import outgoing, reply
from ventanilla.flow.receiving import drain
from ventanilla.intake.actions import change_account
from ventanilla.journal.actors import staff

WORD = "zarigüeya7731"
"""In the text, the name, the address and the file of the person, and in what staff write and type."""
ASCII_WORD = "zarigueya7731"
MAIL = (
    f"From: {ASCII_WORD} <{ASCII_WORD}@example.org>\r\nTo: {OURS}\r\nSubject: {ASCII_WORD}\r\n"
    f"Message-ID: <{ASCII_WORD}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    f"Content-Transfer-Encoding: 8bit\r\n\r\n{WORD} {ASCII_WORD}\r\n"
).encode()


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """The house's own logging, at DEBUG, into memory."""
    stream = io.StringIO()
    made = logging_of("DEBUG")
    made["handlers"]["standard_error"]["stream"] = stream
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(made)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def silent(logs: io.StringIO) -> list[dict[str, Any]]:
    """The lines, none of which holds the word, however it is written."""
    text = logs.getvalue()
    for form in (WORD, ASCII_WORD, json.dumps(WORD)[1:-1], "7731"):
        assert form not in text, next(line for line in text.splitlines() if form in line)
    return [json.loads(line) for line in text.splitlines()]


def test_a_mail_its_answer_and_what_goes_wrong_with_both(committed_stage: Stage, logs: io.StringIO) -> None:
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail(f"{ASCII_WORD}@example.org", [OURS], MAIL, ["BODY=8BITMIME"])
        with pytest.raises(Exception, match="550"):
            smtp.sendmail(f"{ASCII_WORD}@example.org", [f"{ASCII_WORD}@ejemplo.gub.uy"], MAIL)
    drain(committed_stage.body.pk)
    case = Case.objects.get(subject=ASCII_WORD)
    assert len(stored()) == 1
    reply.reply(staff(committed_stage.agent.user.pk), case.pk, f"{WORD} {ASCII_WORD}")
    # Nobody listens there: the sending fails, and says so.
    change_account(committed_stage.account, options={"smtp_url": f"smtp://{ASCII_WORD}:7731@127.0.0.1:9"})
    outgoing.send_due()
    silent(logs)


def test_programs_and_people_who_type_something_wrong(committed_stage: Stage, logs: io.StringIO) -> None:
    browser = Client(raise_request_exception=False)
    browser.post("/ingresar/", {"login": WORD, "password": ASCII_WORD})
    browser.post("/ingresar/clave/olvidada/", {"email": f"{ASCII_WORD}@example.org"})
    browser.get(f"/ingresar/clave/nueva/3-{ASCII_WORD}/")
    browser.get(f"/mostrador/{ASCII_WORD}/?q={ASCII_WORD}")
    browser.get(f"/{ASCII_WORD}/")
    browser.get("/", headers={"host": f"{ASCII_WORD}.example.org"})
    token = issue_token(committed_stage.supervisor)
    for bearer in (ASCII_WORD, token):
        headers = {"Authorization": f"Bearer {bearer}"}
        browser.get(f"/api/v1/cases?q={ASCII_WORD}", headers=headers)
        for body in (json.dumps({"text": WORD}), f'{{"text": "{ASCII_WORD}', json.dumps({ASCII_WORD: 1})):
            for action in ("notes", "replies", ASCII_WORD):
                browser.post(
                    f"/api/v1/cases/{ASCII_WORD}/{action}", body, content_type="application/json", headers=headers
                )
    lines = silent(logs)
    assert token not in logs.getvalue()
    assert any(line["event"] == "request_refused" for line in lines)


def test_a_fault_tells_its_kind_and_place_and_none_of_its_words(committed_stage: Stage, logs: io.StringIO) -> None:
    path = reverse("account_reset_password_from_key", args=["3", ASCII_WORD])
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    address = {"public_body_id": committed_stage.body.pk, "kind": "email", "value": f"{ASCII_WORD}@example.org"}
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail(f"{ASCII_WORD}@example.org", [OURS], MAIL, ["BODY=8BITMIME"])
    drain(committed_stage.body.pk)
    known = ContactAddress.objects.get(value=address["value"])
    known.pk = None
    with pytest.raises(IntegrityError, match=ASCII_WORD) as caught, transaction.atomic():
        known.save(force_insert=True)
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", path, exc_info=caught.value, extra={"status_code": 500, "request": request}
    )
    (line,) = [line for line in silent(logs) if line["event"] == "request_failed"]
    assert line["status"] == 500
    assert line["route"].startswith("ingresar/clave/nueva/<")
    assert "django.db.utils.IntegrityError" in line["problem"]
    assert any("test_nothing_in_logs.py" in place or "django" in place for place in line["where"])
