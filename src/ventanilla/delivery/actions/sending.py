"""Sends what is due: claim with a lease, send outside any transaction, record.

A sender that dies leaves its claims to run out; another sender then repeats the message it was in the middle of, with
the same id. So a message goes out at least once, and a repetition can be recognised.
"""

import logging
import random
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ventanilla.cases.models import EntryFile
from ventanilla.delivery import events, rules
from ventanilla.delivery.actions.receipts import note_refusals
from ventanilla.delivery.models import OutboxMessage, OutboxState
from ventanilla.intake import queries as intake
from ventanilla.journal.actions import NewFact, record
from ventanilla.kit import clock, live, storage
from ventanilla.messages.contract import (
    Address,
    Attachment,
    Channel,
    Closing,
    OutboundMessage,
    PartlyRefused,
    SendingFailed,
    SendingNotConfigured,
    ServerUnreachable,
)

logger = logging.getLogger(__name__)

LEASE_SECONDS = 10 * 60
"""How long a sender holds what it claimed. A batch that is not through by two thirds of it gives the rest back."""
BATCH = 50
ACCOUNTS_AT_ONCE = 4
"""So that a server that does not answer holds up its own account alone."""
TEMPORARY_FAILURES_IN_A_ROW = 3
"""After so many the account rests until the next run: the fault is hardly the messages'."""
NOT_CONFIGURED_PAUSE = timedelta(minutes=5)
DEMO_PROVIDER_ID = "demo"
"""What stands for the provider's id of mail that the demo keeps for its mailbox page instead of sending it."""

OnChange = Callable[[list[OutboxMessage]], None]


def send_due(limit: int, on_change: OnChange | None = None, *, lease_seconds: int = LEASE_SECONDS) -> int:
    """Send up to `limit` messages whose time has come; how many were tried. Unscoped: the outbox of every body.

    `on_change` is called with each message whose state changed, in the transaction that records it.
    """
    resting: set[int] = set()
    tried = 0
    while tried < limit:
        claimed = _claim(min(BATCH, limit - tried), resting, lease_seconds)
        if not claimed:
            break
        tried += len(claimed)
        by_account: dict[int, list[OutboxMessage]] = {}
        for message in claimed:
            by_account.setdefault(message.account_id, []).append(message)
        runs = [_AccountRun(messages, on_change, lease_seconds) for messages in by_account.values()]
        if len(runs) == 1 or connection.in_atomic_block:
            # Other threads have connections of their own, and would not see what a caller's transaction claimed.
            for run in runs:
                run.send_all()
        else:
            with ThreadPoolExecutor(ACCOUNTS_AT_ONCE) as pool:
                list(pool.map(_in_thread, runs))
        resting.update(run.account_id for run in runs if run.must_rest)
    return tried


