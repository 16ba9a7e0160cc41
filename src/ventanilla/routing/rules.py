"""Who gets a case. Pure.

Left out are: whoever is not present, was not trained for the channel, or has no room for its weight. Among the others,
in this order: who speaks the person's language, who knows the case, who knows the person, who knows the service, who
has the least load for her maximum, who has waited longest for a case. The order is the house's own choice; that nobody
untrained attends is the standard's (seed: agents trained for each modality).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace
from typing import Final

WEIGHTS: Final[Mapping[str, int]] = {
    "email": 1,
    "portal": 1,
    "facebook": 2,
    "chat": 4,
    "telephone": 4,
    "in_person": 4,
}
"""What an open case weighs, unless the body says otherwise: whoever is spoken to at once leaves little for the rest."""

NOBODY = ("nobody_present", "nobody_trained", "everybody_full", "no_team")
CRITERIA = ("knows_case", "knows_person", "knows_service", "only_one", "least_loaded", "longest_waiting")
REASONS = (*NOBODY, *CRITERIA)


def weight_of(channel: str, own: Mapping[str, int]) -> int:
    """At least 1: nobody is given work without end."""
    return max(1, own.get(channel, WEIGHTS.get(channel, 1)))


@dataclass(slots=True, eq=False)
class Candidate:
    """A present agent as routing weighs her. `load` is the weight of her open cases; `idle_since` are the seconds since
    1970 when she was last given one, 0 for never."""

    agent_id: int
    team_ids: Set[int]
    channels: Set[str]
    load: int
    max_load: int
    idle_since: float
    languages: Set[str] = frozenset({"es"})
    services: Set[int] = frozenset()

    def has_room(self, weight: int) -> bool:
        return self.load + weight <= self.max_load


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case asks of whoever attends it. `knows_case` and `knows_person` are ids of agents."""

    channel: str
    weight: int = 1
    language: str = ""
    """ "" when it makes no difference."""
    service_id: int | None = None
    knows_case: Collection[int] = ()
    knows_person: Collection[int] = ()
    returned_by: int | None = None
    """Whoever gave it back gets it again only when nobody else can take it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent chosen and the criterion that decided, or None and why nobody could be: a code of `REASONS`.

    `present`, `untrained` and `full` count the teams' agents; `considered` those among whom the criterion decided.
    """

    candidate: Candidate | None
    reason: str
    team_id: int | None = None
    present: int = 0
    untrained: int = 0
    full: int = 0
    considered: int = 0
    load: int = 0
    """What the chosen had before."""
    is_language_missing: bool = False
    """The case wants a language that none of those with room speaks."""
    rule_id: int | None = None
    """The overflow rule that led to another team, and why the case's own could not take it."""
    own_reason: str = ""


@dataclass(frozen=True, slots=True)
class Overflow:
    """An overflow rule. `channel` "" is any; `only_if` is nobody_present, everybody_full or any."""

    rule_id: int
    from_team_id: int
    to_team_id: int
    channel: str = ""
    after_minutes: int = 0
    only_if: str = "any"

    def applies(self, team_ids: Collection[int], channel: str, waited_minutes: int, reason: str) -> bool:
        why = {"nobody_present": ("nobody_present", "nobody_trained"), "everybody_full": ("everybody_full",)}
        return (
            self.from_team_id in team_ids
            and self.channel in ("", channel)
            and waited_minutes >= self.after_minutes
            and reason in why.get(self.only_if, NOBODY)
        )


Turn = tuple[float, float, int]
"""The order among equals: share of her maximum, since when she has waited, id."""


def turn_of(candidate: Candidate) -> Turn:
    return (candidate.load / candidate.max_load, candidate.idle_since, candidate.agent_id)


