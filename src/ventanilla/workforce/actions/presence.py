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
def set_presence(agent: Agent, presence: str, reason: str = "") -> bool:
    """The agent says that she is available, paused (with a reason) or gone; whether that changed anything.

    It is a sign of life too. Emits workforce.presence_changed. Raises ValueError for what nobody can say of herself.
    """
    if presence not in SAYABLE or (presence == Presence.PAUSED) != (reason in PauseReason.values):
        raise ValueError(f"nobody can say this of herself: {presence} {reason}")
    now = clock.now()
    agent.seen_at = now
    if (agent.presence, agent.pause_reason) == (presence, reason):
        Agent.objects.filter(pk=agent.pk).update(seen_at=now)
        return False
    agent.presence, agent.pause_reason, agent.presence_changed_at = presence, reason, now
    agent.save(update_fields=["presence", "pause_reason", "presence_changed_at", "seen_at"])
    _tell(agent.pk, presence, reason, actor=staff(agent.user_id))
    return True


SAYABLE: Final = (Presence.AVAILABLE, Presence.PAUSED, Presence.GONE)
"""Nobody says that she is away: she would be here."""

SEE = """
UPDATE workforce_agent
SET seen_at = %(now)s,
    presence = CASE presence {cases} ELSE presence END,
    presence_changed_at = CASE WHEN presence IN ({away}) THEN %(now)s ELSE presence_changed_at END
WHERE user_id = %(user_id)s AND (seen_at IS NULL OR seen_at <= %(before)s OR presence IN ({away}))
RETURNING id, presence, presence_changed_at = %(now)s
"""


def see(user_id: int) -> int | None:
    """She did something: her agent's id if that ended an absence, else None. One statement, whoever she is; nothing
    is written twice a minute. Emits workforce.presence_changed when she is back."""
    now = clock.now()
    coming_back = {one: at_an_act(one) for one in Presence.values if at_an_act(one) != one}
    statement = SEE.format(
        cases=" ".join(f"WHEN '{before}' THEN '{after}'" for before, after in coming_back.items()),
        away=", ".join(f"'{one}'" for one in coming_back),
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, {"now": now, "user_id": user_id, "before": now - SEEN_EVERY})
            found = cursor.fetchone()
        if found is None or not found[2]:
            return None
        agent_id, presence, _is_back = found
        _tell(agent_id, presence, by_itself=True, actor=staff(user_id))
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
