"""Questions about the people who attend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ventanilla.kit import clock
from ventanilla.organisation.scoping import current_scope
from ventanilla.workforce.models import Agent, Presence, Provider, ProviderSight, Team
from ventanilla.workforce.queries.confidentiality import has_signed, unsigned_of
from ventanilla.workforce.rules import Contract, Post

DAY_ZONE = ZoneInfo("America/Montevideo")
"""The days of certificates and contracts are the civil days of the country."""


def today() -> date:
    return clock.now().astimezone(DAY_ZONE).date()


def providers() -> list[Provider]:
    return list(Provider.objects.order_by("name"))


def teams() -> list[Team]:
    """Those in use, by name, with their provider."""
    return list(Team.objects.filter(is_active=True).select_related("provider").order_by("name"))


def team(team_id: int) -> Team | None:
    found: Team | None = Team.objects.filter(pk=team_id, is_active=True).first()
    return found


def team_by_slug(slug: str) -> Team | None:
    found: Team | None = Team.objects.filter(slug=slug, is_active=True).first()
    return found


def team_of_unit(unit_id: int) -> Team | None:
    """The body's own team that attends for the unit; the first one made of several."""
    query = Team.objects.filter(unit_id=unit_id, is_active=True, provider=None).order_by("pk")
    found: Team | None = query.first()
    return found


def agents(team_id: int | None = None) -> list[Agent]:
    """Active agents of the teams in sight."""
    in_sight = Team.objects.filter(is_active=True)
    if team_id is not None:
        in_sight = in_sight.filter(pk=team_id)
    query = Agent.objects.filter(teams__in=in_sight, user__is_active=True).select_related("user")
    return list(query.distinct().order_by("user__first_name", "user__last_name", "pk"))


def agent_of_user(user_id: int) -> Agent | None:
    return Agent.objects.select_related("user").filter(user_id=user_id).first()


def agent(agent_id: int) -> Agent | None:
    """An active agent of an active team in sight."""
    in_sight = Team.objects.filter(is_active=True)
    query = Agent.objects.select_related("user").filter(pk=agent_id, teams__in=in_sight, user__is_active=True)
    return query.distinct().first()


def serves(agent_id: int, body_id: int) -> bool:
    """Whether one of the agent's active teams is of that body."""
    return Team.objects.filter(public_body_id=body_id, is_active=True, agents=agent_id).exists()


@dataclass(frozen=True, slots=True)
class Attending:
    """An agent and where she attends, in teams out of use too."""

    agent: Agent
    posts: list[Post]
    unsigned: Mapping[int, str] = field(default_factory=dict)
    """Bodies whose confidentiality statement she has not signed, and of whom it is demanded there (`must_sign`)."""


def attending(user_id: int) -> Attending | None:
    """None for whoever is no agent. One query, whatever the scope: it is what a person's sight is made from."""
    own = ("pk", "presence", "pause_reason", "presence_changed_at", "seen_at", "max_open_cases", "languages")
    team = [f"teams__{name}" for name in ("pk", "public_body", "is_active", "provider")]
    contract = [f"teams__provider__{name}" for name in ("contract_from_on", "contract_until_on", "channels", "sight")]
    unsigned: dict[int, str] = {}
    agent: Agent | None = None
    posts: list[Post] = []
    query = Agent.objects.filter(user_id=user_id).annotate(unsigned=unsigned_of("pk")).order_by("teams")
    for (
        *fields,
        team_id,
        body_id,
        is_active,
        provider_id,
        from_on,
        until_on,
        channels,
        sight,
        demands,
    ) in query.values_list(*own, *team, *contract, "unsigned"):
        unsigned = {demanded["body_id"]: demanded["of"] for demanded in demands}
        agent = agent or Agent(user_id=user_id, **dict(zip(own, fields, strict=True)))
        if team_id is not None:
            terms = (
                Contract(provider_id, from_on, until_on, channels, sight == ProviderSight.OWN) if provider_id else None
            )
            posts.append(Post(body_id, team_id, is_active, terms))
    return Attending(agent, posts, unsigned) if agent is not None else None


