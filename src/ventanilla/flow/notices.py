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
from ventanilla.notices import queries as notices
from ventanilla.notices.actions import NewNotice
from ventanilla.routing import events as routing
from ventanilla.routing import queries as assignments
from ventanilla.routing import queries as referrals
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


def _unit_asked(fact: Fact) -> list[int]:
    """The team that has to answer the referral."""
    asked = referrals.open_referral(fact.case_id) if fact.case_id else None
    return [agent.user_id for agent in workforce.agents(asked.team_id)] if asked and asked.team_id else []


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

    told = [
        NewNotice(user_id, body_id, kind, _key(kind, fact), case_id=fact.case_id, facts=_facts(fact))
        for fact, kind, user_id in _wanted(facts)
        if may_know(user_id, fact)
    ]
    written = actions.write(told)
    for user_id in written:
        live.publish(live.body_group(body_id), "notices", user_id=user_id)


def _wanted(facts: Sequence[Fact]) -> list[tuple[Fact, str, int]]:
    """Fact, kind and person, of those who want to hear of it; sight, which costs more, is asked of them alone."""
    concerned = [
        (fact, kind, user_id)
        for fact in facts
        for kind, audience in _notices_of(fact)
        for user_id in dict.fromkeys(audience(fact))
        if _is_news(user_id, kind, fact)
    ]
    choices = notices.choices({user_id for _fact, _kind, user_id in concerned})
    return [
        (fact, kind, user_id)
        for fact, kind, user_id in concerned
        if (choice := choices[user_id][kind]).in_desk or choice.by_mail
    ]


def _notices_of(fact: Fact) -> Sequence[tuple[str, Audience]]:
    """A referral's clock is the unit's own: the person who waits has another."""
    if fact.kind in (sla.WARNED, sla.BREACHED) and fact.details.get("kind") == "referral":
        return (("referral_due", _unit_asked),)
    return NOTICES[fact.kind]


def _key(kind: str, fact: Fact) -> str:
    """Of what is set aside one notice an hour is enough: a flood of rubbish must not bury the rest."""
    return f"hour:{fact.kind}:{fact.happened_at:%Y%m%d%H}" if kind == "set_aside" else f"fact:{fact.pk}"


def _is_news(user_id: int, kind: str, fact: Fact) -> bool:
    return kind in ABOUT_ONESELF or not (fact.actor_kind == "staff" and fact.actor_id == user_id)


def _facts(fact: Fact) -> dict[str, int | str]:
    """What the words need: which fact, on which channel, and its numbers."""
    numbers = {name: fact.details[name] for name in ("days", "done", "refused", "count") if name in fact.details}
    return {"fact": fact.kind, "channel": fact.channel, **{name: int(value) for name, value in numbers.items()}}
