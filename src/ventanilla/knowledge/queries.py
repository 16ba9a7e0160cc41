"""Canned replies at hand."""

from django.db.models import Q

from ventanilla.knowledge.models import CannedReply


def canned(service_id: int | None = None) -> list[CannedReply]:
    """The general ones and those of the service, by title."""
    fits = Q(service__isnull=True)
    if service_id is not None:
        fits |= Q(service_id=service_id)
    return list(CannedReply.objects.filter(fits, is_active=True).order_by("title"))


def by_shortcut(shortcut: str) -> CannedReply | None:
    found: CannedReply | None = CannedReply.objects.filter(shortcut=shortcut, is_active=True).first()
    return found
