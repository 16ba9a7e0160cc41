"""Gives cases to teams and agents, and writes down why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.routing import events
from ventanilla.routing.models import AlsoSeenBy, Assignment, Turn
from ventanilla.routing.queries import loads
from ventanilla.routing.rules import Candidate, choose
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent, Team


@dataclass(frozen=True, slots=True)
class CaseToAssign:
    """What routing must know of a case."""

    case_id: int
    public_body_id: int
    channel: str
    account_id: int | None
    team_id: int | None = None
    """Set when the case already waits in a team's queue."""


def assign(cases: Sequence[CaseToAssign], *, is_second_try: bool = False) -> dict[int, Assignment]:
    """Give each case to a team that attends its account and, if somebody can take it, to an agent.

    On a second try, cases that wait in a queue stay as they are unless somebody can take them. A constant number
    of statements for the batch. Emits routing.assigned or routing.queued.
    """
    if not cases:
        return {}
    now = clock.now()
    teams_of = workforce.teams_by_account({case.account_id for case in cases if case.account_id is not None})
    candidates = _candidates(
        {*(team for teams in teams_of.values() for team in teams), *(case.team_id for case in cases if case.team_id)},
        now,
    )
    made: dict[int, Assignment] = {}
    facts: list[NewFact] = []
    turns: dict[int, datetime] = {}
    for case in cases:
        teams = [case.team_id] if case.team_id else teams_of.get(case.account_id or 0, [])
        choice = choose(case.channel, [candidate for team in teams for candidate in candidates.get(team, [])])
        chosen = choice.candidate
        if chosen is None and is_second_try:
            continue
        explanation: dict[str, object] = {
            "reason": choice.reason if teams else "no_team",
            "considered": choice.considered,
        }
        if chosen is not None:
            explanation["load"] = chosen.load
            # The same agent may stand in several teams; her load is one.
            for row in (row for rows in candidates.values() for row in rows if row.agent_id == chosen.agent_id):
                row.load += 1
                row.last_assigned_at = now
            turns[chosen.agent_id] = now
        team_id = chosen.team_id if chosen else (teams[0] if teams else None)
        made[case.case_id] = Assignment(
            public_body_id=case.public_body_id,
            case_id=case.case_id,
            team_id=team_id,
            agent_id=chosen.agent_id if chosen else None,
            assigned_at=now if chosen else None,
            explanation=explanation,
        )
        facts.append(
            NewFact(
                events.ASSIGNED if chosen else events.QUEUED,
                case.public_body_id,
                case_id=case.case_id,
                channel=case.channel,
                team_id=team_id,
                agent_id=chosen.agent_id if chosen else None,
                details=explanation,
            )
        )
    Assignment.objects.bulk_create(
        made.values(),
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["team", "agent", "assigned_at", "explanation", "is_open"],
    )
    Turn.objects.bulk_create(
        # In the same order everywhere: batches of two bodies may share agents.
        [Turn(agent_id=agent_id, last_assigned_at=at) for agent_id, at in sorted(turns.items())],
        update_conflicts=True,
        unique_fields=["agent"],
        update_fields=["last_assigned_at"],
    )
    record_all(facts)
    return made


def _candidates(team_ids: set[int], now: datetime) -> dict[int, list[Candidate]]:
    """Present agents by team, with one look at certificates, loads and turns for the whole batch."""
    pairs = workforce.available(team_ids) if team_ids else []
    if not pairs:
        return {}
    agent_ids = {agent_id for _team, agent_id in pairs}
    agents = workforce.agents_by_id(agent_ids)
    certified = workforce.certified(agent_ids, now.astimezone(workforce.DAY_ZONE).date())
    open_cases = loads(agent_ids)
    turns = dict(Turn.objects.filter(agent_id__in=agent_ids).values_list("agent_id", "last_assigned_at"))
    found: dict[int, list[Candidate]] = {}
    for team_id, agent_id in pairs:
        found.setdefault(team_id, []).append(
            Candidate(
                agent_id=agent_id,
                team_id=team_id,
                channels=certified.get(agent_id, set()),
                load=open_cases.get(agent_id, 0),
                max_load=agents[agent_id].max_open_cases,
                last_assigned_at=turns.get(agent_id),
            )
        )
    return found


def waiting(limit: int = 200) -> list[int]:
    """Cases that wait in a team's queue, oldest first, held until the transaction ends: nobody takes one of them
    meanwhile, and those that somebody is taking are left out."""
    unlocked = Assignment.objects.select_for_update(of=("self",), skip_locked=True)
    query = unlocked.filter(is_open=True, agent__isnull=True, team__isnull=False)
    return list(query.order_by("case_id").values_list("case_id", flat=True)[:limit])


def give(
    case_id: int, body_id: int, actor: Actor, *, team: Team | None, agent: Agent | None, reason: str
) -> Assignment:
    """A person decides: to an agent, or to a team's queue. `reason` is taken, by_hand, returned, begun or copied.

    Emits routing.taken, routing.handed_over or routing.returned.
    """
    now = clock.now()
    assignment, _is_new = Assignment.objects.update_or_create(
        case_id=case_id,
        defaults={
            "public_body_id": body_id,
            "team": team,
            "agent": agent,
            "assigned_at": now if agent else None,
            "is_open": True,
            "explanation": {"reason": reason},
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
            team_id=team.pk if team else None,
            agent_id=agent.pk if agent else None,
        )
    )
    result: Assignment = assignment
    return result


def set_open(case_ids: Sequence[int], is_open: bool) -> None:
    """A closed case weighs on nobody; a reopened one goes back to whoever had it."""
    Assignment.objects.filter(case_id__in=case_ids).exclude(is_open=is_open).update(is_open=is_open)


def also_seen(case_id: int, account_id: int) -> None:
    """The same message came to another account: its teams see the case too (lessons.md 5)."""
    mine = Assignment.objects.filter(case_id=case_id).values_list("team_id", flat=True).first()
    teams = workforce.teams_by_account([account_id]).get(account_id, [])
    AlsoSeenBy.objects.bulk_create(
        [AlsoSeenBy(case_id=case_id, team_id=team) for team in teams if team != mine], ignore_conflicts=True
    )
