"""Records what came back about something we sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ventanilla.delivery import events, rules
from ventanilla.delivery.models import DeliveryReceipt, OutboxMessage, OutboxState
from ventanilla.journal.actions import NewFact, record
from ventanilla.kit import clock, live
from ventanilla.messages.contract import Receipt, ReceiptKind

NEWEST_LOOKED_AT = 5_000
"""How many of the body's newest messages are searched for an address that a bounce names alone."""

FACTS = {OutboxState.BOUNCED: events.BOUNCED, OutboxState.DELIVERED: events.DELIVERED}


@transaction.atomic
def record_receipt(receipt: Receipt, body_id: int) -> OutboxMessage | None:
    """Note the mark on the message it speaks of, found by id, by signed reference or by address; None for none of ours.

    The same mark twice changes nothing.
    """
    message = _message_of(receipt, OutboxMessage.unscoped.filter(public_body_id=body_id))
    if message is None:
        return None
    reason = _storable(receipt.reason)
    __, is_new = DeliveryReceipt.objects.get_or_create(
        message=message,
        kind=receipt.kind.value,
        happened_at=receipt.happened_at,
        address=_storable(receipt.address)[:320],
        defaults={"reason": reason, "is_permanent": receipt.is_permanent},
    )
    if is_new:
        state = rules.after_receipt(message.state, receipt.kind, is_permanent=receipt.is_permanent)
        _change(message, state, _problem(receipt, reason) if receipt.kind is ReceiptKind.BOUNCED else message.problem)
    return message


def mark_read(case_id: int, channel: str, at: datetime) -> int:
    """The person has what was said on that channel before her eyes; how many messages she had not read before."""
    unread = OutboxMessage.objects.filter(case_id=case_id, channel=channel, state=OutboxState.SENT)
    messages = list(unread.select_for_update(of=("self",)))
    DeliveryReceipt.objects.bulk_create(
        DeliveryReceipt(message=message, kind=ReceiptKind.READ.value, happened_at=at) for message in messages
    )
    for message in messages:
        _change(message, OutboxState.DELIVERED, message.problem)
    return len(messages)


def note_refusals(message: OutboxMessage, reason: str, refused: Mapping[str, str]) -> None:
    """Some recipients were turned away at once while the others got the message: a bounce without a mail."""
    now = clock.now()
    DeliveryReceipt.objects.bulk_create(
        DeliveryReceipt(
            message=message, kind=ReceiptKind.BOUNCED.value, happened_at=now, address=address[:320], reason=words
        )
        for address, words in refused.items()
    )
    told = "; ".join(f"{address}: {words}" for address, words in refused.items())
    _change(message, OutboxState.BOUNCED, f"{reason} {told}")


def _message_of(receipt: Receipt, ours: "QuerySet[OutboxMessage]") -> OutboxMessage | None:
    locked = ours.select_for_update(of=("self",)).select_related("case").order_by("-pk")
    if receipt.external_id:
        found = locked.filter(external_id=receipt.external_id.strip("<>")[:300]).first()
        if found is not None:
            return found
    if receipt.reference_tokens:
        found = _by_tokens(locked, receipt.reference_tokens, receipt.address)
        if found is not None:
            return found
    if receipt.address and not receipt.external_id:
        return _by_address(ours, locked, receipt.address)
    return None


def _by_tokens(locked: "QuerySet[OutboxMessage]", tokens: Sequence[str], address: str) -> OutboxMessage | None:
    """The newest message under one of the references, preferably one to that address."""
    candidates = locked.filter(reference_token__in=list(tokens)[:20])
    if address:
        found = candidates.filter(recipients__contains=[{"value": address.lower()}]).first()
        if found is not None:
            return found
    return candidates.first()


def _by_address(
    ours: "QuerySet[OutboxMessage]", locked: "QuerySet[OutboxMessage]", address: str
) -> OutboxMessage | None:
    newest = ours.order_by("-pk").values("pk")[:NEWEST_LOOKED_AT]
    since = clock.now() - rules.ADDRESS_MATCH_WINDOW
    return locked.filter(pk__in=newest, sent_at__gte=since, recipients__contains=[{"value": address.lower()}]).first()


def _problem(receipt: Receipt, reason: str) -> str:
    if receipt.is_permanent:
        plain = _("El correo de destino devolvió el mensaje.")
    else:
        plain = _("El correo de destino todavía no recibió el mensaje y sigue intentando.")
    return f"{plain} {receipt.address} {reason}".strip()


def _change(message: OutboxMessage, state: str, problem: str) -> None:
    is_changed = state != message.state
    message.state, message.problem = OutboxState(state), _storable(problem)
    message.claimed_until = None if is_changed else message.claimed_until
    message.save(update_fields=["state", "problem", "claimed_until"])
    if not is_changed:
        return
    fact = FACTS.get(message.state)
    if fact is not None:
        record(
            NewFact(
                fact,
                message.public_body_id,
                case_id=message.case_id,
                channel=message.channel,
                details={"outbox_id": message.pk, "is_automatic": message.is_automatic},
            )
        )
    if message.case is not None:
        live.publish(live.case_group(message.case.pk), "entry", code=message.case.code)


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and UTF-8 no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
