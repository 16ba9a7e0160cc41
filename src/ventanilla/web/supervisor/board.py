"""What the board shows: who waits too long, who can help, are we keeping our word.

Every figure names the address that opens the cases behind it, and both count the same bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
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
from ventanilla.web.supervisor.answers import answers
from ventanilla.web.supervisor.figures import Count, Desk, Figure
from ventanilla.web.supervisor.people import Person, people_of
from ventanilla.web.supervisor.places import by_channel, by_team
from ventanilla.web.supervisor.pressing import pressing_cases
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Workload

FAILED_JOBS_SHOWN = 50
SPANS_DAYS = (7, 30)
PEOPLE_SHOWN = 60
"""A centre of hundreds is read team by team."""
MOST_DIGITS = 19
"""Of an id; a longer one is no number of the database."""
SLOW_HANDLING = timedelta(minutes=5)
"""A delivery that has waited longer than this to be handled is an alarm (design.md section 3)."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Promises that ended in the last `days`, and the cases that had one kept and one missed; a case may have both."""

    days: int
    kept: Kept
    in_time: Count
    late: Count


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the lists of the board are narrowed to; its figures stay whole."""

    team_id: int | None = None
    channel: str = ""

    @property
    def query(self) -> str:
        """ "equipo=3&canal=email"; "" when nothing was chosen."""
        return urlencode(_of_queue(self))


EVERYBODY = Chosen()


def chosen_of(asked: Mapping[str, str]) -> Chosen:
    """What an address asks for; a number that no page wrote chooses nothing."""
    team = asked.get("equipo", "")
    is_number = team.isascii() and team.isdigit() and len(team) < MOST_DIGITS
    return Chosen(int(team) if is_number else None, asked.get("canal", "").replace("\x00", "")[:30])


def build_board(
    desk_bodies: frozenset[int] | None = None,
    mended: frozenset[int] | None = None,
    sight: Sight = EVERYTHING,
    chosen: Chosen = EVERYBODY,
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
    teams = [team for team in workforce.teams() if has_team(sight, team.public_body_id, team.pk)]
    people = people_of(teams, loads, now, desk)
    failed_jobs = queue.failed_jobs(FAILED_JOBS_SHOWN)
    with scope(whole if mended is None else mended):
        troubles = _troubles(now)
    with scope(whole):
        uncountable = sla.troubles()
    shown = [one for one in people if _is_chosen(one, chosen)]
    channels, promises = by_channel(loads, people, desk), _promises(now, desk, sight, whole)
    late, soon = sum(load.late for load in loads), sum(load.soon for load in loads)
    return {
        "at": now,
        "answers": answers(late, soon, channels, people, promises[0].kept),
        "waiting": _waiting(loads, desk),
        "troubles": [*troubles, _jobs(len(failed_jobs))],
        "uncountable": uncountable,
        "pressing": pressing_cases(sight, people, teams, now, team_id=chosen.team_id, channel=chosen.channel),
        "pressing_all": desk.cases(vista="todas", **_of_queue(chosen)),
        "channels": channels,
        "teams": by_team(loads, people, teams, desk),
        "people": shown[:PEOPLE_SHOWN],
        "people_more": max(0, len(shown) - PEOPLE_SHOWN),
        "promises": promises,
        "failed_jobs": failed_jobs,
    }


def _is_chosen(one: Person, chosen: Chosen) -> bool:
    return (not chosen.channel or chosen.channel in one.channels) and (
        chosen.team_id is None or any(post.team_id == chosen.team_id for post in one.posts)
    )


def _of_queue(chosen: Chosen) -> dict[str, object]:
    return {name: value for name, value in (("equipo", chosen.team_id), ("canal", chosen.channel)) if value}


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
