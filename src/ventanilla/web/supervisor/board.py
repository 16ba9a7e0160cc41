"""What the board shows: who waits too long, who can help, are we keeping our word.

Every figure names the address that opens the cases behind it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
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

if TYPE_CHECKING:
    from ventanilla.workforce.models import Agent

QUEUE = "/mostrador/"
LONGEST_WAITING = 5
FAILED_JOBS_SHOWN = 50
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
class Count:
    """A number in a table and the address of what it counts; `name` is its id on the page."""

    name: str
    value: int
    href: str


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent on the board; `channels` are those she may attend today. Her cases count whichever team they are of."""

    name: str
    presence: str
    presence_label: str
    presence_since: datetime | None
    max_load: int
    open: Count
    late: Count
    soon: Count
    channels: list[str]

    @property
    def can_help(self) -> bool:
        return self.presence == "available" and self.open.value < self.max_load


@dataclass(frozen=True, slots=True)
class TeamLine:
    name: str
    provider_name: str
    open: Count
    unassigned: Count
    late: Count
    soon: Count
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
    failed_jobs = queue.failed_jobs(FAILED_JOBS_SHOWN)
    kept = promises_kept(current_scope(), [now - timedelta(days=days) for days in SPANS_DAYS])
    return {
        "at": now,
        "waiting": _waiting(loads),
        "troubles": [*_troubles(now), _jobs(len(failed_jobs))],
        "longest": worklist.page(Filters(is_open=True, light="late"), limit=LONGEST_WAITING).rows,
        "teams": _teams(loads, now),
        "promises": [Promise(days, of_span) for days, of_span in zip(SPANS_DAYS, kept, strict=True)],
        "failed_jobs": failed_jobs,
    }


def cases_at(**query: object) -> str:
    """The desk's queue with these filters."""
    return f"{QUEUE}?{urlencode(query)}"


NOBODYS = cases_at(vista="todas", agente=0)
"""Of every team: the view `sin-asignar` shows whoever is in a team only hers."""


def _waiting(loads: list[Workload]) -> list[Figure]:
    late, soon = sum(load.late for load in loads), sum(load.soon for load in loads)
    nobodys = sum(load.open for load in loads if load.agent_user_id is None)
    return [
        Figure("late", _("Vencidas"), late, cases_at(vista="vencidas"), "late" if late else "ok"),
        Figure("soon", _("Por vencer"), soon, cases_at(vista="por-vencer"), "soon" if soon else "ok"),
        Figure("unassigned", _("Sin asignar"), nobodys, NOBODYS, "soon" if nobodys else "ok"),
        Figure("open", _("Abiertas"), sum(load.open for load in loads), cases_at(vista="todas")),
        Figure(
            "citizen", _("Esperando a la persona"), sum(load.waiting for load in loads), cases_at(vista="esperando")
        ),
    ]


def _troubles(now: datetime) -> list[Figure]:
    oldest = intake.oldest_waiting_at()
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


def _jobs(count: int) -> Figure:
    return Figure("jobs", _("Trabajos fallidos"), count, "#trabajos" if count else "", "soon" if count else "ok")


def _teams(loads: list[Workload], now: datetime) -> list[TeamLine]:
    members = workforce.members()
    certified = workforce.certified(
        {agent.pk for agents in members.values() for agent in agents}, now.astimezone(workforce.DAY_ZONE).date()
    )
    lines = []
    for team in workforce.teams():
        mine = [load for load in loads if load.team_id == team.pk]
        nobodys = sum(load.open for load in mine if load.agent_user_id is None)
        key = f"equipo-{team.pk}"
        agents = [
            _agent(f"{key}-{agent.pk}", agent, loads, sorted(certified.get(agent.pk, ())))
            for agent in members.get(team.pk, [])
        ]
        lines.append(
            TeamLine(
                name=team.name,
                provider_name=team.provider_name,
                unassigned=Count(f"{key}-nadie", nobodys, cases_at(vista="todas", equipo=team.pk, agente=0)),
                agents=agents,
                **_counts(key, mine, equipo=team.pk),
            )
        )
    return lines


def _agent(key: str, agent: "Agent", loads: list[Workload], channels: list[str]) -> AgentLine:
    return AgentLine(
        name=agent.user.display_name,
        presence=agent.presence,
        presence_label=str(dict(workforce.PRESENCES)[agent.presence]),
        presence_since=agent.presence_changed_at,
        max_load=agent.max_open_cases,
        channels=channels,
        **_counts(key, [load for load in loads if load.agent_user_id == agent.user_id], agente=agent.user_id),
    )


def _counts(key: str, loads: list[Workload], **whose: int) -> dict[str, Count]:
    """Open, late and about to be late; `whose` is the queue's filter."""
    return {
        "open": Count(f"{key}-abiertas", sum(load.open for load in loads), cases_at(vista="todas", **whose)),
        "late": Count(f"{key}-vencidas", sum(load.late for load in loads), cases_at(vista="vencidas", **whose)),
        "soon": Count(f"{key}-por-vencer", sum(load.soon for load in loads), cases_at(vista="por-vencer", **whose)),
    }
