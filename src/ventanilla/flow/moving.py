"""Somebody falls ill: all that she has open goes to others, and each case says why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Batch
from ventanilla.flow import bulk, presence
from ventanilla.flow.bulk_rules import HANDS_OVER, MOST, Kind, Wish
from ventanilla.flow.errors import Refused
from ventanilla.flow.sight import Standing
from ventanilla.journal.actors import Actor
from ventanilla.routing import actions as routing
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent
from ventanilla.worklist import queries as rows


@dataclass(frozen=True, slots=True)
class Held:
    """What an agent has open, in the bodies in scope. `drafts` are answers that she began and nobody else sees."""

    agent: Agent
    case_ids: list[int]
    by_channel: Mapping[str, int]
    late: int
    soon: int
    waiting: int
    drafts: int

    @property
    def on_time(self) -> int:
        """Neither late nor soon, waiting ones included."""
        return len(self.case_ids) - self.late - self.soon


def held_by(who: Standing, agent_id: int) -> Held | None:
    """None for whoever attends nobody in the bodies in scope."""
    agent = workforce.agent(agent_id)
    if agent is None:
        return None
    mine = rows.Filters(is_open=True, agent_user_id=agent.user_id, sight=who.sight)
    found = rows.page(mine, "", MOST).rows
    loads = [one for one in rows.workloads(who.sight) if one.agent_user_id == agent.user_id]
    case_ids = [row.case_id for row in found]
    return Held(
        agent,
        case_ids,
        dict(Counter(row.channel for row in found)),
        late=sum(one.late for one in loads),
        soon=sum(one.soon for one in loads),
        waiting=sum(one.waiting for one in loads),
        drafts=case_queries.draft_count(case_ids, agent.user_id),
    )


def move_all(
    actor: Actor, who: Standing, agent_id: int, kind: Kind, *, to_agent_id: int | None = None, leaves: bool = False
) -> Batch:
    """Share it among her teams, give it to one agent, or to the teams' queues; `leaves` says that she is gone first, so
    that nothing comes to her meanwhile. Her drafts stay hers. Raises Refused."""
    held = held_by(who, agent_id)
    if held is None or kind not in HANDS_OVER:
        raise Refused(_("Esa persona no atiende solicitudes acá."))
    if not held.case_ids:
        raise Refused(_("No tiene solicitudes abiertas: no hay nada que pasar."))
    if kind is Kind.AGENT and to_agent_id == agent_id:
        raise Refused(_("Elegí a otra persona."))
    if leaves:
        presence.send_off(actor, agent_id)
    batch = bulk.ask(actor, held.case_ids, Wish(kind, agent_id=to_agent_id, moved_from=agent_id))
    with transaction.atomic():
        routing.note_moved(batch.public_body_id, actor, agent_id, count=len(held.case_ids), batch_id=batch.pk)
    return batch
