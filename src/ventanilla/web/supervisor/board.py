"""What the board shows: who waits too long, who can help, are we keeping our word.

Every figure names the address that opens the cases behind it, and both count the same bodies.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts.sight import EVERYTHING, Sight, has_team
from ventanilla.delivery import queries as delivery
from ventanilla.intake import queries as intake
from ventanilla.journal.queries import Kept, promises_kept
from ventanilla.kit import clock, queue
from ventanilla.organisation.scoping import current_scope, scope
from ventanilla.sla import queries as sla
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
    """Promises that ended in the last `days`, and the cases that had one kept and one missed; a case may have both."""

    days: int
    kept: Kept
    in_time: Count
    late: Count


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's addresses. `bodies` is "", or those of the board where the desk would show more: "1,3"."""

    bodies: str = ""

    def cases(self, **query: object) -> str:
        """The queue with these filters."""
        return f"{QUEUE}?{urlencode(query | ({'organismo': self.bodies} if self.bodies else {}))}"

    def nobodys(self, **query: object) -> str:
        """Of every team: the view `sin-asignar` shows whoever is in a team only hers."""
        return self.cases(vista="todas", **query, agente=0)


def build_board(
    desk_bodies: frozenset[int] | None = None, mended: frozenset[int] | None = None, sight: Sight = EVERYTHING
) -> dict[str, Any]:
    """The whole board, of the bodies in scope; a fixed number of queries whatever the data.

    `desk_bodies` are those that the reader sees at the desk, `mended` those whose quarantine and failed messages are
    open to her; None is the bodies in scope. Of a body that her `sight` does not see whole, only her cases and teams
    count, and nothing that belongs to no case.
    """
    now = clock.now()
    in_sight = current_scope()
    whole = frozenset(body_id for body_id in in_sight if sight.is_whole(body_id))
    is_narrower = desk_bodies is not None and desk_bodies != in_sight
    desk = Desk(",".join(str(body_id) for body_id in sorted(in_sight)) if is_narrower else "")
    loads = worklist.workloads(sight)
    failed_jobs = queue.failed_jobs(FAILED_JOBS_SHOWN)
    with scope(whole if mended is None else mended):
        troubles = _troubles(now)
    with scope(whole):
        uncountable = sla.troubles()
    return {
        "at": now,
        "waiting": _waiting(loads, desk),
        "troubles": [*troubles, _jobs(len(failed_jobs))],
        "uncountable": uncountable,
        "longest": worklist.page(Filters(is_open=True, light="late", sight=sight), limit=LONGEST_WAITING).rows,
        "teams": _teams(loads, now, desk, sight),
        "promises": _promises(now, desk, sight, whole),
        "failed_jobs": failed_jobs,
    }


def _promises(now: datetime, desk: Desk, sight: Sight, whole: frozenset[int]) -> list[Promise]:
    """The journal counts bodies, so its share of promises is told of those that are seen whole."""
    since = [now - timedelta(days=days) for days in SPANS_DAYS]
    return [
        Promise(
            days,
            kept,
            Count(f"cumplidas-{days}", ended.kept, desk.cases(vista="cumplidas", dias=days)),
            Count(f"incumplidas-{days}", ended.missed, desk.cases(vista="incumplidas", dias=days)),
        )
        for days, kept, ended in zip(
            SPANS_DAYS, promises_kept(whole, since), worklist.promises_ended(since, sight), strict=True
        )
    ]


def _waiting(loads: list[Workload], desk: Desk) -> list[Figure]:
    late, soon = sum(load.late for load in loads), sum(load.soon for load in loads)
    nobodys = sum(load.open for load in loads if load.agent_user_id is None)
    unread, waiting = sum(load.unread for load in loads), sum(load.waiting for load in loads)
    return [
        Figure("late", _("Vencidas"), late, desk.cases(vista="vencidas"), "late" if late else "ok"),
        Figure("soon", _("Por vencer"), soon, desk.cases(vista="por-vencer"), "soon" if soon else "ok"),
        Figure("unassigned", _("Sin asignar"), nobodys, desk.nobodys(), "soon" if nobodys else "ok"),
        Figure("unread", _("Sin leer"), unread, desk.cases(vista="sin-leer")),
        Figure("citizen", _("Esperando a la persona"), waiting, desk.cases(vista="esperando")),
        Figure("open", _("Abiertas"), sum(load.open for load in loads), desk.cases(vista="todas")),
    ]


def _troubles(now: datetime) -> list[Figure]:
    backlog, failed = intake.backlog(), delivery.troubles_count()
    is_slow = backlog.oldest_at is not None and now - backlog.oldest_at > SLOW_HANDLING
    return [
        Figure(
            "quarantine",
            _("En revisión técnica"),
            backlog.quarantined,
            reverse("desk:quarantine"),
            "soon" if backlog.quarantined else "ok",
        ),
        Figure(
            "doubtful",
            _("Dudosas"),
            backlog.doubtful,
            reverse("desk:doubtful"),
            "soon" if backlog.doubtful else "ok",
        ),
        Figure("failed", _("Mensajes no enviados"), failed, reverse("desk:failed"), "late" if failed else "ok"),
        Figure(
            "unhandled",
            _("Recibidos sin procesar"),
            backlog.waiting,
            reverse("desk:quarantine"),
            "late" if is_slow else "ok",
        ),
    ]


def _jobs(count: int) -> Figure:
    return Figure("jobs", _("Trabajos fallidos"), count, "#trabajos" if count else "", "soon" if count else "ok")


def _teams(loads: list[Workload], now: datetime, desk: Desk, sight: Sight) -> list[TeamLine]:
    members = workforce.members()
    certified = workforce.certified(
        {agent.pk for agents in members.values() for agent in agents}, now.astimezone(workforce.DAY_ZONE).date()
    )
    lines = []
    for team in workforce.teams():
        if not has_team(sight, team.public_body_id, team.pk):
            continue
        mine = [load for load in loads if load.team_id == team.pk]
        nobodys = sum(load.open for load in mine if load.agent_user_id is None)
        key = f"equipo-{team.pk}"
        agents = [
            _agent(f"{key}-{agent.pk}", agent, loads, sorted(certified.get(agent.pk, ())), desk)
            for agent in members.get(team.pk, [])
        ]
        lines.append(
            TeamLine(
                name=team.name,
                provider_name=team.provider_name,
                unassigned=Count(f"{key}-nadie", nobodys, desk.nobodys(equipo=team.pk)),
                agents=agents,
                **_counts(key, mine, desk, equipo=team.pk),
            )
        )
    return lines


def _agent(key: str, agent: "Agent", loads: list[Workload], channels: list[str], desk: Desk) -> AgentLine:
    return AgentLine(
        name=agent.user.display_name,
        presence=agent.presence,
        presence_label=str(dict(workforce.PRESENCES)[agent.presence]),
        presence_since=agent.presence_changed_at,
        max_load=agent.max_open_cases,
        channels=channels,
        **_counts(key, [load for load in loads if load.agent_user_id == agent.user_id], desk, agente=agent.user_id),
    )


def _counts(key: str, loads: list[Workload], desk: Desk, **whose: int) -> dict[str, Count]:
    """Open, late and about to be late; `whose` is the queue's filter."""
    return {
        "open": Count(f"{key}-abiertas", sum(load.open for load in loads), desk.cases(vista="todas", **whose)),
        "late": Count(f"{key}-vencidas", sum(load.late for load in loads), desk.cases(vista="vencidas", **whose)),
        "soon": Count(f"{key}-por-vencer", sum(load.soon for load in loads), desk.cases(vista="por-vencer", **whose)),
    }
