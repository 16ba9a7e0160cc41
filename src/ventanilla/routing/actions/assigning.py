"""Gives cases to teams and agents, and writes down why."""

import json
from collections.abc import Sequence

from django.db import connection

from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.routing import events
from ventanilla.routing.actions.planning import CaseToAssign, Plan
from ventanilla.routing.models import AlsoSeenBy, Assignment, Turn
from ventanilla.routing.queries.settings import settings_of
from ventanilla.routing.rules import Choice, weight_of
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent, Team

Decided = Sequence[tuple[CaseToAssign, Choice]]


def assign(cases: Sequence[CaseToAssign], *, waits: bool = True) -> dict[int, Assignment]:
    """Give each case to a team that attends its account and, if somebody can take it, to an agent; else it waits.

    Call it once in a transaction; a second time with `waits` false, so that no two wait for each other. A constant
    number of statements for the batch. Emits routing.assigned or routing.queued, and routing.overflowed.
    """
    if not cases:
        return {}
    plan = Plan(cases)
    decided = plan.settle([(case, plan.decide(case)) for case in cases], waits=waits)
    made = {
        case.case_id: Assignment(
            public_body_id=case.public_body_id,
            case_id=case.case_id,
            team_id=choice.team_id if choice.candidate else plan.queue_of(case),
            agent_id=choice.candidate.agent_id if choice.candidate else None,
            assigned_at=plan.now if choice.candidate else None,
            queued_at=None if choice.candidate else plan.now,
            channel=case.channel,
            weight=plan.weight(case),
            explanation=plan.explanation(case, choice),
        )
        for case, choice in decided
    }
    Assignment.objects.bulk_create(
        made.values(),
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["team", "agent", "assigned_at", "queued_at", "channel", "weight", "explanation", "is_open"],
    )
    record_all(_facts(plan, decided))
    return made


STILL_WAITING = """
SELECT case_id FROM routing_assignment
WHERE case_id = ANY(%(case_ids)s) AND is_open AND agent_id IS NULL ORDER BY case_id FOR UPDATE SKIP LOCKED
"""
"""Nobody takes one of these meanwhile, and those that somebody is taking are left out."""

GIVE = """
UPDATE routing_assignment AS assignment
SET team_id = given.team_id, agent_id = given.agent_id, assigned_at = %(now)s, queued_at = NULL,
    channel = given.channel, weight = given.weight, explanation = given.explanation::jsonb
FROM unnest(
    %(case_ids)s::bigint[], %(team_ids)s::bigint[], %(agent_ids)s::bigint[], %(channels)s::text[],
    %(weights)s::smallint[], %(explanations)s::text[]
) AS given (case_id, team_id, agent_id, channel, weight, explanation)
WHERE assignment.case_id = given.case_id
"""


def hand_out(plan: Plan, decided: Decided) -> dict[int, int]:
    """Give waiting cases to whom the plan chose, in the caller's transaction; those that somebody took or closed since
    the plan was made stay as they are. The agent's id by the case's. Emits routing.assigned and routing.overflowed.
    """
    with connection.cursor() as cursor:
        cursor.execute(STILL_WAITING, {"case_ids": [case.case_id for case, _choice in decided]})
        waiting = {case_id for (case_id,) in cursor.fetchall()}
    settled = plan.settle([(case, choice) for case, choice in decided if case.case_id in waiting])
    given = [(case, choice) for case, choice in settled if choice.candidate is not None]
    if not given:
        return {}
    agents = [choice.candidate.agent_id for _case, choice in given if choice.candidate is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            GIVE,
            {
                "now": plan.now,
                "case_ids": [case.case_id for case, _choice in given],
                "team_ids": [choice.team_id for _case, choice in given],
                "agent_ids": agents,
                "channels": [case.channel for case, _choice in given],
                "weights": [plan.weight(case) for case, _choice in given],
                "explanations": [json.dumps(plan.explanation(case, choice)) for case, choice in given],
            },
        )
    record_all(_facts(plan, given))
    return {case.case_id: agent_id for (case, _choice), agent_id in zip(given, agents, strict=True)}


