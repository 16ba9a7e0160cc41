"""Who can help: everybody who attends, where she is, what she carries and what she may be given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ventanilla.routing import queries as routing
from ventanilla.web.supervisor.figures import Count, Desk, counts
from ventanilla.workforce import queries as workforce
from ventanilla.worklist.queries import Workload

if TYPE_CHECKING:
    from ventanilla.workforce.models import Agent, Team

AVAILABLE, PAUSED = "available", "paused"
ORDER = (AVAILABLE, PAUSED, "away", "gone")


@dataclass(frozen=True, slots=True)
class Post:
    """A team that she is in. `may_be_given`: she is present, and its contract and signature let her have its work;
    `channels` are those that its contract covers, empty for all."""

    team_id: int
    team_name: str
    body_id: int
    may_be_given: bool
    channels: Collection[str]


@dataclass(frozen=True, slots=True)
class Person:
    """An agent on the board; `channels` are those she may attend today. Her cases count whichever team they are of;
    `load` is what routing weighs against `max_load`, in every body that she serves."""

    agent_id: int
    name: str
    presence: str
    presence_label: str
    pause_label: str
    presence_since: datetime | None
    load: int
    max_load: int
    open: Count
    late: Count
    soon: Count
    channels: list[str]
    languages: list[str]
    posts: list[Post]

    @property
    def room(self) -> int:
        return max(0, self.max_load - self.load)

    @property
    def can_help(self) -> bool:
        """With something: she is there, has room and may be given the work of some channel."""
        return any(self.can_take(channel) for channel in self.channels)

    @property
    def is_full(self) -> bool:
        return self.presence == AVAILABLE and not self.room

    @property
    def share(self) -> int:
        """Of her maximum, in per cent; what a bar shows."""
        return min(100, self.load * 100 // self.max_load) if self.max_load else 100

    def can_take(self, channel: str, body_id: int | None = None, team_id: int | None = None) -> bool:
        return (
            self.room > 0
            and channel in self.channels
            and any(
                post.may_be_given
                and (not post.channels or channel in post.channels)
                and body_id in (None, post.body_id)
                and team_id in (None, post.team_id)
                for post in self.posts
            )
        )

    def is_in(self, body_id: int) -> bool:
        return any(post.body_id == body_id for post in self.posts)

    @property
    def place(self) -> tuple[bool, int, int, str]:
        """Whoever can help first, and of them who has more room; then by where they are."""
        at = ORDER.index(self.presence) if self.presence in ORDER else len(ORDER)
        return not self.can_help, at, self.share, self.name


def people_of(teams: "Collection[Team]", loads: Iterable[Workload], now: datetime, desk: Desk) -> list[Person]:
    """Everybody of these teams, whoever can help first. Four statements."""
    members = workforce.members()
    agents = {agent.pk: agent for team in teams for agent in members.get(team.pk, [])}
    certified = workforce.certified(agents, now.astimezone(workforce.DAY_ZONE).date())
    given = set(workforce.available([team.pk for team in teams]))
    weights = routing.loads(agents)
    posts: dict[int, list[Post]] = {}
    for team in teams:
        covered = tuple(team.provider.channels) if team.provider else ()
        for agent in members.get(team.pk, []):
            may_be_given = (team.pk, agent.pk) in given
            posts.setdefault(agent.pk, []).append(Post(team.pk, team.name, team.public_body_id, may_be_given, covered))
    of_user: dict[int | None, list[Workload]] = {}
    for load in loads:
        of_user.setdefault(load.agent_user_id, []).append(load)
    found = [
        Person(
            agent_id=agent.pk,
            name=agent.user.display_name,
            presence=agent.presence,
            presence_label=_where(agent),
            pause_label=_pause(agent),
            presence_since=agent.presence_changed_at,
            load=weights.get(agent.pk, 0),
            max_load=agent.max_open_cases,
            channels=sorted(certified.get(agent.pk, ())),
            languages=_languages(agent),
            posts=posts[agent.pk],
            **counts(f"persona-{agent.pk}", of_user.get(agent.user_id, []), desk, agente=agent.user_id),
        )
        for agent in agents.values()
    ]
    return sorted(found, key=lambda one: one.place)


def _where(agent: "Agent") -> str:
    label, reason = str(dict(workforce.PRESENCES).get(agent.presence, agent.presence)), _pause(agent)
    return _("%(where)s: %(reason)s") % {"where": label, "reason": reason} if reason else label


def _pause(agent: "Agent") -> str:
    """Why she paused; "" for whoever has not, or does not say."""
    return str(dict(workforce.PAUSE_REASONS).get(agent.pause_reason, ""))


def _languages(agent: "Agent") -> list[str]:
    """Those that not everybody speaks."""
    names = dict(routing.LANGUAGES)
    return [str(names.get(code, code)) for code in agent.languages if code != "es"]
