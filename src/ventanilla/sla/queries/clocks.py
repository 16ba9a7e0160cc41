"""Clocks of cases."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from ventanilla.sla import rules
from ventanilla.sla.models import Clock, ClockKind, ClockState
from ventanilla.sla.queries.policies import terms
from ventanilla.sla.rules import RowTimes, Stretch

OPEN_STATES = (ClockState.RUNNING, ClockState.PAUSED)


def stretches(clock: Clock) -> list[Stretch]:
    """The finished running stretches of a clock."""
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in clock.stretches]


def clocks_of(case_id: int) -> list[Clock]:
    """Every clock of the case, the oldest first."""
    query = Clock.objects.filter(case_id=case_id).select_related("policy__calendar")
    return list(query.order_by("started_at", "pk"))


def consumed(clock: Clock, until: datetime) -> timedelta:
    """What has been counted of it until then, in its own business time."""
    return rules.consumed(terms(clock.policy), stretches(clock), clock.running_since, until)


def clock(clock_id: int) -> Clock | None:
    found: Clock | None = Clock.objects.select_related("policy__calendar").filter(pk=clock_id).first()
    return found


def row_times(case_ids: Iterable[int]) -> dict[int, RowTimes]:
    """What the queue's rows show, of every case asked for; one query. `rules.row_times` does it with clocks at hand."""
    wanted = list(case_ids)
    columns = ("case_id", "kind", "state", "is_restart", "started_at", "due_at", "warn_at", "stopped_at")
    by_case: dict[int, list[Clock]] = defaultdict(list)
    for found in Clock.objects.filter(case_id__in=wanted).only(*columns):
        by_case[found.case_id].append(found)
    return {case_id: rules.row_times(by_case[case_id]) for case_id in wanted}


def promised_at(case_id: int) -> datetime | None:
    """The moment to tell the person: by when she is answered, or else it is resolved; None without a promise."""
    running = Clock.objects.filter(case_id=case_id, state=ClockState.RUNNING, due_at__isnull=False)
    due = dict(running.order_by("-due_at").values_list("kind", "due_at"))
    found: datetime | None = due.get(ClockKind.FIRST_RESPONSE.value) or due.get(ClockKind.RESOLUTION.value)
    return found
