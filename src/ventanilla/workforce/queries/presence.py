"""Questions about where agents are."""

from collections.abc import Iterable

from ventanilla.workforce.models import Agent, PauseReason, Presence

PRESENCES = Presence.choices
PAUSE_REASONS = PauseReason.choices


def where(agent_ids: Iterable[int]) -> dict[int, tuple[int, list[int]]]:
    """Each agent's user, and the bodies of her active teams; whatever the scope: her presence is one."""
    found: dict[int, tuple[int, list[int]]] = {}
    query = Agent.objects.filter(pk__in=list(agent_ids), teams__is_active=True).order_by("pk", "teams__public_body")
    for agent_id, user_id, body_id in query.values_list("pk", "user_id", "teams__public_body").distinct():
        found.setdefault(agent_id, (user_id, []))[1].append(body_id)
    return found
