"""Stores deliveries, and says what became of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from ventanilla.intake import events
from ventanilla.intake.models import STILL_KEPT, BlockRule, ChannelAccount, DeliveryState, InboundDelivery
from ventanilla.intake.queries import SET_ASIDE
from ventanilla.intake.rules import MAX_ATTEMPTS, Doubt, checked_value, retry_delay_seconds
from ventanilla.intake.secrets import encrypt
from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock, storage
from ventanilla.messages import registry
from ventanilla.organisation.models import PublicBody

INSERT = """
INSERT INTO intake_inbounddelivery
    (public_body_id, account_id, digest, size_bytes, content, storage_name, envelope, received_at, state, attempts,
    problem)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'stored', 0, '')
ON CONFLICT (account_id, digest) DO NOTHING
RETURNING id
"""


BEGINNING_CHARACTERS = 600
FORGOTTEN_A_RUN = 1_000
LOOPBACK = "127.0.0.0/8, ::1"


class NotInQuarantine(Exception):
    """Somebody else has already decided on the delivery."""


class NotStored(Exception):
    """The delivery could not be stored; whoever brought it must try again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """`is_new` is False when the same bytes had come to the same account before, at `received_at`."""

    delivery_id: int
    is_new: bool
    received_at: datetime


def store(account: ChannelAccount, content: bytes, envelope: Mapping[str, Any]) -> Stored:
    """Keep the bytes once, committed when this returns (outside a transaction of the caller). Raises NotStored.

    One statement, since every message pays for it. Large ones go to storage before the row, so that a row never
    points to nothing.
    """
    digest = hashlib.sha256(content).digest()
    is_large = len(content) > settings.ENVIRONMENT.raw_in_database_max_bytes
    now = clock.now()
    try:
        name = storage.store("raw", content, now) if is_large else ""
        values: list[Any] = [
            account.public_body_id,
            account.pk,
            digest,
            len(content),
            None if is_large else content,
            name,
            Jsonb(_storable(dict(envelope))),
            now,
        ]
        with connection.cursor() as cursor:
            cursor.execute(INSERT, values)
            row = cursor.fetchone()
        if row is not None:
            return Stored(row[0], is_new=True, received_at=now)
        if name:
            storage.remove(name)
        earlier = InboundDelivery.unscoped.filter(account=account, digest=digest).values_list("pk", "received_at").get()
        return Stored(earlier[0], is_new=False, received_at=earlier[1])
    except (Error, OSError) as problem:
        raise NotStored(str(type(problem).__name__)) from problem


