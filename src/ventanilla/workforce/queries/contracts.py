"""Questions about contracts that are over."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from ventanilla.workforce.models import Agent, Provider, Team
from ventanilla.workforce.queries.people import is_attending, today


def ended() -> list[Provider]:
    """Contracts in scope whose last day has passed, and that nobody has settled yet."""
    return list(Provider.objects.filter(contract_until_on__lt=today(), ended_at=None).order_by("pk"))


def only_by_ended(body_id: int, provider_id: int) -> list[int]:
    """Agents of the provider's teams who attend that body by no other team that attends it today."""
    of_provider = Team.unscoped.filter(provider_id=provider_id)
    elsewhere = Team.unscoped.filter(is_attending(), public_body_id=body_id, is_active=True, agents=OuterRef("pk"))
    agents = Agent.objects.filter(~Q(Exists(elsewhere)), teams__in=of_provider)
    return sorted(set(agents.values_list("pk", flat=True)))


def teams_instead(account_ids: Iterable[int], body_id: int) -> dict[int, Team]:
    """For each account, the body's own team that attends it, first made first; for those that have none, under the
    key 0, the first own team of the body. A body without a team of its own has none at all."""
    own = Team.unscoped.filter(public_body_id=body_id, is_active=True, provider=None).order_by("pk")
    found: dict[int, Team] = {}
    for team in own:
        found.setdefault(0, team)
    wanted = list(account_ids)
    for team in own.filter(accounts__in=wanted).distinct().prefetch_related("accounts"):
        for account in team.accounts.all():
            if account.pk in wanted:
                found.setdefault(account.pk, team)
    return found
