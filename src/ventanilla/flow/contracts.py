"""The end of a provider's contract: sight ends by itself at midnight (flow.sight), what its people held comes home."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.flow.changed import changed
from ventanilla.flow.patience import patient
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import live
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments
from ventanilla.workforce import actions as workforce_actions
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Provider, Team
from ventanilla.worklist import queries as worklist

CHUNK: Final = 50
"""Cases a transaction."""
REASON: Final = "contract_ended"


def follow() -> int:
    """Warn of what ends soon, and settle what has ended, in every body; how many cases came home."""
    returned = 0
    for body in organisation.bodies():
        with scope({body.pk}):
            workforce_actions.warn_of_endings()
            for provider in workforce.ended():
                returned += _settle(provider)
    return returned


def _settle(provider: Provider) -> int:
    team_ids = workforce.team_ids_of_providers([provider.pk]).get(provider.pk, frozenset())
    agent_ids = workforce.only_by_ended(provider.public_body_id, provider.pk)
    returned = 0
    while case_ids := assignments.open_cases_of(team_ids, agent_ids, most=CHUNK):
        returned += _bring_home(provider.public_body_id, case_ids)
    workforce_actions.settle_ending(provider.pk, returned)
    live.publish(live.body_group(provider.public_body_id), "board")
    return returned


@patient
def _bring_home(body_id: int, case_ids: Sequence[int]) -> int:
    """To the queue of the body's own team that attends the account; without one, to nobody's, which supervisors see."""
    with transaction.atomic():
        rows = worklist.rows(case_ids)
        instead = workforce.teams_instead({row.account_id for row in rows.values() if row.account_id}, body_id)
        locked = [cases.lock(case_id) for case_id in sorted(case_ids)]
        for case in locked:
            row = rows.get(case.pk)
            team: Team | None = (instead.get(row.account_id or 0) if row else None) or instead.get(0)
            channel = row.channel if row else ""
            routing.give(case.pk, body_id, SYSTEM, team=team, agent=None, reason=REASON, channel=channel)
            facts = {"reason": REASON, "team_id": team.pk if team else None, "agent_user_id": None}
            cases.add_event(case, events.ASSIGNED, SYSTEM, facts)
        changed(*locked)
    return len(locked)
