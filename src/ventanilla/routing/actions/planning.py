"""Decides for a batch, and holds what was decided against whoever decides at the same time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ventanilla.kit import clock
from ventanilla.routing.queries import candidates
from ventanilla.routing.queries.settings import settings_of
from ventanilla.routing.rules import Choice, Wanted, weight_of
from ventanilla.workforce import queries as workforce


@dataclass(frozen=True, slots=True)
class CaseToAssign:
    """What routing must know of a case."""

    case_id: int
    public_body_id: int
    channel: str
    account_id: int | None = None
    team_id: int | None = None
    """Set when the case already waits in a team's queue."""
    service_id: int | None = None
    language: str = ""
    is_preferential: bool = False
    since_at: datetime | None = None
    """Since when it waits; None for one that just came."""
    returned_by: int | None = None
    """The agent who gave it back."""
    goes_back_to: int | None = None
    """The agent who had it before it was closed: hers again whatever the body prefers, if she can take it."""
    moved_from: int | None = None
    """The agent whose cases are being shared out."""


ROUNDS = 3
"""How often somebody else is looked for when those chosen are being given work by others at the same time."""

HOLD = """
INSERT INTO routing_turn (agent_id, last_assigned_at)
SELECT chosen, %(now)s FROM unnest(%(agent_ids)s::bigint[]) AS chosen ORDER BY chosen
ON CONFLICT (agent_id) DO UPDATE SET last_assigned_at = EXCLUDED.last_assigned_at
RETURNING agent_id, load
"""
"""In the same order everywhere, so that batches that share agents wait for each other and never in a circle."""

FIRST_TURN = """
INSERT INTO routing_turn (agent_id, last_assigned_at)
SELECT chosen, %(now)s FROM unnest(%(agent_ids)s::bigint[]) AS chosen
WHERE NOT EXISTS (SELECT FROM routing_turn AS turn WHERE turn.agent_id = chosen)
ORDER BY chosen ON CONFLICT (agent_id) DO NOTHING
"""

HOLD_WHOM_NOBODY_HOLDS = """
WITH held AS (
    SELECT agent_id FROM routing_turn WHERE agent_id = ANY(%(agent_ids)s) ORDER BY agent_id FOR UPDATE SKIP LOCKED
)
UPDATE routing_turn AS turn SET last_assigned_at = %(now)s FROM held WHERE turn.agent_id = held.agent_id
RETURNING turn.agent_id, turn.load
"""


