"""A centre of 500 agents and a million cases: what giving one case costs, and 10,000 that wait."""

import json
import os
import sys
import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

from benchmarks.crowd import fill
from benchmarks.installation import installation, percentile

CASES = int(os.environ.get("BENCH_CASES", "1000000"))
"""Fewer only while working on this section; the figures are taken with a million."""
AGENTS, TEAMS = 500, 10
WAITING = 10_000
MOST_OPEN = 200
"""An agent's maximum; beside the 60 or so that each has there must be room for all that wait."""
ONE_BY_ONE = 400

SPREAD = """
UPDATE routing_assignment AS assignment SET
    agent_id = CASE WHEN assignment.case_id %% 100 > 0
                    THEN (%(agents)s::bigint[])[1 + (assignment.case_id / 100) %% cardinality(%(agents)s::bigint[])] END,
    team_id = (%(teams)s::bigint[])[1 + (assignment.case_id / 100) %% cardinality(%(teams)s::bigint[])]
WHERE assignment.is_open
"""
"""One open case in four waits, the others lie evenly on all agents."""

NEVER_GIVEN = """
DELETE FROM routing_assignment WHERE case_id IN (
    SELECT id FROM cases_case WHERE state = 'closed' ORDER BY id DESC LIMIT %s
) RETURNING case_id
"""


def main() -> dict[str, float]:
    with installation():
        from django.db import connection

        from ventanilla.demo.stage import build_stage
        from ventanilla.organisation.scoping import scope

        stage = build_stage()
        with scope({stage.body.pk}):
            teams, agents = people(stage)
            fill(
                1,
                CASES,
                body=stage.body.pk,
                service=stage.service.pk,
                account=stage.account.pk,
                user=stage.agent_user.pk,
                policy=stage.policy.pk,
                teams=teams,
                agents=agents,
            )
            with connection.cursor() as cursor:
                cursor.execute(SPREAD, {"agents": agents, "teams": teams})
                cursor.execute(NEVER_GIVEN, [ONE_BY_ONE])
                case_ids = [case_id for (case_id,) in cursor.fetchall()]
                cursor.execute("VACUUM ANALYZE routing_assignment")
                cursor.execute("ANALYZE")
            return one_by_one(stage, case_ids) | all_that_wait()


def people(stage: Any) -> tuple[list[int], list[int]]:
    """Ten teams that attend the account, each agent in two of them, trained for mail, some for a service as well."""
    from ventanilla.accounts.models import User, UserKind
    from ventanilla.demo.stage import TRAINED_SINCE
    from ventanilla.kit import clock
    from ventanilla.routing import actions as routing
    from ventanilla.workforce import actions as workforce
    from ventanilla.workforce.models import Agent, Certificate, Presence

    teams = [
        workforce.create_team(stage.body, f"equipo-{number}", f"Equipo {number}", [stage.account])
        for number in range(TEAMS)
    ]
    for team, other in pairwise(teams):
        routing.create_overflow_rule(stage.body, team, other, after_minutes=60)
    users = User.objects.bulk_create(
        [
            User(username=f"ejecutivo-{number}", first_name="Ejecutivo", last_name=str(number), kind=UserKind.STAFF)
            for number in range(AGENTS)
        ]
    )
    agents = Agent.objects.bulk_create(
        [
            Agent(
                user=user,
                presence=Presence.AVAILABLE,
                max_open_cases=MOST_OPEN,
                seen_at=clock.now() + timedelta(hours=1),
            )
            for user in users
        ]
    )
    channels = ("email", "portal")
    Certificate.objects.bulk_create(
        [
            Certificate(agent=agent, channel=channel, valid_from_on=TRAINED_SINCE)
            for agent in agents
            for channel in channels
        ]
    )
    Agent.teams.through.objects.bulk_create(
        Agent.teams.through(agent=agent, team=teams[(number + shift) % TEAMS])
        for number, agent in enumerate(agents)
        for shift in (0, 1)
    )
    Agent.services.through.objects.bulk_create(
        Agent.services.through(agent=agent, service=stage.service) for agent in agents[::5]
    )
    return [team.pk for team in teams], [agent.pk for agent in agents]


def one_by_one(stage: Any, case_ids: list[int]) -> dict[str, float]:
    """Cases that come one at a time to an account that all of them attend: 500 are weighed for each."""
    from django.db import transaction

    from ventanilla.routing import actions as routing

    taken = []
    for case_id in case_ids:
        case = routing.CaseToAssign(
            case_id, stage.body.pk, "email", stage.account.pk, service_id=stage.service.pk if case_id % 2 else None
        )
        begun = time.perf_counter()
        with transaction.atomic():
            made = routing.assign([case])
        taken.append((time.perf_counter() - begun) * 1_000)
        assert made[case_id].agent_id is not None
        assert made[case_id].explanation["present"] >= AGENTS
    return {"one_p95_ms": percentile(taken, 0.95), "one_median_ms": percentile(taken, 0.5)}


def all_that_wait() -> dict[str, float]:
    """As the job does it: read, put in order, decided, written, and shown in the queues."""
    from ventanilla.flow.waiting import assign_waiting
    from ventanilla.routing.models import Assignment

    waiting = Assignment.objects.filter(is_open=True, agent=None).count()
    assert waiting == WAITING * CASES // 1_000_000, waiting
    begun = time.perf_counter()
    given = assign_waiting()
    seconds = time.perf_counter() - begun
    assert given == waiting, (given, waiting)
    begun = time.perf_counter()
    assert assign_waiting() == 0
    return {
        "waiting_seconds": seconds,
        "waiting_cases": given,
        "nothing_waits_ms": (time.perf_counter() - begun) * 1_000,
    }


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
