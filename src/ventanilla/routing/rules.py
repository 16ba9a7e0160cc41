"""Who gets a case. Pure."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Candidate:
    """A present agent of a team, as routing weighs her. `load` counts open cases; `last_assigned_at` None is never."""

    agent_id: int
    team_id: int
    channels: Set[str]
    load: int
    max_load: int
    last_assigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent chosen, or None with the reason why nobody could be: a code of `REASONS`."""

    candidate: Candidate | None
    reason: str
    considered: int


REASONS = ("least_loaded", "nobody_present", "nobody_trained", "everybody_full")


def choose(channel: str, candidates: Iterable[Candidate]) -> Choice:
    """Among the trained who have room, the least loaded; among equals, whoever has waited longest for a case.

    Source: seed (agents trained for each modality); fairness is the body's own choice (domain.md T8).
    """
    present = list(candidates)
    if not present:
        return Choice(None, "nobody_present", 0)
    trained = [candidate for candidate in present if channel in candidate.channels]
    if not trained:
        return Choice(None, "nobody_trained", len(present))
    free = [candidate for candidate in trained if candidate.load < candidate.max_load]
    if not free:
        return Choice(None, "everybody_full", len(trained))
    return Choice(min(free, key=_turn), "least_loaded", len(free))


def _turn(candidate: Candidate) -> tuple[int, float, int]:
    idle_since = candidate.last_assigned_at.timestamp() if candidate.last_assigned_at else 0.0
    return (candidate.load, idle_since, candidate.agent_id)
