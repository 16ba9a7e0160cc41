"""Questions to the outbox."""

from collections.abc import Iterable

from ventanilla.delivery.models import OutboxMessage, OutboxState

TROUBLED = (OutboxState.FAILED, OutboxState.BOUNCED)


def of_entries(entry_ids: Iterable[int]) -> dict[int, OutboxMessage]:
    """The newest message of each entry that went out."""
    query = OutboxMessage.objects.filter(entry_id__in=list(entry_ids)).defer("text", "html").order_by("pk")
    return {message.entry_id: message for message in query if message.entry_id is not None}


def is_written_to(case_id: int) -> bool:
    """Whether anything goes, or went, out to the people of the case."""
    return OutboxMessage.objects.filter(case_id=case_id).exists()


def by_id(outbox_id: int) -> OutboxMessage | None:
    found: OutboxMessage | None = OutboxMessage.objects.select_related("case").filter(pk=outbox_id).first()
    return found


def troubles(limit: int = 50, before_id: int | None = None) -> list[OutboxMessage]:
    """Failed and bounced, newest first, with account and case at hand."""
    query = OutboxMessage.objects.filter(state__in=TROUBLED).select_related("account", "case").defer("text", "html")
    if before_id is not None:
        query = query.filter(pk__lt=before_id)
    return list(query.order_by("-pk")[:limit])


def troubles_count() -> int:
    return OutboxMessage.objects.filter(state__in=TROUBLED).count()


def waiting_count() -> int:
    """Queued, whether for their first attempt or another."""
    return OutboxMessage.objects.filter(state=OutboxState.QUEUED).count()


def has_trouble(case_id: int) -> bool:
    """Whether something we sent to the people of the case failed or bounced, and nobody has tried again."""
    return OutboxMessage.objects.filter(case_id=case_id, state__in=TROUBLED).exists()


def cases_with_trouble(case_ids: Iterable[int]) -> set[int]:
    query = OutboxMessage.objects.filter(case_id__in=list(case_ids), state__in=TROUBLED)
    return set(query.values_list("case_id", flat=True))


def newest(limit: int = 50, before_id: int | None = None) -> list[OutboxMessage]:
    """Whatever was queued or sent, newest first: the demo's mailbox page."""
    query = OutboxMessage.objects.select_related("account", "case")
    if before_id is not None:
        query = query.filter(pk__lt=before_id)
    return list(query.order_by("-pk")[:limit])
