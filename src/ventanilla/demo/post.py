"""Brings mail to a stage in tests, through the same two steps as the doors: accept, then receive."""

from email.message import EmailMessage
from itertools import count
from typing import Any

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.stage import Stage
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import Received, receive_one
from ventanilla.intake.models import ChannelAccount

_numbers = count(1)


def letter(sender: str, subject: str, text: str, *, message_id: str = "", **headers: str) -> bytes:
    """One RFC 5322 message; header names are written with underscores (`In_Reply_To`)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = headers.pop("To", "consultas@ejemplo.gub.uy")
    message["Subject"] = subject
    message["Message-ID"] = f"<{message_id or f'test.{next(_numbers)}@example.org'}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def deliver(stage: Stage, content: bytes, *, account: ChannelAccount | None = None, **envelope: Any) -> Received:
    """Hand the bytes in at an account of the stage, and receive them now."""
    account = account or stage.account
    stored = accept(account, content, {"mail_from": "somebody@example.org", "rcpt_to": [account.address], **envelope})
    return receive_one(stored.delivery_id)


def case_of(received: Received) -> Case:
    """The one case that a delivery went to."""
    (code,) = received.case_codes
    case = cases.by_code(code)
    if case is None:
        raise LookupError(code)
    return case
