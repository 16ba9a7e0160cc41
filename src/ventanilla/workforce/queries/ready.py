"""Who could be given work at this moment, in one statement: what `available` and `certified` say, and what routing
weighs beside it. Asked at every assignment, about hundreds of agents; tests hold it against those two."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from ventanilla.kit import clock
from ventanilla.organisation.scoping import current_scope
from ventanilla.workforce.queries.people import DAY_ZONE

READY = """
WITH posts AS (
    SELECT member.agent_id, member.team_id
    FROM workforce_agent_teams AS member
    JOIN workforce_team AS team ON team.id = member.team_id
    JOIN workforce_agent AS agent ON agent.id = member.agent_id AND agent.presence = 'available'
    JOIN accounts_user AS person ON person.id = agent.user_id AND person.is_active
    LEFT JOIN workforce_provider AS provider ON provider.id = team.provider_id
    WHERE team.id = ANY(%(team_ids)s) AND team.public_body_id = ANY(%(body_ids)s)
      AND (provider.id IS NULL OR (
          provider.contract_from_on <= %(day)s
          AND (provider.contract_until_on IS NULL OR provider.contract_until_on >= %(day)s)
      ))
      AND NOT EXISTS (
          SELECT FROM workforce_statement AS statement
          WHERE statement.is_current AND statement.public_body_id = team.public_body_id
            AND (statement.demanded_of = 'everybody' OR statement.demanded_of = 'providers' AND EXISTS (
                SELECT FROM workforce_agent_teams AS post JOIN workforce_team AS place ON place.id = post.team_id
                WHERE post.agent_id = agent.id AND place.public_body_id = team.public_body_id
                  AND place.provider_id IS NOT NULL
            ))
            AND NOT EXISTS (
                SELECT FROM workforce_signature AS signature
                WHERE signature.statement_id = statement.id AND signature.agent_id = agent.id
            )
      )
),
trained AS (
    SELECT certificate.agent_id, certificate.channel FROM workforce_certificate AS certificate
    WHERE certificate.valid_from_on <= %(day)s
      AND (certificate.valid_until_on IS NULL OR certificate.valid_until_on >= %(day)s)
      AND (certificate.revoked_on IS NULL OR certificate.revoked_on > %(day)s)
    UNION ALL
    SELECT exemption.agent_id, exemption.channel FROM workforce_exemption AS exemption
    WHERE exemption.from_at <= %(now)s AND exemption.until_at > %(now)s AND exemption.ended_at IS NULL
)
SELECT agent.id AS agent_id, agent.max_open_cases, array_to_string(agent.languages, ',') AS languages, there.team_ids,
       coalesce(may.channels, '') AS channels, coalesce(knows.services, '') AS services
FROM (
    SELECT posts.agent_id, string_agg(posts.team_id::text, ',' ORDER BY posts.team_id) AS team_ids
    FROM posts GROUP BY posts.agent_id
) AS there
JOIN workforce_agent AS agent ON agent.id = there.agent_id
LEFT JOIN (
    SELECT trained.agent_id, string_agg(DISTINCT trained.channel, ',') AS channels
    FROM trained GROUP BY trained.agent_id
) AS may ON may.agent_id = agent.id
LEFT JOIN (
    SELECT known.agent_id, string_agg(known.service_id::text, ',') AS services
    FROM workforce_agent_services AS known GROUP BY known.agent_id
) AS knows ON knows.agent_id = agent.id
"""


@dataclass(frozen=True, slots=True)
class Ready:
    """An agent who is present and may attend in these teams, the channels she is trained for today, what she knows."""

    agent_id: int
    max_open_cases: int
    languages: frozenset[str]
    team_ids: frozenset[int]
    channels: frozenset[str]
    services: frozenset[int]


def ready(team_ids: Iterable[int]) -> list[Ready]:
    """Of these teams of the bodies in sight; nobody untrained is left out."""
    with connection.cursor() as cursor:
        cursor.execute(READY, ready_values(team_ids))
        return [one_ready(*row) for row in cursor.fetchall()]


def ready_values(team_ids: Iterable[int]) -> dict[str, Any]:
    """What READY asks for; a room above may join it with its own tables."""
    now = clock.now()
    return {
        "team_ids": list(team_ids),
        "body_ids": sorted(current_scope()),
        "day": now.astimezone(DAY_ZONE).date(),
        "now": now,
    }


def one_ready(agent_id: int, most: int, languages: str, teams: str, channels: str, services: str) -> Ready:
    """A row of READY."""
    return Ready(agent_id, most, _words(languages), _numbers(teams), _words(channels), _numbers(services))


@lru_cache(maxsize=4096)
def _words(joined: str) -> frozenset[str]:
    return frozenset(joined.split(",")) if joined else frozenset()


@lru_cache(maxsize=4096)
def _numbers(joined: str) -> frozenset[int]:
    return frozenset(int(one) for one in joined.split(",")) if joined else frozenset()