def team_ids_of_providers(provider_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """All teams of each provider, those out of use too: their cases are still theirs. Whatever the scope."""
    found: dict[int, set[int]] = {}
    for provider_id, team_id in Team.unscoped.filter(provider_id__in=list(provider_ids)).values_list("provider", "pk"):
        found.setdefault(provider_id, set()).add(team_id)
    return {provider_id: frozenset(team_ids) for provider_id, team_ids in found.items()}


def of_units(unit_ids: RawSQL) -> QuerySet[Team]:
    """The teams of these units (organisation.queries.under), out of use too, whatever the scope."""
    return Team.unscoped.filter(unit_id__in=unit_ids).order_by()


def body_ids_of(agent_id: int) -> list[int]:
    """The bodies of the agent's active teams. Unscoped: her presence is one, whichever body is looked at."""
    teams = Team.unscoped.filter(agents=agent_id, is_active=True).order_by()
    return sorted(set(teams.values_list("public_body_id", flat=True)))


def team_ids_of_user(user_id: int) -> list[int]:
    return list(
        Team.objects.filter(agents__user_id=user_id, is_active=True).order_by("pk").values_list("pk", flat=True)
    )


def teams_by_account(account_ids: Iterable[int]) -> dict[int, list[int]]:
    """Teams that attend each account, first made first; a provider's while its contract lasts and covers the
    channel."""
    found: dict[int, list[int]] = {}
    values: dict[str, Any] = {"account_ids": list(account_ids), "body_ids": sorted(current_scope()), "day": today()}
    with connection.cursor() as cursor:
        cursor.execute(ATTENDING, values)
        for account_id, team_id in cursor.fetchall():
            found.setdefault(account_id, []).append(team_id)
    return found


ATTENDING = """
SELECT attended.channelaccount_id, team.id
FROM workforce_team AS team
JOIN workforce_team_accounts AS attended ON attended.team_id = team.id
JOIN intake_channelaccount AS account ON account.id = attended.channelaccount_id
LEFT JOIN workforce_provider AS provider ON provider.id = team.provider_id
WHERE attended.channelaccount_id = ANY(%(account_ids)s) AND team.is_active AND team.public_body_id = ANY(%(body_ids)s)
  AND (provider.id IS NULL OR (
      provider.contract_from_on <= %(day)s
      AND (provider.contract_until_on IS NULL OR provider.contract_until_on >= %(day)s)
      AND (cardinality(provider.channels) = 0 OR account.channel = ANY(provider.channels))
  ))
ORDER BY team.id
"""
"""In SQL of our own: it is asked at every assignment, and to put the question together cost more than to answer it."""


def is_attending() -> Q:
    """The body's own teams, and those of a provider whose contract is in force today."""
    day = today()
    has_not_ended = Q(provider__contract_until_on__isnull=True) | Q(provider__contract_until_on__gte=day)
    return Q(provider__isnull=True) | Q(provider__contract_from_on__lte=day) & has_not_ended


def available(team_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(team id, agent id) of the agents who are present, in teams that attend today, and who signed what their body
    asks them to: nobody is given what she must not see."""
    query = Team.objects.filter(
        is_attending(),
        has_signed("agents", "public_body"),
        pk__in=list(team_ids),
        agents__presence=Presence.AVAILABLE,
        agents__user__is_active=True,
    )
    return list(query.order_by("pk", "agents").values_list("pk", "agents"))


def agents_by_id(ids: Iterable[int]) -> dict[int, Agent]:
    return Agent.objects.select_related("user").in_bulk(list(ids))


def members() -> dict[int, list[Agent]]:
    """Active agents of each active team in sight, by the team's id, in the order of their names."""
    found: dict[int, list[Agent]] = {}
    everybody = Team.agents.through.objects.filter(
        team__in=Team.objects.filter(is_active=True), agent__user__is_active=True
    )
    for pair in everybody.select_related("agent__user").order_by("agent__user__first_name", "agent__user__last_name"):
        found.setdefault(pair.team_id, []).append(pair.agent)
    return found
