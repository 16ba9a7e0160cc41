"""Who could attend now, and who knows what; values in few statements, whatever the batch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import connection

from ventanilla.routing.rules import Candidate, Pool
from ventanilla.workforce import queries as workforce

PRESENT = f"""
SELECT coalesce(extract(epoch FROM turn.last_assigned_at), 0)::float8, coalesce(turn.load, 0), present.*
FROM ({workforce.READY}) AS present LEFT JOIN routing_turn AS turn ON turn.agent_id = present.agent_id
"""  # noqa: S608 # a statement of the room below

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


def pool(team_ids: Collection[int], covered: Mapping[int, Collection[str]]) -> Pool:
    """Those who are present in these teams, with certificates, loads and turns. One statement."""
    if not team_ids:
        return Pool([])
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, workforce.ready_values(team_ids))
        return Pool(
            [
                Candidate(
                    one.agent_id,
                    one.team_ids,
                    one.channels,
                    load,
                    one.max_open_cases,
                    idle_since,
                    one.languages,
                    one.services,
                )
                for idle_since, load, *row in cursor.fetchall()
                for one in [workforce.one_ready(*row)]
            ],
            covered,
        )


def who_knows(case_ids: Collection[int]) -> dict[int, Knowing]:
    """One statement for the batch. Whatever the scope: an agent of a shared centre knows what she knows."""
    found: dict[int, Knowing] = {}
    with connection.cursor() as cursor:
        cursor.execute(WHO_KNOWS, {"case_ids": list(case_ids)})
        for case_id, agent_id, is_of_case in cursor:
            knowing = found.setdefault(case_id, Knowing())
            (knowing.case if is_of_case else knowing.person).add(agent_id)
    return found
