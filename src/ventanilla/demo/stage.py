"""A small body to tell stories about in tests: two mailboxes, a portal, two teams, two agents.

Made by the rooms' own actions, so that it can be nothing that the product could not be.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.calendars.bases import Basis
from ventanilla.catalogue import actions as catalogue
from ventanilla.catalogue.models import Service
from ventanilla.intake import actions as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.sla import actions as sla
from ventanilla.sla.models import Policy
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent, Team

PASSWORD = "demo-ventanilla"  # noqa: S105 # refused outside demo mode
OFFICE_HOURS = (("9:00", "12:30"), ("13:30", "17:00"))
TRAINED_SINCE = date(2020, 1, 1)


@dataclass(slots=True)
class Stage:
    """What a story can name."""

    body: PublicBody
    calendar: Calendar
    account: ChannelAccount
    other_account: ChannelAccount
    portal: ChannelAccount
    team: Team
    other_team: Team
    policy: Policy
    service: Service
    agent: Agent
    colleague: Agent
    supervisor: User

    @property
    def agent_user(self) -> User:
        return self.agent.user


def build_stage(slug: str = "ejemplo", domain: str = "ejemplo.gub.uy", prefix: str = "") -> Stage:
    """Make the body and everything on the stage; `prefix` tells the user names of two stages apart."""
    body = organisation.create_body(slug, "Intendencia de Ejemplo")
    with scope({body.pk}):
        calendar = organisation.create_calendar(
            body, "oficina", "Horario de oficina", dict.fromkeys(range(5), OFFICE_HOURS), is_default=True
        )
        unit = organisation.create_unit(body, "transito", "Dirección de Tránsito")
        organisation.create_office(body, "Centro de Atención", "Av. 18 de Julio 1360, Montevideo", calendar=calendar)
        service = catalogue.create_service(body, "licencia-de-conducir", "Licencia de conducir", unit=unit)
        account = intake.create_account(body, "email", f"consultas@{domain}", body.name)
        other_account = intake.create_account(body, "email", f"transito@{domain}", "Dirección de Tránsito")
        portal = intake.create_account(body, "portal", slug, body.name)
        policy = sla.create_policy(
            body,
            "correo",
            "Respuesta por correo",
            kind="first_response",
            channel="email",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            warning_minutes=4 * 60,
            calendar=calendar,
            is_official=True,
            source="domain.md 1.2",
        )
        sla.create_policy(
            body,
            "portal",
            "Respuesta por el portal",
            kind="first_response",
            channel="portal",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            warning_minutes=4 * 60,
            calendar=calendar,
            source="elección del organismo",
        )
        team = workforce.create_team(body, "primer-nivel", "Primer nivel", [account, portal])
        other_team = workforce.create_team(body, "transito", "Tránsito", [other_account])
        agent = _agent(body, team, f"{prefix}agente", "Ana", "Sosa")
        colleague = _agent(body, team, f"{prefix}colega", "Bruno", "Díaz", presence="away")
        supervisor = accounts.create_staff(f"{prefix}supervisora", "Sara", "Vidal", password_hash=_hash())
        accounts.give_role(supervisor, body, Role.SUPERVISOR)
    return Stage(
        body, calendar, account, other_account, portal, team, other_team, policy, service, agent, colleague, supervisor
    )


@cache
def _hash() -> str:
    """One for all: hashing for real costs a third of a second for each."""
    return make_password(PASSWORD)


def _agent(
    body: PublicBody, team: Team, username: str, first_name: str, last_name: str, presence: str = "available"
) -> Agent:
    user = accounts.create_staff(username, first_name, last_name, password_hash=_hash())
    accounts.give_role(user, body, Role.AGENT)
    agent = workforce.create_agent(user, [team], presence=presence)
    for channel in ("email", "portal"):
        workforce.certify(agent, channel, TRAINED_SINCE)
    return agent
