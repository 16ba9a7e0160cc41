"""Questions to intake."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Count, Min, Q

from ventanilla.intake.models import BlockRule, ChannelAccount, DeliveryState, InboundDelivery
from ventanilla.intake.rules import BlockList, normalised_account_address
from ventanilla.intake.secrets import decrypt
from ventanilla.kit import clock, storage
from ventanilla.messages.contract import Channel, RawDelivery, Tools
from ventanilla.messages.registry import create

SET_ASIDE = (DeliveryState.QUARANTINED, DeliveryState.DOUBTFUL)
"""A person decides on these."""


def account_for_address(address: str, channel: str = "email") -> ChannelAccount | None:
    """The active account that mail for `address` belongs to. Unscoped: a mail server knows no bodies."""
    wanted = normalised_account_address(address)
    found = {
        account.address: account
        for account in ChannelAccount.unscoped.filter(channel=channel, address__in=wanted, is_active=True)
    }
    return next((found[candidate] for candidate in wanted if candidate in found), None)


def ours(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that mean an account in sight, with a `+tag` or without."""
    addresses = set(addresses)
    if not addresses:
        return set()
    own = set(ChannelAccount.objects.values_list("address", flat=True))
    return {address for address in addresses if not own.isdisjoint(normalised_account_address(address))}


def accounts(channel: str = "") -> list[ChannelAccount]:
    query = ChannelAccount.objects.filter(is_active=True).order_by("channel", "address")
    return list(query.filter(channel=channel) if channel else query)


def account(account_id: int) -> ChannelAccount | None:
    found: ChannelAccount | None = ChannelAccount.objects.filter(pk=account_id).first()
    return found


@lru_cache(maxsize=64)
def _secrets(stored: bytes) -> dict[str, str]:
    """Deriving the key costs milliseconds on purpose; the same stored bytes open to the same secrets."""
    return decrypt(stored)


def channel_of(account: ChannelAccount) -> Channel:
    """The account's channel, with its options, its secrets and what the installation lends."""
    options: dict[str, Any] = {"address": account.address, "name": account.name, **account.options}
    options.setdefault("smtp_url", settings.ENVIRONMENT.smtp_url)
    tools = Tools(
        now=clock.now,
        secrets=_secrets(bytes(account.secrets_encrypted)),
        logger=structlog.get_logger(f"ventanilla.channels.{account.channel}"),
    )
    return create(account.channel, options, tools)


def is_kept(delivery: InboundDelivery) -> bool:
    """Whether its bytes are still there; retention takes those of what was discarded."""
    return delivery.content is not None or bool(delivery.storage_name)


def raw(delivery: InboundDelivery) -> RawDelivery:
    """The delivery as channels read it; only while it `is_kept`."""
    content = bytes(delivery.content) if delivery.content is not None else storage.load(delivery.storage_name)
    return RawDelivery(delivery.pk, delivery.account.address, delivery.received_at, content, delivery.envelope)


def delivery(delivery_id: int) -> InboundDelivery | None:
    found: InboundDelivery | None = InboundDelivery.objects.select_related("account").filter(pk=delivery_id).first()
    return found


def deliveries(delivery_ids: Iterable[int]) -> list[InboundDelivery]:
    """With their bytes, oldest first."""
    return list(InboundDelivery.objects.select_related("account").filter(pk__in=list(delivery_ids)).order_by("pk"))


def waiting_with_number(case_id: int) -> InboundDelivery | None:
    """A delivery in sight that was given that case number and is not filed yet, for whatever reason."""
    unfiled = InboundDelivery.objects.filter(
        state__in=[DeliveryState.STORED, DeliveryState.DOUBTFUL, DeliveryState.QUARANTINED],
        envelope__case_id=case_id,
    )
    found: InboundDelivery | None = unfiled.defer("content").first()
    return found


def body_id_of_delivery(delivery_id: int) -> int | None:
    """Unscoped: a door asks for what it has just stored."""
    return InboundDelivery.unscoped.filter(pk=delivery_id).values_list("public_body_id", flat=True).first()


def waiting(limit: int) -> list[InboundDelivery]:
    """The next stored deliveries whose turn has come, oldest first, with their bytes."""
    query = InboundDelivery.objects.filter(state=DeliveryState.STORED).exclude(retry_at__gt=clock.now())
    return list(query.select_related("account").order_by("pk")[:limit])


