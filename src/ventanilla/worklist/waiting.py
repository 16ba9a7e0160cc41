"""What waits in the queues to be offered, in one statement and without holding anything."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ventanilla.organisation.scoping import current_scope

WAITING = """
SELECT case_id, public_body_id, code, team_id, channel, service_id, opened_at, due_at, since_at,
       language, is_preferential, returned_by
FROM (
    SELECT assignment.case_id, assignment.public_body_id, line.code, assignment.team_id,
           coalesce(nullif(assignment.channel, ''), line.channel) AS channel, line.service_id, line.opened_at,
           line.next_due_at AS due_at, coalesce(assignment.queued_at, line.opened_at) AS since_at,
           coalesce(needs.language, '') AS language, coalesce(needs.preferential_reason, '') <> '' AS is_preferential,
           (assignment.explanation ->> 'returned_by')::bigint AS returned_by,
           row_number() OVER (
               PARTITION BY assignment.team_id, coalesce(nullif(assignment.channel, ''), line.channel)
               ORDER BY assignment.case_id
           ) AS place
    FROM routing_assignment AS assignment
    JOIN worklist_row AS line ON line.case_id = assignment.case_id
    LEFT JOIN routing_needs AS needs ON needs.case_id = assignment.case_id
    WHERE assignment.is_open AND assignment.agent_id IS NULL AND assignment.team_id IS NOT NULL
      AND assignment.public_body_id = ANY(%(body_ids)s)
) AS numbered
WHERE place <= %(limit)s
"""


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case without an agent in a team's queue. `since_at` is since when it waits there."""

    case_id: int
    public_body_id: int
    code: str
    team_id: int
    channel: str
    service_id: int | None
    opened_at: datetime
    due_at: datetime | None
    since_at: datetime
    language: str
    is_preferential: bool
    returned_by: int | None


def waiting_cases(limit: int) -> list[WaitingCase]:
    """Up to `limit` of each team and channel of the bodies in sight: what cannot move in one holds up no other."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"body_ids": sorted(current_scope()), "limit": limit})
        return [WaitingCase(*row) for row in cursor.fetchall()]
