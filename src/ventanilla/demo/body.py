"""The demo body "Intendencia de Ejemplo", as interface.md section 4 describes it: who and what there is, before
anybody writes."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.calendars.bases import Basis
from ventanilla.catalogue import actions as catalogue
from ventanilla.catalogue.models import Service
from ventanilla.demo.sayings import CANNED
from ventanilla.demo.stage import OFFICE_HOURS, PASSWORD
from ventanilla.intake import actions as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.knowledge import actions as knowledge
from ventanilla.messages import registry
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.organisation.scoping import scope
from ventanilla.sla import actions as sla
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent

SLUG = "ejemplo"
TRAINED_SINCE = date(2024, 3, 1)
CONTRACT_FROM, CONTRACT_UNTIL = date(2024, 3, 1), date(2028, 2, 29)
"""Of the outsourced centre."""

UNITS = (
    ("atencion", "Servicio de Atención a la Ciudadanía", ""),
    ("transito", "Dirección de Tránsito", "atencion"),
    ("recursos", "Recursos Financieros", ""),
    ("obras", "Obras y Servicios", ""),
    ("ambiente", "Desarrollo Ambiental", ""),
    ("territorio", "Ordenamiento Territorial", ""),
)
SERVICES = (
    ("licencia-de-conducir", "Licencia de conducir", "transito"),
    ("multas", "Multas de tránsito", "transito"),
    ("patente-de-rodados", "Patente de rodados", "recursos"),
    ("contribucion-inmobiliaria", "Contribución inmobiliaria", "recursos"),
    ("alumbrado-publico", "Alumbrado público", "obras"),
    ("arbolado", "Arbolado", "ambiente"),
    ("limpieza", "Limpieza y residuos", "ambiente"),
    ("permiso-de-construccion", "Permiso de construcción", "territorio"),
    ("habilitacion-comercial", "Habilitación comercial", "territorio"),
    ("ferias", "Ferias", "ambiente"),
    ("transporte", "Transporte", "transito"),
    ("cementerios", "Cementerios", "obras"),
)
OWN_AGENTS = (
    ("agente", "Ana", "Sosa", "available"),
    ("agente-correo", "Bruno", "Cardozo", "available"),
    ("mlopez", "Mariana", "López", "available"),
    ("jferreira", "Joaquín", "Ferreira", "paused"),
)
PORTAL_AGENTS = ("mlopez", "jferreira")
"""They know the portal besides mail."""
HIRED_AGENTS = (
    ("centro-1", "Valeria", "Núñez", "available"),
    ("centro-2", "Emiliano", "Techera", "available"),
    ("centro-3", "Rocío", "Viera", "away"),
)


SIGN_INS = (
    ("agente", _("atiende todos los canales")),
    ("agente-correo", _("atiende solo correo")),
    ("supervisora", _("ve el tablero y asigna")),
    ("coordinadora", _("administra")),
)
"""The sign-ins that people are told, with what each is for."""


@dataclass(slots=True)
class DemoBody:
    """What the demo's story needs to know."""

    body: PublicBody
    account: ChannelAccount
    portal: ChannelAccount
    services: dict[str, Service]
    units: dict[str, Unit]
    agents: list[Agent] = field(default_factory=list)