def _place(problem: BaseException) -> str:
    """File and line of the innermost frame."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _close(channel: object) -> None:
    if isinstance(channel, Closing):
        channel.close()


def _in_thread(run: "_AccountRun") -> None:
    try:
        run.send_all()
    finally:
        connections.close_all()


@transaction.atomic
def _claim(limit: int, resting: Iterable[int], lease_seconds: int) -> list[OutboxMessage]:
    """Lease the next due messages. The attempt counts from here: a message that kills its senders ends as failed."""
    now = clock.now()
    due = OutboxMessage.unscoped.filter(state=OutboxState.QUEUED, next_attempt_at__lte=now)
    free = due.exclude(claimed_until__gt=now).exclude(account_id__in=list(resting))
    query = free.select_related("account", "case").select_for_update(of=("self",), skip_locked=True)
    claimed: list[OutboxMessage] = list(query.order_by("next_attempt_at", "pk")[:limit])
    until = now + timedelta(seconds=lease_seconds)
    for message in claimed:
        message.attempts += 1
        message.claimed_until = until
    mine = OutboxMessage.unscoped.filter(pk__in=[message.pk for message in claimed])
    mine.update(attempts=F("attempts") + 1, claimed_until=until)
    return claimed


class _AccountRun:
    """The claimed messages of one account, sent one after another over one channel."""

    def __init__(self, messages: Sequence[OutboxMessage], on_change: OnChange | None, lease_seconds: int) -> None:
        self.account_id = messages[0].account_id
        self.must_rest = False
        self._messages = list(messages)
        self._on_change = on_change
        self._stop_at = (messages[0].claimed_until or clock.now()) - timedelta(seconds=lease_seconds / 3)
        self._temporary_failures = 0
        self._channel: Channel | None = None

    def send_all(self) -> None:
        try:
            for place, message in enumerate(self._messages):
                if self.must_rest or clock.now() >= self._stop_at:
                    _release(self._messages[place:])
                    return
                channel = self._channel or self._open(message)
                if channel is not None:
                    self._send(channel, message)
        finally:
            _close(self._channel)

    def _open(self, message: OutboxMessage) -> Channel | None:
        try:
            self._channel = intake.channel_of(message.account)
        except Exception as problem:
            logger.error("account %s has no usable channel: %s", self.account_id, type(problem).__name__)
            self.must_rest = True
            self._postpone(message, _("La cuenta no está bien configurada. Revisá sus opciones y secretos."))
        return self._channel

    def _send(self, channel: Channel, message: OutboxMessage) -> None:
        try:
            provider_id = channel.send(_outbound(message))
        except PartlyRefused as problem:
            self._sent(message, problem.provider_id, problem)
        except SendingNotConfigured as problem:
            self.must_rest = True
            if settings.IS_DEMO:
                self.must_rest = False
                self._sent(message, DEMO_PROVIDER_ID)
            else:
                _wait_for_configuration(message, problem.reason)
        except SendingFailed as problem:
            if problem.is_permanent:
                self._failed(message, problem.reason)
                return
            self._temporary_failures += 1
            self.must_rest = (
                isinstance(problem, ServerUnreachable) or self._temporary_failures >= TEMPORARY_FAILURES_IN_A_ROW
            )
            self._postpone(message, problem.reason)
        except Exception as problem:
            # A fault of ours or of a channel's: it must neither stop the other messages nor be forgotten. Its words may
            # quote the message, so the log names its kind and place only.
            logger.error("sending outbox message %s: %s at %s", message.pk, type(problem).__name__, _place(problem))
            self._postpone(message, _("El sistema falló al enviar este mensaje. Avisá a quien administra."))
        else:
            self._temporary_failures = 0
            self._sent(message, provider_id)

    def _sent(self, message: OutboxMessage, provider_id: str, refusal: PartlyRefused | None = None) -> None:
        now = clock.now()
        with transaction.atomic():
            # A bounce may have overtaken us; then the message is not queued any more and keeps that state.
            is_ours = _update_queued(
                message,
                state=OutboxState.SENT,
                sent_at=now,
                provider_id=provider_id[:998],
                claimed_until=None,
                problem="",
            )
            if message.case_id is None and not settings.IS_DEMO:
                # The house's own mail may carry a link that opens an account; nobody needs it any more.
                OutboxMessage.unscoped.filter(pk=message.pk).update(text="", html="")
            if not is_ours:
                return
            _record(events.SENT, message, elapsed_seconds=int((now - message.created_at).total_seconds()))
            if refusal is not None:
                note_refusals(message, refusal.reason, refusal.refused)
            self._announce(message)

    def _failed(self, message: OutboxMessage, reason: str) -> None:
        with transaction.atomic():
            if _update_queued(message, state=OutboxState.FAILED, problem=reason, claimed_until=None):
                _record(events.FAILED, message)
                self._announce(message)

    def _postpone(self, message: OutboxMessage, reason: str) -> None:
        pause = rules.next_attempt(message.attempts, random.random())
        if pause is None:
            self._failed(
                message, _("Se intentó durante tres días y no se pudo enviar. %(reason)s") % {"reason": reason}
            )
            return
        _update_queued(message, problem=reason, claimed_until=None, next_attempt_at=clock.now() + pause)

    def _announce(self, message: OutboxMessage) -> None:
        if self._on_change is not None:
            self._on_change([message])
        if message.case is not None:
            live.publish(live.case_group(message.case.pk), "entry", code=message.case.code)


def _update_queued(message: OutboxMessage, **values: object) -> bool:
    """Write the values if the message is still queued, and into the instance; False when something overtook us.

    A failure also needs the lease: whoever took over after it ran out speaks for the message now. A success is a fact.
    """
    mine = OutboxMessage.unscoped.filter(pk=message.pk, state=OutboxState.QUEUED)
    if values.get("state") != OutboxState.SENT:
        mine = mine.filter(claimed_until=message.claimed_until)
    if not mine.update(**values):
        return False
    for name, value in values.items():
        setattr(message, name, value)
    return True


def _release(messages: Sequence[OutboxMessage]) -> None:
    """Give back what was claimed and not tried; it does not count as an attempt. One statement: all share one lease."""
    mine = OutboxMessage.unscoped.filter(
        pk__in=[message.pk for message in messages],
        state=OutboxState.QUEUED,
        claimed_until=messages[0].claimed_until,
    )
    mine.update(attempts=F("attempts") - 1, claimed_until=None)


def _wait_for_configuration(message: OutboxMessage, reason: str) -> None:
    _update_queued(
        message,
        attempts=message.attempts - 1,
        claimed_until=None,
        problem=reason,
        next_attempt_at=clock.now() + NOT_CONFIGURED_PAUSE,
    )


def _outbound(message: OutboxMessage) -> OutboundMessage:
    return OutboundMessage(
        external_id=message.external_id,
        account=message.account.address,
        account_name=message.account.name,
        recipients=[_address(stored) for stored in message.recipients],
        copies=[_address(stored) for stored in message.copies],
        subject=message.subject,
        text=message.text,
        html=message.html,
        attachments=_attachments(message),
        in_reply_to=message.in_reply_to,
        references=message.references,
        reference_token=message.reference_token,
        is_automatic=message.is_automatic,
        created_at=message.created_at,
    )


def _attachments(message: OutboxMessage) -> list[Attachment]:
    if message.entry_id is None:
        return []
    files = EntryFile.objects.filter(entry_id=message.entry_id).order_by("pk")
    return [Attachment(file.name, file.media_type, storage.load(file.storage_name), file.content_id) for file in files]


def _address(stored: dict[str, str]) -> Address:
    return Address(stored["kind"], stored["value"], stored.get("name", ""))


def _record(kind: str, message: OutboxMessage, *, elapsed_seconds: int | None = None) -> None:
    record(
        NewFact(
            kind,
            message.public_body_id,
            case_id=message.case_id,
            channel=message.channel,
            elapsed_seconds=elapsed_seconds,
            details={"outbox_id": message.pk, "attempts": message.attempts, "is_automatic": message.is_automatic},
        )
    )
