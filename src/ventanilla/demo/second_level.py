"""The demo's second level: referents in the units, what they were asked and answered, and the directory of the doors of
others."""

from datetime import timedelta
from typing import Any

from ventanilla.accounts import actions as accounts
from ventanilla.accounts import queries as accounts_queries
from ventanilla.accounts.models import Role
from ventanilla.calendars.bases import Basis
from ventanilla.demo.body import SERVICES, DemoBody
from ventanilla.demo.sayings import SAYINGS
from ventanilla.flow import referrals
from ventanilla.journal.actors import Actor, staff
from ventanilla.kit import clock
from ventanilla.organisation import actions as organisation
from ventanilla.sla import actions as sla
from ventanilla.workforce import actions as workforce
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Filters

REFERENTS = (
    ("referente-obras", "Nelson", "Arbiza", "obras"),
    ("referente-ambiente", "Lucía", "Olivera", "ambiente"),
    ("referente-recursos", "Gonzalo", "Pintos", "recursos"),
    ("referente-territorio", "Inés", "Larrosa", "territorio"),
)
"""Beside the one of Tránsito, whom demo/body.py makes."""

OTHER_BODIES: tuple[dict[str, Any], ...] = (
    {
        "name": "Atención a la Ciudadanía (Agesic)",
        "purpose": "Orientación sobre cualquier trámite del Estado, usuario gub.uy, no sé a quién preguntar",
        "website": "https://www.gub.uy/tramites",
        "phone": "0800-INFO (4636) o *463 desde un celular",
        "email": "info@atencionalaciudadania.gub.uy",
    },
    {
        "name": "Dirección Nacional de Identificación Civil",
        "purpose": "Cédula de identidad, pasaporte",
        "website": "https://www.gub.uy/ministerio-interior",
    },
    {
        "name": "Banco de Previsión Social (BPS)",
        "purpose": "Jubilación, pensión, asignaciones familiares, seguro de desempleo, aportes",
        "website": "https://www.bps.gub.uy",
    },
    {
        "name": "Obras Sanitarias del Estado (OSE)",
        "purpose": "Agua potable, pérdidas de agua, saneamiento del interior, facturas de agua",
        "website": "https://www.ose.com.uy",
    },
    {
        "name": "Usinas y Trasmisiones Eléctricas (UTE)",
        "purpose": "Luz, corte de energía eléctrica, facturas de luz, cables caídos",
        "website": "https://www.ute.com.uy",
    },
    {
        "name": "Dirección General Impositiva (DGI)",
        "purpose": "Impuestos nacionales, IRPF, RUT, certificado único",
        "website": "https://www.gub.uy/direccion-general-impositiva",
    },
    {
        "name": "Ministerio de Trabajo y Seguridad Social",
        "purpose": "Consultas laborales, despidos, licencias, conflictos de trabajo",
        "website": "https://www.gub.uy/ministerio-trabajo-seguridad-social",
    },
    {
        "name": "Municipio de Ejemplo",
        "purpose": "Plazas, veredas y ferias del barrio (organismo ficticio de la demostración)",
        "website": "https://example.org/municipio",
        "email": "vecinos@example.org",
        "address": "Calle Ejemplo 123",
        "hours": "Lunes a viernes de 10 a 16",
    },
)
"""Public sites of real bodies; telephones only where domain.md 1.11 names them. What is made up says so."""

SAID = {
    "transito": (
        "¿Qué tenemos registrado sobre esto? Necesito saber si le falta algún paso.",
        "Está en regla y no le falta nada. Si quiere verlo, puede pasar por la oficina con la cédula.",
    ),
    "obras": (
        "¿Ya está programado? ¿Para qué semana le podemos decir?",
        "Quedó en el plan de la semana que viene. Si llueve, se corre dos días.",
    ),
    "ambiente": (
        "¿La cuadrilla puede pasar antes? Dice que molesta en la vereda.",
        "Pasan entre lunes y miércoles. Que no lo mueva: lo retiramos nosotros.",
    ),
    "recursos": (
        "¿Figura la deuda a su nombre? ¿Qué papel tiene que presentar para que se la den de baja?",
        "La deuda es anterior a la transferencia. Con la libreta y el formulario de venta se la damos de baja.",
    ),
    "territorio": (
        "¿Con ese metraje le alcanza la habilitación simple, o va por el régimen común?",
        "Hasta 50 m² va por la simple. Si tiene horno a leña, necesita además la inspección de bomberos.",
    ),
}
"""By unit: what the centre asks and what the unit answers."""
ANSWERED, ASKED = 3, 5


def build(made: DemoBody) -> None:
    """The referents, how long the units have, and the directory; before anybody writes."""
    calendar = made.body.default_calendar
    if calendar is not None:
        sla.create_policy(
            made.body,
            "derivacion",
            "Respuesta de las unidades",
            kind="referral",
            basis=Basis.OFFICE_HOURS,
            target_minutes=16 * 60,
            warning_minutes=4 * 60,
            calendar=calendar,
            source="elección del organismo",
        )
    for slug in SAID:
        unit = made.units[slug]
        workforce.create_team(made.body, f"referentes-{slug}", f"Referentes de {unit.name}", unit=unit)
    for username, first_name, last_name, slug in REFERENTS:
        user = accounts.create_staff(username, first_name, last_name, password_hash=made.agents[0].user.password)
        accounts.give_role(user, made.body, Role.REFERENT, made.units[slug])
    for fields in OTHER_BODIES:
        organisation.create_other_body(made.body, **fields)


def tell(made: DemoBody) -> None:
    """Of what is open now: three cases came back from a unit, and five wait for one."""
    unit_of = {saying.subject: _unit_slug(saying.service) for saying in SAYINGS}
    waiting = [
        (row, unit_of.get(row.subject, ""))
        for row in worklist.page(Filters(state="open", order="activity"), limit=100).rows
        if row.agent_user_id is not None and not row.first_responded_at
    ]
    found = [(row, slug) for row, slug in waiting if slug in SAID and row.opened_at < clock.now() - timedelta(hours=2)]
    for number, (row, slug) in enumerate(found[: ANSWERED + ASKED]):
        question, answer = SAID[slug]
        asked_at = row.opened_at + timedelta(minutes=25)
        with clock.frozen(asked_at):
            referral = referrals.refer(
                staff(row.agent_user_id or 0), row.case_id, question, unit_id=made.units[slug].pk
            )
        if number < ANSWERED:
            with clock.frozen(asked_at + (clock.now() - asked_at) / 2):
                referrals.answer_referral(_referent(slug), referral.pk, answer)


def _unit_slug(service: str) -> str:
    return next((unit for slug, _name, unit in SERVICES if slug == service), "")


def _referent(slug: str) -> Actor:
    names = {unit: username for username, _first, _last, unit in REFERENTS} | {"transito": "referente-transito"}
    user = accounts_queries.by_username(names[slug])
    return staff(user.pk if user else 0)