def build() -> DemoBody:
    """The body, its people and its promises; nobody has written yet."""
    body = organisation.create_body(
        SLUG,
        "Intendencia de Ejemplo",
        acknowledgement_text="Si es una emergencia, llamá al 911.",
        signature_text="Servicio de Atención a la Ciudadanía\nIntendencia de Ejemplo",
        allows_anonymous=True,
        welcome_text=(
            "Consultá, reclamá, sugerí o contanos cómo te atendimos, por lo que quieras: tránsito, limpieza, "
            "alumbrado, tributos. Te responde una persona, por escrito."
        ),
        data_controller="Intendencia de Ejemplo, Secretaría General",
        database_name="Atención a la ciudadanía",
        privacy_contact="datos@ejemplo.gub.uy, o en el Centro de Atención",
        accessibility_contact="accesibilidad@ejemplo.gub.uy o teléfono 1950",
    )
    with scope({body.pk}):
        office = organisation.create_calendar(
            body, "oficina", "Horario de oficina", dict.fromkeys(range(5), OFFICE_HOURS), is_default=True
        )
        units: dict[str, Unit] = {}
        for slug, name, parent in UNITS:
            units[slug] = organisation.create_unit(body, slug, name, parent=units.get(parent))
        organisation.create_office(
            body,
            "Centro de Atención",
            "Av. 18 de Julio 1360, planta baja",
            unit=units["atencion"],
            phone="1950",
            calendar=office,
        )
        organisation.create_office(
            body,
            "Dirección de Tránsito",
            "Av. Burgues 3567",
            unit=units["transito"],
            phone="1950 3000",
            calendar=office,
        )
        services = {slug: catalogue.create_service(body, slug, name, unit=units[unit]) for slug, name, unit in SERVICES}
        account = intake.create_account(body, "email", "consultas@ejemplo.gub.uy", body.name)
        portal = intake.create_account(body, "portal", SLUG, body.name)
        sla.create_policy(
            body,
            "correo",
            "Respuesta por correo",
            kind="first_response",
            channel="email",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            warning_minutes=4 * 60,
            calendar=office,
            is_official=True,
            source="Modelo de Atención a la Ciudadanía, canales digitales básicos: correo en 24 horas hábiles",
        )
        sla.create_policy(
            body,
            "portal",
            "Respuesta por el sitio web",
            kind="first_response",
            channel="portal",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            warning_minutes=4 * 60,
            calendar=office,
            source="elección del organismo",
        )
        sla.create_policy(
            body,
            "resolucion",
            "Resolución",
            kind="resolution",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=10 * 24 * 60,
            warning_minutes=24 * 60,
            calendar=office,
            source="elección del organismo",
        )
        for shortcut, title, text in CANNED:
            knowledge.create_canned_reply(body, shortcut, title, text)
        made = DemoBody(body, account, portal, services, units)
        _people(made)
    return made


def _people(made: DemoBody) -> None:
    # One hash for all: hashing for real costs a third of a second for each.
    password_hash = make_password(PASSWORD)
    own = workforce.create_team(made.body, "primer-nivel", "Primer nivel", [made.account, made.portal])
    provider = workforce.create_provider(
        made.body, "Contacto del Sur", CONTRACT_FROM, CONTRACT_UNTIL, channels=["email", "chat", "telephone"]
    )
    hired = workforce.create_team(
        made.body, "centro-contratado", "Centro contratado", [made.account], provider=provider
    )
    for team, people in ((own, OWN_AGENTS), (hired, HIRED_AGENTS)):
        for username, first_name, last_name, presence in people:
            user = accounts.create_staff(username, first_name, last_name, password_hash=password_hash)
            accounts.give_role(user, made.body, Role.AGENT)
            agent = workforce.create_agent(user, [team], presence=presence)
            for channel in _channels_of(username):
                workforce.certify(agent, channel, TRAINED_SINCE)
            made.agents.append(agent)
    for username, first_name, last_name, role, unit in (
        ("supervisora", "Sara", "Vidal", Role.SUPERVISOR, None),
        ("coordinadora", "Claudia", "Etchegaray", Role.ADMINISTRATOR, None),
        ("calidad", "Gabriela", "Otero", Role.QUALITY, None),
        ("referente-transito", "Raúl", "Bentancor", Role.REFERENT, "transito"),
    ):
        user = accounts.create_staff(username, first_name, last_name, password_hash=password_hash)
        accounts.give_role(user, made.body, role, made.units[unit] if unit else None)


def _channels_of(username: str) -> list[str]:
    """What each agent is trained for: one knows every channel, the rest of the own centre answers the portal too."""
    if username == "agente":
        return registry.names()
    return ["email", "portal"] if username in PORTAL_AGENTS else ["email"]
