"""Puts messages into the outbox, in the transaction that decided to send them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from ventanilla.delivery import events
from ventanilla.delivery.models import OutboxMessage, OutboxState
from ventanilla.delivery.rules import external_id
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor
from ventanilla.kit import bulk, clock
from ventanilla.kit.queue import wake
from ventanilla.messages.contract import Address

SEND_JOB = "delivery.send"


class NothingToRetry(Exception):
    """The message is on its way or has arrived: sending it again would double it."""


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """A message to send. The files of its entry go with it.

    `public_body_id` 0 means the account's body; `channel` and `external_id` "" are filled from the account.
    """

    account: ChannelAccount
    case_id: int | None
    entry_id: int | None
    recipients: Sequence[Address]
    subject: str
    text: str
    public_body_id: int = 0
    channel: str = ""
    external_id: str = ""
    copies: Sequence[Address] = ()
    html: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    reference_token: str = ""
    is_automatic: bool = False


def queue(messages: Sequence[NewOutgoing]) -> list[OutboxMessage]:
    """Store the messages in the current transaction, one INSERT for all, and wake the sender once it commits."""
    now = clock.now()
    rows = [
        OutboxMessage(
            public_body_id=one.public_body_id or one.account.public_body_id,
            account=one.account,
            case_id=one.case_id,
            entry_id=one.entry_id,
            channel=one.channel or one.account.channel,
            external_id=one.external_id or external_id(one.reference_token, one.account.address, _nonce()),
            recipients=[_stored(address) for address in one.recipients],
            copies=[_stored(address) for address in one.copies],
            subject=_storable(one.subject)[:400],
            text=_storable(one.text),
            html=_storable(one.html),
            in_reply_to=_storable(one.in_reply_to)[:998],
            references=[_storable(reference) for reference in one.references],
            reference_token=one.reference_token,
            is_automatic=one.is_automatic,
            created_at=now,
            next_attempt_at=now,
        )
        for one in messages
    ]
    queued = bulk.insert(OutboxMessage, rows)
    if queued:
        wake_sender_after_commit()
    return queued


def wake_sender_after_commit() -> None:
    """Once a transaction, however many messages it queues."""
    if not any(waiting[1] is _wake_sender for waiting in connection.run_on_commit):
        transaction.on_commit(_wake_sender, robust=True)


def _wake_sender() -> None:
    wake(SEND_JOB, "")


@transaction.atomic
def retry(outbox_id: int, actor: Actor) -> OutboxMessage:
    """Try again what failed or bounced, with its id unchanged. Raises NothingToRetry and OutboxMessage.DoesNotExist."""
    message: OutboxMessage = OutboxMessage.objects.select_for_update().get(pk=outbox_id)
    if message.state not in (OutboxState.FAILED, OutboxState.BOUNCED):
        raise NothingToRetry
    message.state = OutboxState.QUEUED
    message.attempts = 0
    message.next_attempt_at = clock.now()
    message.claimed_until = None
    message.problem = ""
    message.save(update_fields=["state", "attempts", "next_attempt_at", "claimed_until", "problem"])
    record(
        NewFact(
            events.RETRIED,
            message.public_body_id,
            actor,
            case_id=message.case_id,
            channel=message.channel,
            details={"outbox_id": message.pk},
        )
    )
    wake_sender_after_commit()
    return message


def move_to_case(case_id: int, entry_ids: Sequence[int]) -> None:
    """What those entries sent follows them to another case, so that a bounce is seen where the matter goes on."""
    OutboxMessage.objects.filter(entry_id__in=list(entry_ids)).update(case_id=case_id)


def _nonce() -> str:
    # Lower case letters and digits: some programs change the case of what they quote.
    return secrets.token_hex(10)


def _stored(address: Address) -> dict[str, str]:
    return {"kind": address.kind, "value": _storable(address.value), "name": _storable(address.name)}


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and UTF-8 no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