def _storable(value: Any) -> Any:
    """JSON as PostgreSQL keeps it: no NUL and no lone surrogate in any text."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_storable(name): _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


def claim(delivery_ids: Sequence[int]) -> list[InboundDelivery]:
    """Those of the deliveries that nobody has handled yet, locked until the transaction ends."""
    still = InboundDelivery.objects.filter(pk__in=list(delivery_ids), state=DeliveryState.STORED).defer(
        "content", "envelope"
    )
    return list(still.select_for_update().order_by("pk"))


def mark_handled(deliveries: Sequence[InboundDelivery]) -> None:
    InboundDelivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        state=DeliveryState.HANDLED, handled_at=clock.now(), problem="", retry_at=None
    )


@transaction.atomic
def quarantine(delivery: InboundDelivery, problem: str) -> None:
    """Set a waiting delivery aside where agents see it; `problem` is plain Spanish. Nothing when another process was
    first."""
    waiting = InboundDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.STORED)
    if not waiting.update(state=DeliveryState.QUARANTINED, problem=problem, retry_at=None):
        return
    record(
        NewFact(
            events.QUARANTINED,
            delivery.public_body_id,
            channel=delivery.account.channel,
            details={"delivery_id": delivery.pk, "size_bytes": delivery.size_bytes, "attempts": delivery.attempts},
        )
    )


@transaction.atomic
def note_failure(delivery: InboundDelivery) -> bool:
    """Our own code failed on it: try again later, or give up into quarantine. True when it was given up."""
    attempts = delivery.attempts + 1
    waiting = InboundDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.STORED)
    if not waiting.update(attempts=attempts, retry_at=clock.now() + timedelta(seconds=retry_delay_seconds(attempts))):
        return False
    if attempts < MAX_ATTEMPTS:
        return False
    quarantine(
        delivery,
        _("El sistema falló %(count)d veces con este mensaje. El original está guardado; avisá a quien administra.")
        % {"count": attempts},
    )
    return True


@transaction.atomic
def doubt(
    delivery: InboundDelivery, doubts: Sequence[Doubt], *, sender: str, name: str, subject: str, text: str
) -> None:
    """Set a waiting delivery aside until a person looks; what it says stands beside the reasons. Nothing when another
    process was first."""
    said = {"sender": sender, "name": name[:200], "subject": subject[:300], "beginning": text[:BEGINNING_CHARACTERS]}
    reasons = [{"kind": one.kind.value, "detail": one.detail} for one in doubts]
    waiting = InboundDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.STORED)
    if not waiting.update(state=DeliveryState.DOUBTFUL, doubt=_storable(said | {"reasons": reasons}), retry_at=None):
        return
    record(
        NewFact(
            events.DOUBTED,
            delivery.public_body_id,
            channel=delivery.account.channel,
            details={"delivery_id": delivery.pk, "reasons": [one.kind.value for one in doubts]},
        )
    )


@transaction.atomic
def put_back(delivery: InboundDelivery, actor: Actor) -> None:
    """An agent wants a quarantined delivery tried again, or a doubtful one attended: no doubt holds it up any more.
    Raises NotInQuarantine."""
    is_doubtful = delivery.state == DeliveryState.DOUBTFUL
    _decide(
        delivery,
        state=DeliveryState.STORED,
        attempts=0,
        retry_at=None,
        problem="",
        doubt=None,
        trusted_at=clock.now() if is_doubtful else delivery.trusted_at,
    )
    record(
        NewFact(
            events.ATTENDED if is_doubtful else events.RETRIED,
            delivery.public_body_id,
            actor,
            channel=delivery.account.channel,
            details={"delivery_id": delivery.pk},
        )
    )


@transaction.atomic
def discard(delivery: InboundDelivery, reason: str, actor: Actor) -> None:
    """An agent says that there is nothing to answer; the bytes stay until `forget_discarded`. Raises
    NotInQuarantine."""
    _decide(delivery, state=DeliveryState.DISCARDED, problem=reason, handled_at=clock.now())
    record(
        NewFact(
            events.DISCARDED,
            delivery.public_body_id,
            actor,
            channel=delivery.account.channel,
            details={"delivery_id": delivery.pk, "was": str(delivery.state)},
        )
    )


def _decide(delivery: InboundDelivery, **values: Any) -> None:
    """Of two agents who decide at once, the first one counts."""
    if delivery.state not in SET_ASIDE:
        raise NotInQuarantine(str(delivery.pk))
    if not InboundDelivery.objects.filter(pk=delivery.pk, state=delivery.state).update(**values):
        raise NotInQuarantine(str(delivery.pk))


@transaction.atomic
def forget_discarded(before: datetime) -> int:
    """Delete the bytes of what was discarded before, and what they said; how many there were. Of every body.

    That it came, from which account and why it was discarded stays. Files go when this is committed.
    """
    old = InboundDelivery.unscoped.filter(STILL_KEPT, handled_at__lt=before).order_by("handled_at")
    found = list(old.values_list("pk", "public_body_id", "storage_name")[:FORGOTTEN_A_RUN])
    ids = [delivery_id for delivery_id, _body_id, _name in found]
    InboundDelivery.unscoped.filter(pk__in=ids).update(content=None, storage_name="", doubt=None, envelope={})
    record_all(
        NewFact(events.FORGOTTEN, body_id, details={"count": sum(1 for one in found if one[1] == body_id)})
        for body_id in sorted({one[1] for one in found})
    )
    names = [name for _id, _body_id, name in found if name]
    transaction.on_commit(partial(_remove, names))
    return len(found)


def _remove(names: Sequence[str]) -> None:
    for name in names:
        storage.remove(name)


@transaction.atomic
def block(
    body: PublicBody, kind: str, value: str, *, note: str = "", until: datetime | None = None, actor: Actor = SYSTEM
) -> BlockRule:
    """Have what comes from there set aside from now on; a rule out of use is used again. Raises rules.BadRule."""
    rule: BlockRule
    rule, _is_new = BlockRule.objects.update_or_create(
        public_body=body,
        kind=kind,
        value=checked_block(body, kind, value),
        defaults={"note": note, "until": until, "is_active": True, "made_by_id": actor.id, "made_at": clock.now()},
    )
    _note_block(events.BLOCKED, rule, actor)
    return rule


def checked_block(body: PublicBody, kind: str, value: str) -> str:
    """The value as it would be kept. Raises rules.BadRule."""
    ours = list(ChannelAccount.objects.filter(public_body=body).values_list("address", flat=True))
    relays = f"{LOOPBACK}, {settings.ENVIRONMENT.mail_trusted_relays}"
    trusted = [ip_network(part.strip(), strict=False) for part in relays.split(",") if part.strip()]
    return checked_value(kind, value, ours, trusted)


@transaction.atomic
def change_block(rule: BlockRule, *, note: str, until: datetime | None, is_active: bool, actor: Actor = SYSTEM) -> None:
    """What a rule is about stays; whether and until when it holds may change."""
    was_active = BlockRule.objects.filter(pk=rule.pk, is_active=True).exists()
    BlockRule.objects.filter(pk=rule.pk).update(note=note, until=until, is_active=is_active)
    changed = {(True, False): events.UNBLOCKED, (False, True): events.BLOCKED}
    _note_block(changed.get((was_active, is_active), events.BLOCK_CHANGED), rule, actor)


def _note_block(event: str, rule: BlockRule, actor: Actor) -> None:
    record(NewFact(event, rule.public_body_id, actor, details={"rule_id": rule.pk, "kind": str(rule.kind)}))


@transaction.atomic
def create_account(
    body: PublicBody,
    channel: str,
    address: str,
    name: str,
    *,
    options: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    actor: Actor = SYSTEM,
) -> ChannelAccount:
    """Open an account of a body on an installed channel. Raises messages.registry.UnknownChannel."""
    registry.factory(channel)
    account = ChannelAccount(
        public_body=body,
        channel=channel,
        address=address.strip().lower(),
        name=name,
        options=dict(options or {}),
        secrets_encrypted=encrypt(secrets or {}),
    )
    account.save()
    record_all([NewFact("intake.account_created", body.pk, actor, channel=channel, details={"account_id": account.pk})])
    return account


@transaction.atomic
def change_account(account: ChannelAccount, *, actor: Actor = SYSTEM, **fields: Any) -> None:
    """Change the visible name, the options, or whether it is in use."""
    if fields:
        ChannelAccount.objects.filter(pk=account.pk).update(**fields)
        record(
            NewFact(
                "intake.account_changed",
                account.public_body_id,
                actor,
                channel=account.channel,
                details={"account_id": account.pk, "fields": sorted(fields)},
            )
        )


@transaction.atomic
def set_secrets(account: ChannelAccount, secrets: Mapping[str, str], actor: Actor) -> None:
    """Replace the account's secrets; nobody can read them back on a screen."""
    ChannelAccount.objects.filter(pk=account.pk).update(secrets_encrypted=encrypt(secrets))
    record(
        NewFact(
            "intake.secrets_set",
            account.public_body_id,
            actor,
            channel=account.channel,
            details={"account_id": account.pk},
        )
    )