def body_ids_with_waiting() -> list[int]:
    """Bodies that have a stored delivery whose turn has come. Unscoped: it is the sweep that finds the scopes."""
    query = InboundDelivery.unscoped.filter(state=DeliveryState.STORED).exclude(retry_at__gt=clock.now())
    return list(query.order_by().values_list("public_body_id", flat=True).distinct())


def quarantined(limit: int = 50, before_id: int | None = None) -> list[InboundDelivery]:
    """Newest first."""
    return set_aside([DeliveryState.QUARANTINED], limit, before_id)


def doubtful(limit: int = 50, before_id: int | None = None) -> list[InboundDelivery]:
    """What may be no message to the body and waits for a person, newest first."""
    return set_aside([DeliveryState.DOUBTFUL], limit, before_id)


def set_aside(
    states: Sequence[str] = SET_ASIDE,
    limit: int = 50,
    before_id: int | None = None,
) -> list[InboundDelivery]:
    """What waits for a person to decide, newest first."""
    # A state at a time: each has an index of its own, and both together none.
    found = [one for state in states for one in _in_state(state, limit, before_id)]
    return sorted(found, key=lambda one: one.pk, reverse=True)[:limit]


def _in_state(state: str, limit: int, before_id: int | None) -> list[InboundDelivery]:
    query = InboundDelivery.objects.filter(state=state).select_related("account").defer("content")
    if before_id is not None:
        query = query.filter(pk__lt=before_id)
    return list(query.order_by("-pk")[:limit])


def quarantined_count() -> int:
    return InboundDelivery.objects.filter(state=DeliveryState.QUARANTINED).count()


def doubtful_count() -> int:
    return InboundDelivery.objects.filter(state=DeliveryState.DOUBTFUL).count()


def block_list(body_id: int) -> BlockList:
    """The body's rules in force. One statement; unscoped, since doors ask before anybody is known."""
    in_force = BlockRule.unscoped.filter(public_body_id=body_id, is_active=True).filter(
        Q(until=None) | Q(until__gt=clock.now())
    )
    return BlockList.of(in_force.values_list("kind", "value"))


def blocking_network(body_id: int, client_address: str) -> str:
    """The blocked network that a client is in, or "": what a door puts in the envelope as `blocked_network`, so that
    the address itself is not kept."""
    return block_list(body_id).network_of(client_address)


def blocks_of(body_id: int, *values: str) -> list[BlockRule]:
    """The body's rules in use about exactly those addresses or domains."""
    return list(BlockRule.objects.filter(public_body_id=body_id, value__in=values, is_active=True).order_by("pk"))


def waiting_count() -> int:
    """Deliveries stored and not handled: an indicator and an alarm (design.md section 3)."""
    return InboundDelivery.objects.filter(state=DeliveryState.STORED).count()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What stands before the house's door. `oldest_at` is when the delivery that has waited longest came in."""

    quarantined: int
    doubtful: int
    waiting: int
    oldest_at: datetime | None


def backlog() -> Backlog:
    """One statement, by the index of each state."""
    waiting, quarantined, doubtful_rows = (
        InboundDelivery.objects.filter(state=state)
        .order_by()
        .values("state")
        .annotate(n=Count("pk"), oldest=Min("received_at"))
        .values_list("state", "n", "oldest")
        for state in (DeliveryState.STORED, DeliveryState.QUARANTINED, DeliveryState.DOUBTFUL)
    )
    found = {state: (n, oldest) for state, n, oldest in waiting.union(quarantined, doubtful_rows, all=True)}
    waiting_count, oldest_at = found.get(DeliveryState.STORED, (0, None))
    return Backlog(
        quarantined=found.get(DeliveryState.QUARANTINED, (0, None))[0],
        doubtful=found.get(DeliveryState.DOUBTFUL, (0, None))[0],
        waiting=waiting_count,
        oldest_at=oldest_at,
    )


def accounts_by_id(ids: Sequence[int]) -> dict[int, ChannelAccount]:
    return ChannelAccount.objects.in_bulk(ids)


def oldest_waiting_at() -> datetime | None:
    """When the delivery that has waited longest to be handled came in; None when none waits."""
    oldest: datetime | None = (
        InboundDelivery.objects.filter(state=DeliveryState.STORED)
        .order_by("pk")
        .values_list("received_at", flat=True)
        .first()
    )
    return oldest
