"""Everything that routing did with a case, from the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ventanilla.journal.queries import facts_of_case
from ventanilla.routing import events
from ventanilla.routing.models import Assignment, Referral
from ventanilla.routing.queries.explaining import sentences
from ventanilla.workforce.models import Agent, Team

if TYPE_CHECKING:
    from ventanilla.journal.models import Fact

BY_ITSELF = (events.ASSIGNED, events.QUEUED)
"""What nobody decided: the fact keeps the explanation of then."""
CHANGED_HANDS = (*BY_ITSELF, events.TAKEN, events.HANDED_OVER, events.RETURNED)
SECOND_LEVEL = (events.REFERRED, events.REFERRAL_ANSWERED, events.REFERRAL_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Step:
    """A moment when a case changed hands or went to the second level. `kind` is one of routing's events.

    `agent_name` and `team_name` say who has it since then, "" for nobody; `aim_name` is whom the second level's
    question is put to, "" in every other step; `reasons` are the sentences of then, empty where a person decided.
    """

    at: datetime
    kind: str
    actor_kind: str
    actor_id: int | None
    agent_user_id: int | None
    agent_name: str
    team_name: str
    aim_name: str
    reasons: tuple[str, ...] = ()

    @property
    def changes_hands(self) -> bool:
        return self.kind in CHANGED_HANDS


def trace(case_id: int) -> list[Step]:
    """Oldest first. Four statements, and those that the words of a reason need."""
    facts = [fact for fact in facts_of_case(case_id) if fact.kind in CHANGED_HANDS + SECOND_LEVEL]
    agents = Agent.objects.select_related("user").in_bulk({fact.agent_id for fact in facts if fact.agent_id})
    teams = Team.unscoped.in_bulk({fact.team_id for fact in facts if fact.team_id})
    aims = Referral.objects.filter(case_id=case_id).select_related("unit", "to_body").in_bulk()
    return [
        _step(
            fact,
            agents.get(fact.agent_id or 0),
            teams.get(fact.team_id or 0),
            aims.get(fact.details.get("referral_id")),
        )
        for fact in facts
    ]


def _step(fact: "Fact", agent: Agent | None, team: Team | None, referral: Referral | None) -> Step:
    then = Assignment(agent=agent, team=team, explanation=fact.details)
    return Step(
        at=fact.happened_at,
        kind=fact.kind,
        actor_kind=fact.actor_kind,
        actor_id=fact.actor_id,
        agent_user_id=agent.user_id if agent else None,
        agent_name=agent.user.display_name if agent else "",
        team_name=team.name if team else "",
        aim_name=referral.aim_name if referral else "",
        reasons=tuple(sentences(then)) if fact.kind in BY_ITSELF else (),
    )
