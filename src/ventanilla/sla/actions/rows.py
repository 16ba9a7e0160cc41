"""Clocks as rows: locked, changed one by one, saved together, and told to the journal."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ventanilla.journal.actions import NewFact
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.sla import queries, rules
from ventanilla.sla.models import Clock, ClockState

CHANGING = {
    "policy_id": "bigint",
    "state": "text",
    "stretches": "jsonb",
    "running_since": "timestamptz",
    "target_seconds": "bigint",
    "announced_due_at": "timestamptz",
    "due_at": "timestamptz",
    "warn_at": "timestamptz",
    "warned_at": "timestamptz",
    "breached_at": "timestamptz",
    "stopped_at": "timestamptz",
    "calendar_version": "integer",
}
"""What an action may change of a clock, with the columns' types."""

# One statement whatever the number; Django's bulk_update took twenty times as long for 400 clocks.
SAVE = f"""
UPDATE sla_clock SET {", ".join(f"{name} = fresh.{name}::{kind}" for name, kind in CHANGING.items())}
FROM unnest(%s::bigint[], {", ".join(f"%s::{'text' if kind == 'jsonb' else kind}[]" for kind in CHANGING.values())})
  AS fresh(id, {", ".join(CHANGING)})
WHERE sla_clock.id = fresh.id
"""  # noqa: S608 # made of the names above
BATCH = 500


def locked(case_ids: Iterable[int], states: Sequence[str], **only: Any) -> list[Clock]:
    """The cases' clocks in those states, with case, policy and calendar at hand, held until the transaction ends."""
    query = Clock.objects.filter(case_id__in=list(case_ids), state__in=states, **only)
    # Everybody locks in the same order, so that two batches never wait for each other.
    return list(query.select_related("case", "policy__calendar").select_for_update(of=("self",)).order_by("pk"))


def save(clocks: Sequence[Clock]) -> list[int]:
    """Write what an action may have changed of locked clocks; returns the cases."""
    if clocks:
        columns = [[_raw(clock, name) for clock in clocks] for name in CHANGING]
        with connection.cursor() as cursor:
            cursor.execute(SAVE, [[clock.pk for clock in clocks], *columns])
    return sorted({clock.case_id for clock in clocks})


def _raw(clock: Clock, name: str) -> object:
    value = getattr(clock, name)
    if name == "stretches":
        return json.dumps(value)
    return str(value) if name == "state" else value


def end_stretch(clock: Clock, at: datetime) -> None:
    if clock.running_since is None:
        return
    ended = rules.close_stretch(queries.stretches(clock), clock.running_since, at)
    clock.stretches = [[start.isoformat(), end.isoformat()] for start, end in ended]
    clock.running_since = None


def resume(clock: Clock, at: datetime) -> None:
    """Begin a stretch at `at`, never before the last one ended."""
    stretches = queries.stretches(clock)
    paused_at = stretches[-1][1] if stretches else clock.started_at
    clock.state = ClockState.RUNNING
    clock.running_since = max(at, paused_at)
    if clock.announced_due_at is not None:
        clock.announced_due_at = rules.announced_after_pause(
            queries.terms(clock.policy), clock.announced_due_at, paused_at, clock.running_since
        )
    _write_times(clock)


def recount(clock: Clock, now: datetime) -> bool:
    """Due and warning moments anew; True when they changed. The mark of a moment that lies ahead again is taken off."""
    before = clock.due_at, clock.warn_at
    _write_times(clock)
    if clock.warn_at is not None and clock.warn_at > now:
        clock.warned_at = None
    if clock.due_at is not None and clock.due_at > now:
        clock.breached_at = None
    return before != (clock.due_at, clock.warn_at)


def due_at_when_stopped(clock: Clock, at: datetime) -> datetime | None:
    """The due moment that a clock is judged by; for one that is paused, as if it had run on from `at`."""
    if clock.state == ClockState.PAUSED:
        told = clock.announced_due_at
        resume(clock, at)
        clock.announced_due_at = told
    else:
        _write_times(clock)
    return clock.due_at


def consumed(clock: Clock, until: datetime) -> timedelta:
    return rules.consumed(queries.terms(clock.policy), queries.stretches(clock), clock.running_since, until)


def fact(kind: str, clock: Clock, by: Actor = SYSTEM, **measures: Any) -> NewFact:
    """A fact about a clock whose case is at hand."""
    return fact_of(kind, clock, clock.case.type, clock.case.service_id, by, **measures)


def fact_of(
    kind: str, clock: Clock, case_type: str, service_id: int | None, by: Actor = SYSTEM, **measures: Any
) -> NewFact:
    details = {
        "clock_id": clock.pk,
        "kind": clock.kind,
        "policy": clock.policy.slug,
        "basis": clock.policy.basis,
        "is_restart": clock.is_restart,
        **measures.pop("details", {}),
    }
    return NewFact(
        kind,
        clock.public_body_id,
        by,
        case_id=clock.case_id,
        channel=clock.channel,
        case_type=case_type,
        service_id=service_id,
        details=details,
        **measures,
    )


def _write_times(clock: Clock) -> None:
    found = rules.times(
        queries.terms(clock.policy),
        timedelta(seconds=clock.target_seconds),
        queries.stretches(clock),
        clock.running_since,
        clock.announced_due_at,
    )
    clock.due_at, clock.warn_at = found.due_at, found.warn_at
    clock.calendar_version = clock.policy.calendar.version