def _facts(plan: Plan, decided: Decided) -> list[NewFact]:
    facts = []
    for case, choice in decided:
        found = choice.candidate
        if found is not None and found.agent_id == case.goes_back_to:
            continue  # she has it as before
        kinds = [events.ASSIGNED if found else events.QUEUED]
        if choice.rule_id is not None:
            kinds.append(events.OVERFLOWED)
        details = plan.explanation(case, choice)
        facts += [
            NewFact(
                kind,
                case.public_body_id,
                case_id=case.case_id,
                channel=case.channel,
                team_id=choice.team_id if found else plan.queue_of(case),
                agent_id=found.agent_id if found else None,
                details=details,
            )
            for kind in kinds
        ]
    return facts


def give(
    case_id: int,
    body_id: int,
    actor: Actor,
    *,
    team: Team | None,
    agent: Agent | None,
    reason: str,
    channel: str = "",
    moved_from: int | None = None,
) -> Assignment:
    """A person decides: to an agent, or to a team's queue. `reason` is taken, by_hand, returned, begun or copied.

    `channel` is what it weighs by; "" leaves it as it is. `moved_from` is the agent all of whose cases move.
    Emits routing.taken, routing.handed_over or routing.returned.
    """
    now = clock.now()
    before = Assignment.objects.filter(case_id=case_id).values("agent", "channel").first() or {}
    channel = channel or before.get("channel", "")
    explanation: dict[str, object] = {"reason": reason}
    if reason == "returned":
        explanation["returned_by"] = before.get("agent")
    if actor.user_id is not None and reason == "by_hand":
        explanation["by_user_id"] = actor.user_id
    if moved_from is not None:
        explanation["moved_from"] = moved_from
    weights = settings_of([body_id]).of(body_id).channel_weights
    assignment, _is_new = Assignment.objects.update_or_create(
        case_id=case_id,
        defaults={
            "public_body_id": body_id,
            "team": team,
            "agent": agent,
            "assigned_at": now if agent else None,
            "queued_at": None if agent else now,
            "is_open": True,
            "channel": channel,
            "weight": weight_of(channel, weights),
            "explanation": explanation,
        },
    )
    if agent is not None:
        Turn.objects.update_or_create(agent=agent, defaults={"last_assigned_at": now})
    event = {"taken": events.TAKEN, "returned": events.RETURNED}.get(reason, events.HANDED_OVER)
    record(
        NewFact(
            event,
            body_id,
            actor,
            case_id=case_id,
            channel=channel,
            team_id=team.pk if team else None,
            agent_id=agent.pk if agent else None,
        )
    )
    result: Assignment = assignment
    return result


def note_moved(body_id: int, actor: Actor, agent_id: int, *, count: int, batch_id: int) -> None:
    """All that the agent had was given to others. Emits routing.moved."""
    record(NewFact(events.MOVED, body_id, actor, agent_id=agent_id, details={"count": count, "batch_id": batch_id}))


def set_open(case_ids: Sequence[int], is_open: bool) -> None:
    """A closed case weighs on nobody; a reopened one goes back to whoever had it, unless it is given anew."""
    Assignment.objects.filter(case_id__in=case_ids).exclude(is_open=is_open).update(is_open=is_open)


def also_seen(case_id: int, account_id: int) -> None:
    """The same message came to another account: its teams see the case too (lessons.md 5)."""
    mine = Assignment.objects.filter(case_id=case_id).values_list("team_id", flat=True).first()
    teams = workforce.teams_by_account([account_id]).get(account_id, [])
    AlsoSeenBy.objects.bulk_create(
        [AlsoSeenBy(case_id=case_id, team_id=team) for team in teams if team != mine], ignore_conflicts=True
    )
