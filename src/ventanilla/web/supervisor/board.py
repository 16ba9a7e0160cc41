"""What the board shows: who waits too long, who can help, are we keeping our word.

Every figure names the address that opens the cases behind it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.delivery import queries as delivery
from ventanilla.intake import queries as intake
from ventanilla.journal.queries import Kept, promises_kept
from ventanilla.kit import clock, queue
from ventanilla.organisation.scoping import current_scope
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Filters, Workload

QUEUE = "/mostrador/"
LONGEST_WAITING = 5
SPANS_DAYS = (7, 30)
SLOW_HANDLING = timedelta(minutes=5)
"""A delivery that has waited longer than this to be handled is an alarm (design.md section 3)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of what it counts. `state` is a light of look: ok, soon, late, none."""

    name: str
    label: str
    value: int
    href: str
    state: str = "none"


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent on the board; `channels` are those she may attend today."""

    name: str
    presence: str
    presence_label: str
    presence_since: datetime | None
    load: int
    max_load: int
    late: int
    soon: int
    channels: list[str]
    href: str

    @property
    def can_help(self) -> bool:
        return self.presence == "available" and self.load < self.max_load


@dataclass(frozen=True, slots=True)
class TeamLine:
    name: str
    provider_name: str
    open: int
    unassigned: int
    late: int
    soon: int
    href: str
    agents: list[AgentLine]

    @property
    def available(self) -> int:
        return sum(1 for agent in self.agents if agent.can_help)


@dataclass(frozen=True, slots=True)
class Promise:
    days: int
    kept: Kept


def build_board() -> dict[str, Any]:
    """The whole board, of the bodies in sight; a fixed number of queries whatever the data."""
    now = clock.now()
    loads = worklist.workloads()
    oldest = intake.oldest_waiting_at()
    return {
        "at": now,
        "waiting": _waiting(loads),
        "troubles": _troubles(oldest, now),
        "longest": worklist.page(Filters(is_open=True, light="late"), limit=LONGEST_WAITING).rows,
        "teams": _teams(loads, now),
        "promises": [Promise(days, promises_kept(current_scope(), now - timedelta(days=days))) for days in SPANS_DAYS],
        "failed_jobs": queue.failed_jobs(limit=10),
    }


def cases_at(**query: object) -> str:
    """The desk's queue with these filters."""
    return f"{QUEUE}?{urlencode({name: value for name, value in query.items() if value})}"


def _waiting(loads: list[Workload]) -> list[Figure]:
    late, soon = sum(load.late for load in loads), sum(load.soon for load in loads)
    nobodys = sum(load.open for load in loads if load.agent_user_id is None)
    return [
        Figure("late", _("Vencidas"), late, cases_at(vista="vencidas"), "late" if late else "ok"),
        Figure("soon", _("Por vencer"), soon, cases_at(vista="por-vencer"), "soon" if soon else "ok"),
        Figure("unassigned", _("Sin asignar"), nobodys, cases_at(vista="sin-asignar"), "soon" if nobodys else "ok"),
        Figure("open", _("Abiertas"), sum(load.open for load in loads), cases_at(vista="todas")),
        Figure(
            "citizen", _("Esperando a la persona"), sum(load.waiting for load in loads), cases_at(vista="esperando")
        ),
    ]


def _troubles(oldest: datetime | None, now: datetime) -> list[Figure]:
    quarantined, failed = intake.quarantined_count(), delivery.troubles_count()
    waiting = intake.waiting_count()
    is_slow = oldest is not None and now - oldest > SLOW_HANDLING
    return [
        Figure(
            "quarantine",
            _("En revisión técnica"),
            quarantined,
            reverse("desk:quarantine"),
            "soon" if quarantined else "ok",
        ),
        Figure("failed", _("Mensajes no enviados"), failed, reverse("desk:failed"), "late" if failed else "ok"),
        Figure(
            "unhandled",
            _("Recibidos sin procesar"),
            waiting,
            reverse("desk:quarantine"),
            "late" if is_slow else "ok",
        ),
    ]


def _teams(loads: list[Workload], now: datetime) -> list[TeamLine]:
    members = workforce.members()
    certified = workforce.certified(
        {agent.pk for agents in members.values() for agent in agents}, now.astimezone(workforce.DAY_ZONE).date()
    )
    labels = dict(workforce.PRESENCES)
    lines = []
    for team in workforce.teams():
        mine = [load for load in loads if load.team_id == team.pk]
        agents = []
        for agent in members.get(team.pk, []):
            hers = [load for load in loads if load.agent_user_id == agent.user_id]
            agents.append(
                AgentLine(
                    name=agent.user.display_name,
                    presence=agent.presence,
                    presence_label=str(labels[agent.presence]),
                    presence_since=agent.presence_changed_at,
                    load=sum(load.open for load in hers),
                    max_load=agent.max_open_cases,
                    late=sum(load.late for load in hers),
                    soon=sum(load.soon for load in hers),
                    channels=sorted(certified.get(agent.pk, ())),
                    href=cases_at(vista="todas", agente=agent.user_id),
                )
            )
        lines.append(
            TeamLine(
                name=team.name,
                provider_name=team.provider_name,
                open=sum(load.open for load in mine),
                unassigned=sum(load.open for load in mine if load.agent_user_id is None),
                late=sum(load.late for load in mine),
                soon=sum(load.soon for load in mine),
                href=cases_at(vista="todas", equipo=team.pk),
                agents=agents,
            )
        )
    return lines
