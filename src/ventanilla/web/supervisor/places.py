"""What waits by channel and by team, and who can help there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.web.look.words import CHANNEL_WORDS
from ventanilla.web.supervisor.figures import Count, Desk, counts
from ventanilla.web.supervisor.people import AVAILABLE, PAUSED, Person
from ventanilla.worklist.queries import Workload

if TYPE_CHECKING:
    from ventanilla.workforce.models import Team

NAMED = 3
"""Helpers in a line; the others are counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line: a channel or a team. `oldest_at` is when the first of those that nobody has was opened."""

    key: str
    name: str
    under: str
    open: Count
    unassigned: Count
    late: Count
    soon: Count
    oldest_at: datetime | None
    helpers: list[Person]
    resting: list[Person]
    """Trained for it and paused: they could be called back."""
    full: list[Person]
    """Trained for it and present, with no room left."""
    channel: str = ""

    @property
    def is_idle(self) -> bool:
        """Nothing is open there, and nobody of it can be given anything now."""
        return not self.open.value and not self.helpers

    @property
    def more(self) -> int:
        """Helpers who are not named."""
        return max(0, len(self.helpers) - NAMED)

    @property
    def is_uncovered(self) -> bool:
        """Somebody waits, and nobody can take it."""
        return bool(self.unassigned.value) and not self.helpers

    @property
    def trouble(self) -> str:
        """What is wrong, in words."""
        waiting = ngettext("%(count)d espera", "%(count)d esperan", self.unassigned.value) % {
            "count": self.unassigned.value
        }
        if self.full:
            return _("Quienes tienen certificado de %(channel)s llegaron a su máximo: %(waiting)s.") % {
                "channel": self.name,
                "waiting": waiting,
            }
        return _("Nadie disponible con certificado de %(channel)s: %(waiting)s.") % {
            "channel": self.name,
            "waiting": waiting,
        }


def by_channel(loads: Sequence[Workload], people: Sequence[Person], desk: Desk) -> list[Place]:
    """Those that have open cases or somebody trained; the ones in trouble first, then by their names."""
    names = {load.channel for load in loads} | {channel for person in people for channel in person.channels}
    lines = [
        _place(
            f"canal-{channel}",
            str(CHANNEL_WORDS.get(channel, channel)),
            [load for load in loads if load.channel == channel],
            desk,
            people=[one for one in people if channel in one.channels],
            helpers=[one for one in people if one.can_take(channel)],
            channel=channel,
            filters={"canal": channel},
        )
        for channel in names
    ]
    return sorted(lines, key=lambda line: (not line.is_uncovered, -line.open.value, line.name))


def by_team(loads: Sequence[Workload], people: Sequence[Person], teams: "Sequence[Team]", desk: Desk) -> list[Place]:
    lines = []
    for team in teams:
        mine = [one for one in people if any(post.team_id == team.pk for post in one.posts)]
        lines.append(
            _place(
                f"equipo-{team.pk}",
                team.name,
                [load for load in loads if load.team_id == team.pk],
                desk,
                people=mine,
                helpers=[one for one in mine if any(one.can_take(name, team_id=team.pk) for name in one.channels)],
                under=_("contratado a %(name)s") % {"name": team.provider_name} if team.provider_name else "",
                filters={"equipo": team.pk},
            )
        )
    return lines


def _place(
    key: str,
    name: str,
    loads: list[Workload],
    desk: Desk,
    *,
    people: list[Person],
    helpers: list[Person],
    filters: dict[str, int | str],
    under: str = "",
    channel: str = "",
) -> Place:
    nobodys = [load for load in loads if load.agent_user_id is None]
    return Place(
        key=key,
        name=name,
        under=under,
        unassigned=Count(f"{key}-nadie", sum(load.open for load in nobodys), desk.nobodys(**filters)),
        oldest_at=min((load.oldest_at for load in nobodys), default=None),
        helpers=helpers,
        resting=[one for one in people if one.presence == PAUSED],
        full=[one for one in people if one.presence == AVAILABLE and not one.room],
        channel=channel,
        **counts(key, loads, desk, **filters),
    )
