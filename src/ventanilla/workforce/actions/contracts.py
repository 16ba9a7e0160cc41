"""Follows the days of providers' contracts."""

from django.db import transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.kit import clock
from ventanilla.workforce import events
from ventanilla.workforce.models import Provider
from ventanilla.workforce.queries.people import today
from ventanilla.workforce.rules import warning_due


@transaction.atomic
def warn_of_endings() -> list[int]:
    """Say once of each contract in scope that it ends in 30 days, in 7, in 1; the providers.

    Emits workforce.contract_ending.
    """
    told = []
    ending = Provider.objects.select_for_update().filter(contract_until_on__gte=today())
    for provider in ending.order_by("pk"):
        days = warning_due(provider.contract_until_on, today(), provider.told_days)
        if days is None:
            continue
        Provider.objects.filter(pk=provider.pk).update(told_days=days)
        details = {"provider_id": provider.pk, "days": (provider.contract_until_on - today()).days}
        record(NewFact(events.CONTRACT_ENDING, provider.public_body_id, details=details))
        told.append(provider.pk)
    return told


@transaction.atomic
def settle_ending(provider_id: int, returned_cases: int) -> None:
    """The contract is over and nothing is in its people's hands any more. Emits workforce.contract_ended, once."""
    provider = Provider.objects.select_for_update().get(pk=provider_id)
    if provider.ended_at is not None:
        return
    Provider.objects.filter(pk=provider.pk).update(ended_at=clock.now())
    details = {"provider_id": provider.pk, "cases": returned_cases}
    record(NewFact(events.CONTRACT_ENDED, provider.public_body_id, details=details))
