"""Who could attend now, and who knows what; values in few statements, whatever the batch."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from ventanilla.routing.rules import Candidate, Pool
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Team

AGENTS = """
SELECT agent.id, agent.max_open_cases, agent.languages, turn.last_assigned_at, coalesce(carried.weight, 0),
       ARRAY(SELECT known.service_id FROM workforce_agent_services AS known WHERE known.agent_id = agent.id)
FROM workforce_agent AS agent
LEFT JOIN routing_turn AS turn ON turn.agent_id = agent.id
LEFT JOIN (
    SELECT assignment.agent_id, sum(assignment.weight) AS weight FROM routing_assignment AS assignment
    WHERE assignment.is_open AND assignment.agent_id = ANY(%(agent_ids)s) GROUP BY assignment.agent_id
) AS carried ON carried.agent_id = agent.id
WHERE agent.id = ANY(%(agent_ids)s)
"""

RECENT_CASES = 20
"""Of a person's other cases: an organisation that writes daily has thousands."""

WHO_KNOWS = f"""
SELECT entry.case_id, agent.id, true FROM cases_entry AS entry
JOIN workforce_agent AS agent ON agent.user_id = entry.author_id
WHERE entry.case_id = ANY(%(case_ids)s) AND entry.author_id IS NOT NULL
UNION
SELECT assignment.case_id, assignment.agent_id, true FROM routing_assignment AS assignment
WHERE assignment.case_id = ANY(%(case_ids)s) AND assignment.agent_id IS NOT NULL
UNION
SELECT matter.id, assignment.agent_id, false FROM cases_case AS matter
JOIN LATERAL (
    SELECT recent.id FROM cases_case AS recent WHERE recent.contact_id = matter.contact_id AND recent.id <> matter.id
    ORDER BY recent.last_activity_at DESC LIMIT {RECENT_CASES}
) AS same ON true
JOIN routing_assignment AS assignment ON assignment.case_id = same.id
WHERE matter.id = ANY(%(case_ids)s) AND assignment.is_open AND assignment.agent_id IS NOT NULL
"""  # noqa: S608 # the number is ours


@dataclass(slots=True)
class Knowing:
    """Ids of agents who attended or wrote in the case, and of those who attend another of the person's."""

    case: set[int] = field(default_factory=set)
    person: set[int] = field(default_factory=set)


def pool(team_ids: Collection[int], now: datetime) -> Pool:
    """Those who are present in these teams, with certificates, loads and turns. Four statements."""
    pairs = workforce.available(team_ids) if team_ids else []
    if not pairs:
        return Pool([])
    teams_of: dict[int, set[int]] = {}
    for team_id, agent_id in pairs:
        teams_of.setdefault(agent_id, set()).add(team_id)
    certified = workforce.certified(teams_of.keys(), now.astimezone(workforce.DAY_ZONE).date())
    with connection.cursor() as cursor:
        cursor.execute(AGENTS, {"agent_ids": list(teams_of)})
        found = cursor.fetchall()
    nothing: frozenset[str] = frozenset()
    return Pool(
        [
            Candidate(
                agent_id=agent_id,
                team_ids=teams_of[agent_id],
                channels=certified.get(agent_id, nothing),
                load=int(load),
                max_load=max_open_cases,
                last_assigned_at=last_assigned_at,
                languages=frozenset(languages),
                services=frozenset(services),
            )
            for agent_id, max_open_cases, languages, last_assigned_at, load, services in found
        ],
        covered(team_ids),
    )


def covered(team_ids: Collection[int]) -> dict[int, list[str]]:
    """The channels that a provider's contract names, by team; whoever is not named covers all."""
    contracted = Team.unscoped.filter(pk__in=list(team_ids), provider__isnull=False).order_by()
    return {team_id: channels for team_id, channels in contracted.values_list("pk", "provider__channels") if channels}


def who_knows(case_ids: Collection[int]) -> dict[int, Knowing]:
    """One statement for the batch. Whatever the scope: an agent of a shared centre knows what she knows."""
    found: dict[int, Knowing] = {}
    with connection.cursor() as cursor:
        cursor.execute(WHO_KNOWS, {"case_ids": list(case_ids)})
        for case_id, agent_id, is_of_case in cursor:
            knowing = found.setdefault(case_id, Knowing())
            (knowing.case if is_of_case else knowing.person).add(agent_id)
    return found
