"""Questions to the journal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from ventanilla.journal.actors import ActorKind
from ventanilla.journal.models import Fact

Place = tuple[datetime, int]
"""A fact's moment and id."""
STAFF_KINDS = (ActorKind.STAFF.value, ActorKind.TOKEN.value)


def facts_of_case(case_id: int) -> QuerySet[Fact]:
    """What happened to a case, oldest first."""
    return Fact.objects.filter(case_id=case_id).order_by("happened_at", "id")


def facts_of_kind(kind: str, public_body_id: int) -> QuerySet[Fact]:
    return Fact.objects.filter(kind=kind, public_body_id=public_body_id).order_by("happened_at", "id")


def has_acted(kind: str, case_id: int, actor_id: int, since: datetime) -> bool:
    """Whether that member of staff, herself or by a token, did that to the case since then."""
    facts = Fact.objects.filter(case_id=case_id, kind=kind, actor_id=actor_id, happened_at__gte=since)
    return facts.filter(actor_kind__in=STAFF_KINDS).exists()


def has_acted_in(kind: str, public_body_ids: Iterable[int], actor_id: int, since: datetime) -> bool:
    """The same in one of those bodies, whatever the case."""
    facts = Fact.objects.filter(public_body_id__in=list(public_body_ids), kind=kind, happened_at__gte=since)
    return facts.filter(actor_id=actor_id, actor_kind__in=STAFF_KINDS).exists()


def newest_of_case(case_id: int, kind: str, limit: int) -> list[Fact]:
    return list(Fact.objects.filter(case_id=case_id, kind=kind).order_by("-happened_at", "-id")[:limit])


def newest_of_kind(
    kind: str, public_body_ids: Iterable[int], details: Mapping[str, object], limit: int, before: Place | None = None
) -> list[Fact]:
    """Facts of those bodies with these details, newest first; `before` is where the page before ended."""
    facts = Fact.objects.filter(kind=kind, public_body_id__in=list(public_body_ids), details__contains=dict(details))
    if before is not None:
        at, fact_id = before
        facts = facts.filter(Q(happened_at__lt=at) | Q(happened_at=at, id__lt=fact_id), happened_at__lte=at)
    return list(facts.order_by("-happened_at", "-id")[:limit])


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
    """Promises of those bodies to people that ended since each of those moments: `sla.met` against `sla.missed`. One
    query. What a unit owes to the centre ends by other names."""
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
