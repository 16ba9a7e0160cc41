"""From the journal to the people of the house: who should know of a fact, if she still sees what it is about.

`NOTICES` says which facts tell whom; flow.reactions calls `tell` for each of them. Nobody is told of what she did
herself, but for the end of something long that she asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import events as cases
from ventanilla.cases import queries as case_queries
from ventanilla.delivery import events as delivery
from ventanilla.flow.sight import Standing, sees, standing_now
from ventanilla.intake import events as intake
from ventanilla.journal.models import Fact
from ventanilla.kit import live
from ventanilla.notices import actions
from ventanilla.notices.actions import NewNotice
from ventanilla.routing import events as routing
from ventanilla.routing import queries as assignments
from ventanilla.sla import events as sla
from ventanilla.workforce import events as workforce_events
from ventanilla.workforce import queries as workforce

Audience = Callable[[Fact], Iterable[int]]
"""Ids of the users a fact is about."""

CERTIFICATE_ENDING = "workforce.certificate_ending"
EXEMPTION_GRANTED, EXEMPTION_ENDED = "workforce.exemption_granted", "workforce.exemption_ended"


def _agent(fact: Fact) -> list[int]:
    return _users([fact.agent_id] if fact.agent_id else [])


def _whoever_has_it(fact: Fact) -> list[int]:
    assignment = assignments.assignment_of(fact.case_id) if fact.case_id else None
    return [assignment.agent.user_id] if assignment is not None and assignment.agent is not None else []


def _team(fact: Fact) -> list[int]:
    return [agent.user_id for agent in workforce.agents(fact.team_id)] if fact.team_id else []


def _team_without_agent(fact: Fact) -> list[int]:
    """Handed to all of them, and to nobody by name."""
    return [] if fact.agent_id else _team(fact)


def _supervisors(fact: Fact) -> list[int]:
    return accounts.staff_ids_with(Right.ASSIGN, fact.public_body_id) if fact.public_body_id else []


def _everybody(_fact: Fact) -> list[int]:
    return [agent.user_id for agent in workforce.agents()]


def _whoever_asked(fact: Fact) -> list[int]:
    return [fact.actor_id] if fact.actor_kind == "staff" and fact.actor_id else []


def _users(agent_ids: Iterable[int]) -> list[int]:
    return [agent.user_id for agent in workforce.agents_by_id(agent_ids).values() if agent.user.is_active]


NOTICES: Mapping[str, Sequence[tuple[str, Audience]]] = {
    routing.ASSIGNED: (("assigned", _agent),),
    routing.HANDED_OVER: (("assigned", _agent), ("team", _team_without_agent)),
    routing.QUEUED: (("team", _team),),
    routing.RETURNED: (("team", _team),),
    cases.CONTINUED: (("person_answered", _whoever_has_it),),
    cases.REOPENED: (("person_answered", _whoever_has_it),),
    sla.WARNED: (("due_soon", _whoever_has_it),),
    sla.BREACHED: (("overdue", _whoever_has_it), ("team_overdue", _supervisors)),
    routing.REFERRED: (("referred", _team),),
    routing.REFERRAL_ANSWERED: (("referral_answered", _agent),),
    delivery.FAILED: (("undelivered", _whoever_has_it),),
    delivery.BOUNCED: (("undelivered", _whoever_has_it),),
    cases.BATCH_FINISHED: (("batch_finished", _whoever_asked),),
    CERTIFICATE_ENDING: (("training", _agent), ("cover", _supervisors)),
    EXEMPTION_GRANTED: (("training", _agent),),
    EXEMPTION_ENDED: (("training", _agent),),
    workforce_events.CONTRACT_ENDING: (("cover", _supervisors),),
    workforce_events.CONTRACT_ENDED: (("cover", _supervisors),),
    workforce_events.STATEMENT_WRITTEN: (("confidentiality", _everybody),),
    intake.QUARANTINED: (("set_aside", _supervisors),),
    intake.DOUBTED: (("set_aside", _supervisors),),
}
"""Fact to (kind of notice, who should know)."""

ABOUT_ONESELF = frozenset({"batch_finished"})
"""Told to whoever did it: she went on with something else meanwhile."""


def tell(body_id: int, facts: Sequence[Fact]) -> None:
    """Write the notices of these facts, for whoever sees what they are about. A reaction: may run twice."""
    found = case_queries.by_ids({fact.case_id for fact in facts if fact.case_id})
    known: dict[int, Standing] = {}

    def may_know(user_id: int, fact: Fact) -> bool:
        who = known.get(user_id) or known.setdefault(user_id, standing_now(user_id))
        if fact.case_id is None:
            return body_id in who.rights
        case = found.get(fact.case_id)
        return case is not None and sees(who, case)

    written = actions.write(
        NewNotice(user_id, body_id, kind, f"fact:{fact.pk}", case_id=fact.case_id, facts=_facts(fact))
        for fact in facts
        for kind, audience in NOTICES[fact.kind]
        for user_id in dict.fromkeys(audience(fact))
        if _is_news(user_id, kind, fact) and may_know(user_id, fact)
    )
    for user_id in written:
        live.publish(live.body_group(body_id), "notices", user_id=user_id)


def _is_news(user_id: int, kind: str, fact: Fact) -> bool:
    return kind in ABOUT_ONESELF or not (fact.actor_kind == "staff" and fact.actor_id == user_id)


def _facts(fact: Fact) -> dict[str, int | str]:
    """What the words need: which fact, on which channel, and its numbers."""
    numbers = {name: fact.details[name] for name in ("days", "done", "refused", "count") if name in fact.details}
    return {"fact": fact.kind, "channel": fact.channel, **{name: int(value) for name, value in numbers.items()}}
