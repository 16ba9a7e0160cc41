"""Questions to the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from ventanilla.journal.models import Fact


def facts_of_case(case_id: int) -> QuerySet[Fact]:
    """What happened to a case, oldest first."""
    return Fact.objects.filter(case_id=case_id).order_by("happened_at", "id")


def facts_of_kind(kind: str, public_body_id: int) -> QuerySet[Fact]:
    return Fact.objects.filter(kind=kind, public_body_id=public_body_id).order_by("happened_at", "id")


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that ended in a span: how many, and how many of them in time."""

    total: int
    in_time: int

    @property
    def percent(self) -> int | None:
        """Rounded down; None when nothing ended, which is neither 0 nor 100 (domain.md 1.5)."""
        return self.in_time * 100 // self.total if self.total else None


def promises_kept(public_body_ids: Iterable[int], since: Sequence[datetime]) -> list[Kept]:
    """Promises of those bodies that ended since each of those moments: `sla.met` against `sla.missed`. One query."""
    ended = Fact.objects.filter(
        public_body_id__in=list(public_body_ids), kind__in=["sla.met", "sla.missed"], happened_at__gte=min(since)
    )
    counts = ended.aggregate(
        **{f"total_{n}": Count("id", filter=Q(happened_at__gte=moment)) for n, moment in enumerate(since)},
        **{
            f"met_{n}": Count("id", filter=Q(happened_at__gte=moment, kind="sla.met")) for n, moment in enumerate(since)
        },
    )
    return [Kept(counts[f"total_{n}"], counts[f"met_{n}"]) for n in range(len(since))]
