"""What may be asked of many cases at once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

AT_ONCE = 50
"""Up to so many are done while the person waits for the page; more go to a job, and the page shows how far it is."""
MOST = 500
"""Cases of one batch."""
BIG = 20
"""From so many on, the person says once more that she means it."""


class Kind(StrEnum):
    AGENT = "agent"
    QUEUE = "queue"
    SHARE = "share"
    """Routing decides among a team."""
    CHANGE = "change"
    """Type, service, or both."""
    WAIT = "wait"
    RESUME = "resume"
    CLOSE = "close"
    LINK = "link"
    """To an incident."""
    ANSWER = "answer"
    """One text to everybody of an incident."""


HANDS_OVER = frozenset({Kind.AGENT, Kind.QUEUE, Kind.SHARE})
"""Whoever may not assign hands over only what is hers, or nobody's."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to do to many cases. Of `type`, `service_id` and `team_id` the empty value leaves what each case has.

    `moved_from` is the agent whose cases these are, when somebody's work is moved as a whole. `closes` lets an answer
    be the last one.
    """

    kind: Kind
    agent_id: int | None = None
    team_id: int | None = None
    type: str = ""
    service_id: int | None = None
    outcome: str = ""
    incident_id: int | None = None
    moved_from: int | None = None
    closes: bool = False
    text: str = ""
    """The answer to all, or the note; kept apart from the rest, for it may hold words about people."""

    def as_json(self) -> dict[str, Any]:
        numbers = {name: getattr(self, name) for name in ("agent_id", "team_id", "service_id", "moved_from")}
        words = {"type": self.type, "outcome": self.outcome, "closes": self.closes}
        return {name: value for name, value in {**numbers, **words}.items() if value}

    @classmethod
    def of(cls, kind: str, wish: Mapping[str, Any], text: str, incident_id: int | None) -> "Wish":
        return cls(kind=Kind(kind), text=text, incident_id=incident_id, **wish)

    @property
    def ends_cases(self) -> bool:
        return self.kind is Kind.CLOSE or self.closes


def must_be_sure(wish: Wish, count: int) -> bool:
    """Whether a second yes is asked for: what closes cases, what writes to people, and what touches many."""
    return count >= BIG or wish.ends_cases or wish.kind is Kind.ANSWER
