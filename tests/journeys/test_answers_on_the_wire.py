"""What leaves the house, read at somebody else's mail server (lessons.md 9, interface.md section 7)."""

import email
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

import pytest

from ventanilla.cases import queries as cases
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow.accept import accept
from ventanilla.flow.desk import retry_outgoing
from ventanilla.flow.outgoing import send_due
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import reply
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Attachment
from ventanilla.messages.references import find_tokens
from ventanilla.worklist.models import Row

WRITTEN = (
    b"From: =?utf-8?q?Rosa_N=C3=BA=C3=B1ez?= <rosa@example.org>\r\nTo: consultas@ejemplo.gub.uy\r\n"
    b"Subject: Licencia\r\n"
    b"Message-ID: <%d@example.org>\r\nReferences: <cero@example.org>\r\n\r\nQuiero renovarla.\r\n"
)


def arrive(stage: Stage, content: bytes) -> None:
    accept(stage.account, content, {"mail_from": "rosa@example.org", "rcpt_to": [stage.account.address]})
    drain(stage.body.pk)


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=modern)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def wired(stage: Stage, sink: Any) -> Stage:
    ChannelAccount.objects.update(options={"smtp_url": sink.url})
    stage.account.refresh_from_db()
    return stage


def test_every_mail_has_its_own_id_and_answers_the_persons(wired: Stage, sink: Any) -> None:
    for number in range(10):
        arrive(
            wired,
            (WRITTEN % number)
            .replace(b"Quiero", b"Quiero (%d)" % number)
            .replace(b"Licencia", b"Licencia %d" % number),
        )
    files = [Attachment("guía.pdf", "application/pdf", b"%PDF")]
    for row in Row.objects.all():
        reply(staff(wired.agent_user.pk), row.case_id, "Traé la cédula.", files=files)
    send_due()
    sent = [read(content) for content in sink.mails]
    assert len(sent) == 20
    assert len({message["Message-ID"] for message in sent}) == 20
    asked = {f"<{number}@example.org>" for number in range(10)}
    for message in sent:
        assert message["In-Reply-To"] in asked
        assert message["References"].split()[-1] == message["In-Reply-To"]
        code = message["Subject"].partition("[")[2].partition("]")[0]
        case = cases.by_code(code)
        assert case is not None
        token = message["X-Ventanilla-Reference"]
        text = message.get_body(("plain",))
        page = message.get_body(("html",))
        assert text is not None
        assert page is not None
        assert (
            find_tokens(message["Message-ID"])
            == find_tokens(text.get_content())
            == find_tokens(page.get_content())
            == [token]
        )
        assert text.get_content_charset() == page.get_content_charset() == "utf-8"
        assert message["To"].addresses[0].addr_spec == "rosa@example.org"
        assert "List-Unsubscribe" not in message
    automatic = [message for message in sent if message["Auto-Submitted"]]
    assert [message["Auto-Submitted"] for message in automatic] == ["auto-replied"] * 10
    answers = [message for message in sent if not message["Auto-Submitted"]]
    assert [part.get_filename() for message in answers for part in message.iter_attachments()] == ["guía.pdf"] * 10
    assert {envelope for envelope, _recipients in sink.envelopes} == {"consultas@ejemplo.gub.uy"}


def test_a_refusal_is_seen_in_the_queue_and_goes_when_it_is_mended(wired: Stage, sink: Any) -> None:
    sink.refused.add("rosa@example.org")
    arrive(wired, WRITTEN % 1)
    send_due()
    failed = OutboxMessage.objects.get()
    assert failed.state == "failed"
    assert "550 5.1.1 No such user" in failed.problem
    assert Row.objects.get().has_failed_delivery
    sink.refused.clear()
    retry_outgoing(staff(wired.agent_user.pk), failed.pk)
    assert not Row.objects.get().has_failed_delivery
    send_due()
    assert OutboxMessage.objects.get().state == "sent"
    assert read(sink.mails[0])["Message-ID"] == f"<{failed.external_id}>"


def test_a_bounce_that_comes_later_is_seen_in_the_queue(wired: Stage, sink: Any) -> None:
    arrive(wired, WRITTEN % 1)
    send_due()
    sent = read(sink.mails[0])
    arrive(wired, _bounce(sent["Message-ID"]))
    message = OutboxMessage.objects.get()
    assert (message.state, "5.1.1" in message.problem) == ("bounced", True)
    assert Row.objects.get().has_failed_delivery
    # Nothing automatic is answered automatically.
    send_due()
    assert len(sink.mails) == 1


def _bounce(message_id: str) -> bytes:
    lines = [
        "From: MAILER-DAEMON@example.org",
        "To: consultas@ejemplo.gub.uy",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <bounce@example.org>",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "This is the mail system. The mail could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        "Final-Recipient: rfc822; rosa@example.org",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "Subject: Licencia",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
