"""A person writes, an agent answers, the person replies: one case, from the bytes to the bytes."""

from email.message import EmailMessage
from typing import Any

import pytest

from ventanilla.cases import queries as cases
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.routing import queries as routing
from ventanilla.worklist.models import Row


def mail(sender: str, subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "consultas@ejemplo.gub.uy"
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((sender, subject, text)))}@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def arrive(stage: Stage, content: bytes, **envelope: Any) -> None:
    accept(stage.account, content, {"mail_from": "rosa@example.org", "rcpt_to": [stage.account.address], **envelope})
    drain(stage.body.pk)


def test_a_mail_is_answered_and_its_reply_joins(stage: Stage) -> None:
    arrive(
        stage,
        mail(
            "Rosa Pérez <rosa@example.org>",
            "Licencia vencida",
            "¿Qué necesito para renovarla?",
            message_id="<uno@example.org>",
        ),
    )

    row = Row.objects.get()
    case = cases.by_code(row.code)
    assert case is not None
    assert case.contact is not None
    assert (case.subject, case.contact.name, row.is_unread) == ("Licencia vencida", "Rosa Pérez", True)
    assert row.first_response_due_at is not None
    assignment = routing.assignment_of(case.pk)
    assert assignment is not None
    assert assignment.agent == stage.agent
    acknowledgement = OutboxMessage.objects.get()
    assert acknowledgement.is_automatic
    assert case.code in acknowledgement.subject
    assert acknowledgement.in_reply_to == "uno@example.org"

    answer = reply(staff(stage.agent_user.pk), case.pk, "Traé la cédula y la licencia anterior.")
    row.refresh_from_db()
    assert row.first_responded_at == answer.at
    assert row.next_due_at is None
    sent = OutboxMessage.objects.get(entry=answer)
    assert sent.recipients[0]["value"] == "rosa@example.org"
    assert sent.references == ["uno@example.org"]

    back = mail(
        "rosa@example.org",
        f"Re: {sent.subject}",
        "Gracias, ¿y el horario?",
        message_id="<dos@example.org>",
        In_Reply_To=f"<{sent.external_id}>",
    )
    arrive(stage, back)
    assert Row.objects.count() == 1
    row.refresh_from_db()
    assert row.is_unread
    assert row.next_due_at is not None
    assert [entry.text.strip() for entry in cases.messages(case.pk) if not entry.is_automatic] == [
        "¿Qué necesito para renovarla?",
        "Traé la cédula y la licencia anterior.",
        "Gracias, ¿y el horario?",
    ]

    closed = close(
        staff(stage.agent_user.pk), case.pk, type="information", service_id=stage.service.pk, text="De 9 a 17."
    )
    assert closed.state == "closed"


def test_the_same_mail_twice_is_one_entry(stage: Stage) -> None:
    content = mail("rosa@example.org", "Hola", "Una sola vez", message_id="<una@example.org>")
    arrive(stage, content)
    arrive(stage, content)
    arrive(stage, b"Received: from elsewhere\r\n" + content)
    assert Row.objects.count() == 1
    assert InboundDelivery.objects.count() == 2
    assert OutboxMessage.objects.count() == 1
    assert not InboundDelivery.objects.exclude(state="handled").exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"From: nobody\r\n\r\nhola"])
def test_rubbish_waits_in_quarantine_and_the_next_is_handled(stage: Stage, content: bytes) -> None:
    arrive(stage, content, mail_from="")
    arrive(stage, mail("rosa@example.org", "Hola", "Buen día"))
    assert InboundDelivery.objects.get(state="quarantined").problem
    assert Row.objects.count() == 1
