"""What somebody sees of the cases of her bodies: everything, what a unit or a contract reaches, or nothing. Pure.

flow.sight computes it once a request; doors hand it on to the queries that list cases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Seen(Protocol):
    """What decides whether a case is in sight; a row of worklist is one."""

    @property
    def public_body_id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def service_id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def also_team_ids(self) -> Collection[int]: ...
    @property
    def agent_user_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """Cases of these services, of these teams, or that this user attends; of these channels only, unless there are
    none."""

    user_id: int
    service_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()

    def reaches(self, seen: Seen) -> bool:
        if self.channels and seen.channel not in self.channels:
            return False
        return (
            seen.agent_user_id == self.user_id
            or seen.service_id in self.service_ids
            or seen.team_id in self.team_ids
            or not self.team_ids.isdisjoint(seen.also_team_ids)
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """`limits` holds the bodies of which only a part is seen; without a grant, no case. A body that is not there is
    seen whole: which bodies there are is the scope's business."""

    limits: Mapping[int, tuple[Grant, ...]] = field(default_factory=dict)

    def is_whole(self, body_id: int) -> bool:
        return body_id not in self.limits

    def is_blind(self, body_id: int) -> bool:
        """Nothing of that body is seen: a contract has ended."""
        return body_id in self.limits and not self.limits[body_id]


EVERYTHING = Sight()
"""Of whoever has no limits, and of the house itself."""


def has_channel(sight: Sight, body_id: int, channel: str) -> bool:
    """Whether what she may do reaches that channel."""
    grants = sight.limits.get(body_id)
    return grants is None or any(not grant.channels or channel in grant.channels for grant in grants)


def has_team(sight: Sight, body_id: int, team_id: int) -> bool:
    """Whether the team's cases are in sight as such."""
    grants = sight.limits.get(body_id)
    return grants is None or any(team_id in grant.team_ids for grant in grants)


def may_see(sight: Sight, seen: Seen) -> bool:
    grants = sight.limits.get(seen.public_body_id)
    return grants is None or any(grant.reaches(seen) for grant in grants)