class Plan:
    """Who would get each of these cases; a constant number of statements. Nothing is written by it, and nobody held."""

    def __init__(self, cases: Sequence[CaseToAssign]) -> None:
        self.now = clock.now()
        self.cases = list(cases)
        body_ids = {case.public_body_id for case in cases}
        accounts = {case.account_id for case in cases if case.account_id is not None and not case.team_id}
        self._teams_of = workforce.teams_by_account(accounts) if accounts else {}
        self._settings = settings_of(body_ids)
        self._rules = self._settings.rules
        self._from_team = {rule.rule_id: rule.from_team_id for rule in self._rules}
        teams = {team_id for case in cases for team_id in self._teams(case)}
        teams |= {rule.to_team_id for rule in self._rules if rule.from_team_id in teams}
        self.pool = candidates.pool(teams, self._settings.covered)
        self.has_room = self.pool.has_room()
        self._knowing = candidates.who_knows([case.case_id for case in cases]) if self.has_room else {}

    def decide(self, case: CaseToAssign) -> Choice:
        """And count it on whoever is chosen."""
        since_at = case.since_at or self.now
        waited_minutes = int((self.now - since_at).total_seconds() // 60)
        choice = self.pool.decide(self._teams(case), self.wanted(case), self._rules, waited_minutes)
        if choice.candidate is not None:
            self.pool.give(choice.candidate, self.weight(case), self.now)
        return choice

    def wanted(self, case: CaseToAssign) -> Wanted:
        own = self._settings.of(case.public_body_id)
        knowing = self._knowing.get(case.case_id) if own.prefers_who_knows else None
        return Wanted(
            channel=case.channel,
            weight=self.weight(case),
            language=case.language,
            service_id=case.service_id,
            knows_case=[case.goes_back_to] if case.goes_back_to else knowing.case if knowing else (),
            knows_person=knowing.person if knowing else (),
            returned_by=case.returned_by,
        )

    def weight(self, case: CaseToAssign) -> int:
        return weight_of(case.channel, self._settings.of(case.public_body_id).channel_weights)

    def queue_of(self, case: CaseToAssign) -> int | None:
        """The team in whose queue it waits when nobody can take it."""
        return next(iter(self._teams(case)), None)

    def explanation(self, case: CaseToAssign, choice: Choice) -> dict[str, object]:
        """Ids and numbers only, as queries.explaining reads them."""
        said: dict[str, object] = {
            "reason": choice.reason,
            "present": choice.present,
            "untrained": choice.untrained,
            "full": choice.full,
            "considered": choice.considered,
            "channel": case.channel,
            "weight": self.weight(case),
        }
        if choice.candidate is not None:
            said |= {"load": choice.load, "max": choice.candidate.max_load}
        if case.language:
            said |= {"language": case.language, "is_language_missing": choice.is_language_missing}
        if case.is_preferential:
            said["is_preferential"] = True
        if case.moved_from is not None:
            said["moved_from"] = case.moved_from
        if case.since_at is not None:
            said["waited_minutes"] = int((self.now - case.since_at).total_seconds() // 60)
        if choice.rule_id is not None:
            said |= {
                "rule_id": choice.rule_id,
                "from_team_id": self._from_team[choice.rule_id],
                "own_reason": choice.own_reason,
            }
        return said

    def _teams(self, case: CaseToAssign) -> list[int]:
        return [case.team_id] if case.team_id else self._teams_of.get(case.account_id or 0, [])

    def settle(
        self, decided: Sequence[tuple[CaseToAssign, Choice]], *, waits: bool = True
    ) -> list[tuple[CaseToAssign, Choice]]:
        """Hold those who were chosen until the transaction ends, and choose again where somebody else filled them.

        Who is looked for in a second round, or by whoever `waits` for nobody, is taken only if no other holds her:
        whoever waits for one while holding another could wait in a circle.
        """
        settled: list[tuple[CaseToAssign, Choice]] = []
        held: dict[int, int] = {}
        for is_again in range(ROUNDS):
            fresh = {one.candidate.agent_id for _case, one in decided if one.candidate} - held.keys()
            held |= self._hold(sorted(fresh), waits=waits and not is_again)
            left = []
            for case, choice in decided:
                weight = self.weight(case)
                if choice.candidate is None:
                    settled.append((case, choice))
                elif (
                    held.get(choice.candidate.agent_id, choice.candidate.max_load) + weight <= choice.candidate.max_load
                ):
                    held[choice.candidate.agent_id] += weight
                    settled.append((case, choice))
                else:
                    self.pool.set_aside(choice.candidate.agent_id)
                    left.append(case)
            decided = [(case, self.decide(case)) for case in left]
            if not decided:
                break
        full = Choice(None, "everybody_full")
        return [*settled, *((case, choice if choice.candidate is None else full) for case, choice in decided)]

    def _hold(self, agent_ids: Collection[int], *, waits: bool) -> dict[int, int]:
        """Their loads as they are now that nobody else can add to them."""
        if not agent_ids:
            return {}
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"agent_ids": list(agent_ids), "now": self.now}
            if waits:
                cursor.execute(HOLD, values)
            else:
                cursor.execute(FIRST_TURN, values)
                cursor.execute(HOLD_WHOM_NOBODY_HOLDS, values)
            return dict(cursor.fetchall())
