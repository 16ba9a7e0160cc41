"""The cases that somebody has to move, and to whom each can be given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ventanilla.accounts.sight import Sight
from ventanilla.routing import queries as routing
from ventanilla.web.lights import light_of
from ventanilla.web.supervisor.people import AVAILABLE, Person
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from ventanilla.workforce.models import Team
    from ventanilla.worklist.models import Row

SHOWN = 12
OFFERED = 12
"""People in each list; whoever is not among them is found on the desk's own page."""

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Pressing:
    """A case of the list. `since` is since when it waits in a queue, or since when she has it."""

    row: "Row"
    light: str
    channel: str
    team_name: str
    agent_name: str
    since: datetime
    choices: list[tuple[str, Options]]
    """Groups of a select: name and options."""


def pressing_cases(
    sight: Sight, people: Sequence[Person], teams: "Sequence[Team]", now: datetime, *, team_id: int | None, channel: str
) -> list[Pressing]:
    """Two statements."""
    rows = worklist.pressing(sight, team_id=team_id, channel=channel, limit=SHOWN)
    assigned = routing.assignments([row.pk for row in rows])
    found = []
    for row in rows:
        one = assigned.get(row.pk)
        needed = one.channel if one and one.channel else row.channel
        agent_id = one.agent_id if one else None
        found.append(
            Pressing(
                row=row,
                light=light_of(row, now).state,
                channel=needed,
                team_name=one.team.name if one and one.team else "",
                agent_name=one.agent.user.display_name if one and one.agent else "",
                since=(one and (one.assigned_at or one.queued_at)) or row.opened_at,
                choices=_choices(row.public_body_id, needed, people, teams, agent_id, one.team_id if one else None),
            )
        )
    return found


def _choices(
    body_id: int,
    channel: str,
    people: Iterable[Person],
    teams: "Iterable[Team]",
    agent_id: int | None,
    team_id: int | None,
) -> list[tuple[str, Options]]:
    """Only whoever was trained for the channel, those who are there first; and the other teams of the body."""
    trained = [one for one in people if channel in one.channels and one.is_in(body_id) and one.agent_id != agent_id]
    now = [one for one in trained if one.can_take(channel, body_id)]
    able = {one.agent_id for one in now}
    later = [one for one in trained if one.agent_id not in able]
    groups = [
        (_("Pueden ahora"), [(f"agent:{one.agent_id}", _load(one)) for one in now[:OFFERED]]),
        (
            _("Con certificado, no ahora"),
            [(f"agent:{one.agent_id}", f"{_load(one)} · {_why_not(one)}") for one in later[:OFFERED]],
        ),
        (
            _("A la cola de un equipo"),
            [
                (f"team:{team.pk}", _("Cola de %(team)s") % {"team": team.name})
                for team in teams
                if team.public_body_id == body_id and not (team.pk == team_id and agent_id is None)
            ],
        ),
    ]
    return [(name, options) for name, options in groups if options]


def _load(one: Person) -> str:
    return _("%(name)s · %(load)d de %(max)d") % {"name": one.name, "load": one.load, "max": one.max_load}


def _why_not(one: Person) -> str:
    if one.presence != AVAILABLE:
        return one.presence_label
    return _("en su máximo") if one.is_full else _("no puede recibir hoy")