@dataclass(slots=True)
class _Group:
    """The trained of some teams for one channel and weight. Its heaps are put right only where they are looked at: what
    an agent is given moves her back, never forward."""

    weight: int
    present: int
    trained: dict[int, Candidate]
    with_room: int = field(init=False)
    heaps: dict[tuple[str, int | None], list[Turn]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.with_room = sum(one.has_room(self.weight) for one in self.trained.values())

    def speaking(self, language: str) -> list[Candidate]:
        """Those with room who do."""
        return [one for one in self.trained.values() if language in one.languages and one.has_room(self.weight)]

    def first(self, language: str, service_id: int | None, passed_over: int | None) -> tuple[Candidate, bool] | None:
        """Whose turn it is, and whether somebody else has the same load; `passed_over` only if there is nobody else."""
        heap = self.heaps.get((language, service_id))
        if heap is None:
            heap = self.heaps[language, service_id] = [
                turn_of(one)
                for one in self.trained.values()
                if one.has_room(self.weight)
                and (not language or language in one.languages)
                and (service_id is None or service_id in one.services)
            ]
            heapify(heap)
        kept: list[Turn] = []
        while len(kept) < 3 and self._top(heap) is not None:
            kept.append(heappop(heap))
        for one in kept:
            heappush(heap, one)
        if not kept:
            return None
        first, *others = sorted(kept, key=lambda one: one[2] == passed_over)
        is_tied = any(one[0] == first[0] and one[2] != passed_over for one in others)
        return self.trained[first[2]], is_tied

    def _top(self, heap: list[Turn]) -> Turn | None:
        while heap:
            candidate = self.trained[heap[0][2]]
            if not candidate.has_room(self.weight):
                heappop(heap)
            elif (now := turn_of(candidate)) != heap[0]:
                heapreplace(heap, now)
            else:
                return now
        return None


class Pool:
    """Those who are present. Within one pool loads only grow, by `give` and `heed`."""

    def __init__(self, candidates: Iterable[Candidate], covered: Mapping[int, Collection[str]] | None = None) -> None:
        """`covered` are the channels of a team's contract; none, or no such team, is all of them."""
        self._candidates = {one.agent_id: one for one in candidates}
        self._covered = covered or {}
        self._groups: dict[tuple[tuple[int, ...], str, int], _Group] = {}
        self._members: dict[int, list[Candidate]] = {}
        for one in self._candidates.values():
            for team_id in one.team_ids:
                self._members.setdefault(team_id, []).append(one)

    def has_room(self) -> bool:
        """Whether anybody could take anything."""
        return any(one.has_room(1) for one in self._candidates.values())

    def choose(self, team_ids: Sequence[int], wanted: Wanted) -> Choice:
        """Who of these teams gets it. Gives nothing yet."""
        teams = tuple(one for one in team_ids if self._covers(one, wanted.channel))
        if not teams:
            return Choice(None, "no_team")
        group = self._group(teams, wanted)
        counted = Choice(
            None,
            "nobody_present",
            present=group.present,
            untrained=group.present - len(group.trained),
            full=len(group.trained) - group.with_room,
            considered=group.with_room,
        )
        if not group.present:
            return counted
        if not group.trained:
            return replace(counted, reason="nobody_trained")
        if not group.with_room:
            return replace(counted, reason="everybody_full")
        language, is_missing, considered = wanted.language, False, group.with_room
        if language:
            considered = len(group.speaking(language))
            if not considered:
                # Somebody who does not speak it can still write, translate or ask a colleague; a queue cannot.
                language, is_missing, considered = "", True, group.with_room
        candidate, reason = self._best(group, wanted, language, considered)
        return replace(
            counted,
            candidate=candidate,
            reason=reason,
            load=candidate.load,
            team_id=next(one for one in teams if one in candidate.team_ids),
            considered=considered,
            is_language_missing=is_missing,
        )

    def decide(
        self, team_ids: Sequence[int], wanted: Wanted, rules: Iterable[Overflow] = (), waited_minutes: int = 0
    ) -> Choice:
        """The same, or who of the team that the first overflow rule with somebody free leads to."""
        own = self.choose(team_ids, wanted)
        if own.candidate is not None:
            return own
        for rule in rules:
            if rule.applies(team_ids, wanted.channel, waited_minutes, own.reason):
                other = self.choose([rule.to_team_id], wanted)
                if other.candidate is not None:
                    return replace(other, rule_id=rule.rule_id, own_reason=own.reason)
        return own

    def give(self, candidate: Candidate, weight: int, at: datetime) -> None:
        """The case is hers."""
        candidate.idle_since = at.timestamp()
        self._load(candidate, candidate.load + weight)

    def heed(self, agent_id: int, load: int) -> None:
        """Somebody else gave her work meanwhile."""
        candidate = self._candidates[agent_id]
        if load > candidate.load:
            self._load(candidate, load)

    def set_aside(self, agent_id: int) -> None:
        """Somebody else is giving her work at this moment: she gets none from here."""
        candidate = self._candidates[agent_id]
        self._load(candidate, max(candidate.load, candidate.max_load))

    def _load(self, candidate: Candidate, load: int) -> None:
        before, candidate.load = candidate.load, load
        for group in self._groups.values():
            if candidate.agent_id in group.trained and before + group.weight <= candidate.max_load:
                group.with_room -= not candidate.has_room(group.weight)

    def _covers(self, team_id: int, channel: str) -> bool:
        channels = self._covered.get(team_id)
        return not channels or channel in channels

    def _group(self, teams: tuple[int, ...], wanted: Wanted) -> _Group:
        key = (teams, wanted.channel, wanted.weight)
        group = self._groups.get(key)
        if group is None:
            present = {one.agent_id: one for team_id in teams for one in self._members.get(team_id, ())}
            trained = {agent_id: one for agent_id, one in present.items() if wanted.channel in one.channels}
            group = self._groups[key] = _Group(wanted.weight, len(present), trained)
        return group

    def _best(self, group: _Group, wanted: Wanted, language: str, considered: int) -> tuple[Candidate, str]:
        for agent_ids, reason in ((wanted.knows_case, "knows_case"), (wanted.knows_person, "knows_person")):
            known = [
                one
                for agent_id in agent_ids
                if agent_id != wanted.returned_by
                and (one := group.trained.get(agent_id)) is not None
                and one.has_room(wanted.weight)
                and (not language or language in one.languages)
            ]
            if known:
                return min(known, key=turn_of), reason
        if considered > 1 and wanted.service_id is not None:
            found = group.first(language, wanted.service_id, wanted.returned_by)
            if found is not None and found[0].agent_id != wanted.returned_by:
                return found[0], "knows_service"
        found = group.first(language, None, wanted.returned_by)
        assert found is not None  # noqa: S101 # somebody was counted
        candidate, is_tied = found
        if considered == 1:
            return candidate, "only_one"
        return candidate, "longest_waiting" if is_tied else "least_loaded"
