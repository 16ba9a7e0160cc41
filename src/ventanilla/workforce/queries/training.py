"""Questions about training."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from ventanilla.workforce.models import Certificate


def certified(agent_ids: Iterable[int], on: date) -> dict[int, set[str]]:
    """Channels that each agent may attend on that day."""
    valid = Certificate.objects.filter(agent_id__in=list(agent_ids), valid_from_on__lte=on)
    valid = valid.filter(Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=on))
    found: dict[int, set[str]] = {}
    for agent_id, channel in valid.values_list("agent_id", "channel"):
        found.setdefault(agent_id, set()).add(channel)
    return found
