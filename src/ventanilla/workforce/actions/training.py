"""Writes down what agents were trained for."""

from datetime import date

from django.db import transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.workforce.models import Agent, Certificate


@transaction.atomic
def certify(
    agent: Agent, channel: str, valid_from_on: date, valid_until_on: date | None = None, *, actor: Actor = SYSTEM
) -> Certificate:
    """Record that the agent was trained for the channel."""
    certificate, _is_new = Certificate.objects.update_or_create(
        agent=agent, channel=channel, valid_from_on=valid_from_on, defaults={"valid_until_on": valid_until_on}
    )
    record(NewFact("workforce.certified", None, actor, agent_id=agent.pk, channel=channel))
    return certificate
