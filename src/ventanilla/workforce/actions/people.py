"""Makes teams and agents, certifies them, keeps their presence."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from ventanilla.accounts.models import User
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor, staff
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.workforce.models import Agent, Presence, Provider, Team


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
    actor: Actor = SYSTEM,
) -> Provider:
    """Write down a contract; no channels means all. Raises IntegrityError when it ends before it begins."""
    provider = Provider(
        public_body=body,
        name=name,
        contract_from_on=contract_from_on,
        contract_until_on=contract_until_on,
        channels=sorted(set(channels)),
    )
    provider.save()
    record(NewFact("workforce.provider_created", body.pk, actor, details={"provider_id": provider.pk}))
    return provider


@transaction.atomic
def change_provider(provider: Provider, *, actor: Actor = SYSTEM, **fields: Any) -> None:
    """Change a contract's days, channels or the company's name; what its people see follows at their next request."""
    if fields:
        Provider.objects.filter(pk=provider.pk).update(**fields)
    details = {"provider_id": provider.pk, "fields": sorted(fields)}
    record(NewFact("workforce.provider_changed", provider.public_body_id, actor, details=details))


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
    record(NewFact("workforce.team_created", body.pk, actor, team_id=team.pk))
    return team


@transaction.atomic
def create_agent(
    user: User, teams: Iterable[Team], *, max_open_cases: int = 40, presence: str = Presence.AWAY
) -> Agent:
    agent = Agent(user=user, max_open_cases=max_open_cases, presence=presence, presence_changed_at=clock.now())
    agent.save()
    agent.teams.set(teams)
    return agent


@transaction.atomic
def set_presence(agent: Agent, presence: str) -> None:
    """Say that the agent is available, paused or away."""
    if presence not in Presence.values:
        raise ValueError(f"no such presence: {presence}")
    if agent.presence == presence:
        return
    agent.presence, agent.presence_changed_at = presence, clock.now()
    agent.save(update_fields=["presence", "presence_changed_at"])
    record(
        NewFact(
            "workforce.presence_changed", None, staff(agent.user_id), agent_id=agent.pk, details={"presence": presence}
        )
    )


@transaction.atomic
def change_team(
    team: Team, *, actor: Actor = SYSTEM, accounts: Iterable[ChannelAccount] | None = None, **fields: Any
) -> None:
    """Change what a team is called, whose it is, what it attends, or whether it is in use."""
    if fields:
        Team.objects.filter(pk=team.pk).update(**fields)
    if accounts is not None:
        team.accounts.set(accounts)
    record(NewFact("workforce.team_changed", team.public_body_id, actor, team_id=team.pk))


@transaction.atomic
def change_agent(agent: Agent, *, teams: Iterable[Team], max_open_cases: int, actor: Actor = SYSTEM) -> None:
    """Change an agent's teams and her maximum."""
    Agent.objects.filter(pk=agent.pk).update(max_open_cases=max_open_cases)
    agent.teams.set(teams)
    record(NewFact("workforce.agent_changed", None, actor, agent_id=agent.pk))
