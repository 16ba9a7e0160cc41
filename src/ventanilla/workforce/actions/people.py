"""Makes providers, teams and agents, and changes them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from ventanilla.accounts.models import User
from ventanilla.catalogue.models import Service
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.workforce import events
from ventanilla.workforce.models import Agent, Presence, Provider, ProviderSight, Team


class OtherBody(ValueError):
    """A provider attends for the body that contracted it."""


@transaction.atomic
def create_provider(
    body: PublicBody,
    name: str,
    contract_from_on: date,
    contract_until_on: date | None = None,
    *,
    channels: Iterable[str] = (),
    sight: str = ProviderSight.TEAMS,
    actor: Actor = SYSTEM,
) -> Provider:
    """Write down a contract; no channels means all. Raises IntegrityError when it ends before it begins."""
    provider = Provider(
        public_body=body,
        name=name,
        contract_from_on=contract_from_on,
        contract_until_on=contract_until_on,
        channels=sorted(set(channels)),
        sight=sight,
    )
    provider.save()
    record(NewFact(events.PROVIDER_CREATED, body.pk, actor, details={"provider_id": provider.pk}))
    return provider


@transaction.atomic
def change_provider(provider: Provider, *, actor: Actor = SYSTEM, **fields: Any) -> None:
    """Change a contract's days, channels or the company's name; what its people see follows at their next request.

    Another end is warned of and settled anew.
    """
    if "contract_until_on" in fields:
        fields |= {"told_days": None, "ended_at": None}
    if fields:
        Provider.objects.filter(pk=provider.pk).update(**fields)
    details = {"provider_id": provider.pk, "fields": sorted(fields.keys() - {"told_days", "ended_at"})}
    record(NewFact(events.PROVIDER_CHANGED, provider.public_body_id, actor, details=details))


@transaction.atomic
def create_team(
    body: PublicBody,
    slug: str,
    name: str,
    accounts: Iterable[ChannelAccount] = (),
    *,
    provider: Provider | None = None,
    unit: Unit | None = None,
    actor: Actor = SYSTEM,
) -> Team:
    """Raises OtherBody."""
    if provider is not None and provider.public_body_id != body.pk:
        raise OtherBody(provider.pk)
    team = Team(public_body=body, slug=slug, name=name, provider=provider, unit=unit)
    team.save()
    team.accounts.set(accounts)
    record(NewFact(events.TEAM_CREATED, body.pk, actor, team_id=team.pk))
    return team


@transaction.atomic
def create_agent(
    user: User,
    teams: Iterable[Team],
    *,
    max_open_cases: int = 40,
    presence: str = Presence.GONE,
    pause_reason: str = "",
    languages: Iterable[str] = ("es",),
    services: Iterable[Service] = (),
    actor: Actor = SYSTEM,
) -> Agent:
    """Let somebody of the staff attend people; her role is given on its own. Emits workforce.agent_created."""
    agent = Agent(
        user=user,
        max_open_cases=max_open_cases,
        presence=presence,
        pause_reason=pause_reason,
        presence_changed_at=clock.now(),
        languages=sorted(set(languages)),
    )
    agent.save()
    agent.teams.set(teams)
    agent.services.set(services)
    record(NewFact(events.AGENT_CREATED, None, actor, agent_id=agent.pk))
    return agent


@transaction.atomic
def change_team(
    team: Team, *, actor: Actor = SYSTEM, accounts: Iterable[ChannelAccount] | None = None, **fields: Any
) -> None:
    """Change what a team is called, whose it is, what it attends, or whether it is in use."""
    if fields:
        Team.objects.filter(pk=team.pk).update(**fields)
    if accounts is not None:
        team.accounts.set(accounts)
    record(NewFact(events.TEAM_CHANGED, team.public_body_id, actor, team_id=team.pk))


@transaction.atomic
def change_agent(
    agent: Agent,
    *,
    teams: Iterable[Team] | None = None,
    services: Iterable[Service] | None = None,
    languages: Iterable[str] | None = None,
    max_open_cases: int | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """Change where an agent attends, what she speaks and knows, and her maximum; None leaves each as it is.

    Emits workforce.agent_changed.
    """
    fields: dict[str, Any] = {}
    if languages is not None:
        fields["languages"] = sorted(set(languages))
    if max_open_cases is not None:
        fields["max_open_cases"] = max_open_cases
    if fields:
        Agent.objects.filter(pk=agent.pk).update(**fields)
    for name, wanted in (("teams", teams), ("services", services)):
        if wanted is not None:
            getattr(agent, name).set(wanted)
            fields[name] = wanted
    record(NewFact(events.AGENT_CHANGED, None, actor, agent_id=agent.pk, details={"fields": sorted(fields)}))
