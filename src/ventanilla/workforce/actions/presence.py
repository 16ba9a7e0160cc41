"""Keeps where agents are: what they say, and what their silence says."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor, staff
from ventanilla.kit import clock
from ventanilla.workforce import events
from ventanilla.workforce.models import Agent, PauseReason, Presence
from ventanilla.workforce.presence_rules import AWAY_AFTER, at_an_act, by_itself

SEEN_EVERY: Final = timedelta(seconds=55)
"""A sign of life sooner than this after the last one is not written down."""


@transaction.atomic
def set_presence(agent: Agent, presence: str, reason: str = "", *, by: Actor | None = None) -> bool:
    """The agent says that she is available, paused (with a reason) or gone; whether that changed anything.

    It is a sign of life too, unless `by` somebody else, who says it of her. Emits workforce.presence_changed. Raises
    ValueError for what nobody can say of herself.
    """
    if presence not in SAYABLE or (presence == Presence.PAUSED) != (reason in PauseReason.values):
        raise ValueError(f"nobody can say this of herself: {presence} {reason}")
    now = clock.now()
    if by is None:
        agent.seen_at = now
    if (agent.presence, agent.pause_reason) == (presence, reason):
        Agent.objects.filter(pk=agent.pk).update(seen_at=agent.seen_at)
        return False
    agent.presence, agent.pause_reason, agent.presence_changed_at = presence, reason, now
    agent.save(update_fields=["presence", "pause_reason", "presence_changed_at", "seen_at"])
    _tell(agent.pk, presence, reason, actor=by or staff(agent.user_id))
    return True


SAYABLE: Final = (Presence.AVAILABLE, Presence.PAUSED, Presence.GONE)
"""Nobody says that she is away: she would be here."""

SEE = """
UPDATE workforce_agent SET seen_at = %(now)s
WHERE user_id = %(user_id)s AND (seen_at IS NULL OR seen_at <= %(before)s OR presence = ANY(%(ended_by_an_act)s))
RETURNING id, presence
"""


def see(user_id: int) -> int | None:
    """She did something: her agent's id if that ended an absence, else None. One statement, whoever she is, unless she
    is back; nothing is written twice a minute. Emits workforce.presence_changed when she is back."""
    now = clock.now()
    ended_by_an_act = [one for one in Presence.values if at_an_act(one) != one]
    with connection.cursor() as cursor:
        cursor.execute(
            SEE,
            {"now": now, "user_id": user_id, "before": now - SEEN_EVERY, "ended_by_an_act": ended_by_an_act},
        )
        found = cursor.fetchone()
    if found is None or found[1] not in ended_by_an_act:
        return None
    agent_id, before = found
    with transaction.atomic():
        # Where two pages tell at once, one of them changes it.
        absent = Agent.objects.filter(pk=agent_id, presence=before)
        if not absent.update(presence=at_an_act(before), presence_changed_at=now):
            return None
        _tell(agent_id, at_an_act(before), by_itself=True, actor=staff(user_id))
    return int(agent_id)


@transaction.atomic
def leave(user_id: int) -> int | None:
    """She signed out: her agent's id if she had not gone before. Emits workforce.presence_changed."""
    agent = Agent.objects.filter(user_id=user_id).exclude(presence=Presence.GONE).first()
    if agent is None or not set_presence(agent, Presence.GONE):
        return None
    return agent.pk


def follow_silence() -> Mapping[int, str]:
    """What the silence of agents says: the new presence by agent. What they hold stays theirs.

    Emits workforce.presence_changed for each. Whoever shows life at this very moment is left as she is.
    """
    now = clock.now()
    silent = Agent.objects.exclude(presence=Presence.GONE).filter(seen_at__lte=now - AWAY_AFTER).order_by("pk")
    changed: dict[int, str] = {}
    for agent in silent:
        presence = by_itself(agent.presence, agent.presence_changed_at, agent.seen_at, now)
        if presence != agent.presence and _become(agent, presence, now):
            changed[agent.pk] = presence
    return changed


@transaction.atomic
def _become(agent: Agent, presence: str, now: datetime) -> bool:
    as_read = Agent.objects.filter(pk=agent.pk, presence=agent.presence, seen_at=agent.seen_at)
    if not as_read.update(presence=presence, pause_reason="", presence_changed_at=now):
        return False
    _tell(agent.pk, presence, by_itself=True)
    return True


def _tell(agent_id: int, presence: str, reason: str = "", *, by_itself: bool = False, actor: Actor = SYSTEM) -> None:
    details = {"presence": presence, "reason": reason, "by_itself": by_itself}
    record(NewFact(events.PRESENCE_CHANGED, None, actor, agent_id=agent_id, details=details))
