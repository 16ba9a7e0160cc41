"""What the passing of time does to clocks: warnings, due moments that passed, and calendars that changed.

Each call handles one batch and may be repeated at any time: a clock is marked once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from ventanilla.journal.actions import record_all
from ventanilla.kit import clock as kit_clock
from ventanilla.sla import events, queries
from ventanilla.sla.actions import rows
from ventanilla.sla.models import Clock, ClockState, Policy


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many clocks were looked at, and the cases where a moment changed; nothing is left when `seen` is 0."""

    seen: int
    case_ids: list[int]


@transaction.atomic
def warn_due(now: datetime, limit: int = rows.BATCH) -> list[int]:
    """Mark the clocks whose warning is due and whose office is open now; returns their cases, once each.

    A warning that fell into the night, because the house itself stood still, waits for the morning (lessons.md 15).

    Emits: sla.warned.
    """
    open_now = [policy.pk for policy in _policies() if queries.terms(policy).calendar.is_open(now)]
    clocks = _held(
        Clock.objects.filter(state=ClockState.RUNNING, warned_at__isnull=True, warn_at__lte=now, policy__in=open_now)
        .filter(due_at__gt=now)
        .order_by("warn_at", "pk"),
        limit,
    )
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(warned_at=now)
    record_all([rows.fact(events.WARNED, clock, happened_at=now) for clock in clocks])
    return sorted({clock.case_id for clock in clocks})


@transaction.atomic
def breach_due(now: datetime, limit: int = rows.BATCH) -> list[int]:
    """Mark the clocks whose due moment has passed; returns their cases, once each.

    Emits: sla.breached.
    """
    clocks = _held(
        Clock.objects.filter(state=ClockState.RUNNING, breached_at__isnull=True, due_at__lt=now).order_by(
            "due_at", "pk"
        ),
        limit,
    )
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(breached_at=now)
    record_all([rows.fact(events.BREACHED, clock, happened_at=now) for clock in clocks])
    return sorted({clock.case_id for clock in clocks})


@transaction.atomic
def recount(limit: int = rows.BATCH) -> Recounted:
    """Count anew the open clocks whose calendar has changed since; call it until nothing is seen."""
    behind = Q(calendar_version=0)
    for policy in _policies():
        behind |= Q(policy_id=policy.pk, calendar_version__lt=policy.calendar.version)
    query = Clock.objects.filter(behind, state__in=queries.OPEN_STATES).order_by("pk")
    # Waits for whoever holds a row, so that none is left behind.
    clocks = list(query.select_related("policy__calendar").select_for_update(of=("self",))[:limit])
    now = kit_clock.now()
    changed = [clock.case_id for clock in clocks if rows.recount(clock, now)]
    rows.save(clocks)
    return Recounted(len(clocks), sorted(set(changed)))


def _policies() -> list[Policy]:
    """Also those out of force: their open clocks run on."""
    return list(Policy.objects.select_related("calendar"))


def _held(query: QuerySet[Clock], limit: int) -> list[Clock]:
    """Rows that nobody else is at; whoever holds the others will mark or stop them."""
    return list(query.select_related("case", "policy").select_for_update(of=("self",), skip_locked=True)[:limit])
