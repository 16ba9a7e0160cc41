"""Offers the waiting cases to whoever is free: one plan for all of them, written in short transactions."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from ventanilla.flow.patience import patient
from ventanilla.kit import clock, live
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments
from ventanilla.routing.order_rules import Waiting, in_order
from ventanilla.routing.rules import Choice
from ventanilla.worklist import actions as worklist
from ventanilla.worklist.waiting import WaitingCase, waiting_cases

MOST: Final = 20_000
"""Of each team and channel in one run; the next run sees the others."""
CHUNK: Final = 500
"""Cases a transaction: what others wait for at most is that, not the whole run."""
FEW: Final = 100
"""Up to so many moved cases, each open conversation is told by itself."""


def assign_everywhere() -> int:
    """How many cases found an agent."""
    given = 0
    for body in organisation.bodies():
        with scope({body.pk}):
            given += assign_waiting()
    return given


def assign_waiting(most: int = MOST) -> int:
    """Offer what waits in the queues in sight to whoever is free now; how many cases found an agent."""
    found = {one.case_id: one for one in waiting_cases(most)}
    if not found:
        return 0
    plan = routing.Plan([_to_assign(found[one.case_id]) for one in in_order(_order(found), clock.now())])
    if not plan.has_room:
        return 0
    decided = [(case, choice) for case in plan.cases if (choice := plan.decide(case)).candidate is not None]
    given = 0
    for start in range(0, len(decided), CHUNK):
        given += _hand_out(plan, decided[start : start + CHUNK], found)
    return given


@patient
def _hand_out(
    plan: routing.Plan, decided: list[tuple[routing.CaseToAssign, Choice]], found: Mapping[int, WaitingCase]
) -> int:
    with transaction.atomic():
        given = routing.hand_out(plan, decided)
        worklist.hand_over(given.keys())
        told: dict[int, list[str]] = {}
        for case_id in given:
            told.setdefault(found[case_id].public_body_id, []).append(found[case_id].code)
        for body_id, codes in told.items():
            live.publish(live.body_group(body_id), "case", codes=codes)
        if len(given) <= FEW:
            for case_id, agent_id in given.items():
                one = found[case_id]
                live.publish(live.case_group(case_id), "case", code=one.code)
                live.publish(live.body_group(one.public_body_id), "assigned", code=one.code, agent_id=agent_id)
    return len(given)


def _order(found: Mapping[int, WaitingCase]) -> list[Waiting]:
    """The head start of preferential attention is each body's choice."""
    settings = assignments.settings_of({one.public_body_id for one in found.values()})
    return [
        Waiting(
            one.case_id,
            one.channel,
            one.opened_at,
            one.due_at,
            settings.of(one.public_body_id).head_start_percent / 100 if one.is_preferential else 0.0,
        )
        for one in found.values()
    ]


def _to_assign(one: WaitingCase) -> routing.CaseToAssign:
    return routing.CaseToAssign(
        one.case_id,
        one.public_body_id,
        one.channel,
        team_id=one.team_id,
        service_id=one.service_id,
        language=one.language,
        is_preferential=one.is_preferential,
        since_at=one.since_at,
        returned_by=one.returned_by,
    )
