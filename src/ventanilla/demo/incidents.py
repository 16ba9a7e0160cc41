"""What many people of the demo write about at once: one incident that goes on, and one that is over."""

from datetime import timedelta

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.demo.body import DemoBody
from ventanilla.demo.mails import Writer, mail
from ventanilla.flow import incidents, portal
from ventanilla.flow.accept import accept
from ventanilla.flow.changed import changed
from ventanilla.flow.receive import receive_one
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Filters

WRITTEN = (
    ("Mariela Fripp", "Semáforo apagado", "El semáforo de Bulevar Artigas y Rivera no anda desde temprano."),
    ("Hugo Etcheverry", "Semáforos sin luz en el bulevar", "Vengo por Bulevar Artigas y hay tres esquinas a oscuras."),
    (
        "Pilar Sanguinetti",
        "Cruce peligroso",
        "Con el semáforo apagado en Artigas y España no se puede cruzar con niños.",
    ),
    ("Ramiro Alonzo", "Semáforo", "¿Saben que el semáforo de Artigas y Canelones está apagado? Casi chocan."),
    ("Noelia Quintana", "Bulevar Artigas sin semáforos", "¿Para cuándo los arreglan? Hay escuela cerca."),
    ("Óscar Delfino", "Semáforos apagados", "Desde el corte de luz de anoche no volvieron los semáforos del bulevar."),
)
"""By mail."""
FILED = (
    ("Graciela Olmos", "El semáforo de Bulevar Artigas y Chaná está apagado."),
    ("Julio Camejo", "Semáforos apagados en todo el bulevar: manden un inspector."),
)
"""On the web."""


def tell(made: DemoBody) -> None:
    """Eight cases of one thing that happened this morning, and a few of one that is over."""
    now, agent = clock.now(), staff(made.agents[0].user_id)
    codes: list[str] = []
    for number, (name, subject, text) in enumerate(WRITTEN):
        with clock.frozen(now - timedelta(minutes=150 - 11 * number)):
            writer = Writer(name, f"semaforo{number}@correo.example")
            message_id = f"demo.incidente.{number}@correo.example"
            content = mail(writer, made.account.address, subject, f"{text}\n\n{name}", clock.now(), message_id)
            rcpt = {"mail_from": writer.address, "rcpt_to": [made.account.address]}
            codes += receive_one(accept(made.account, content, rcpt).delivery_id).case_codes
    for number, (name, text) in enumerate(FILED):
        with clock.frozen(now - timedelta(minutes=70 - 9 * number)):
            notice = portal.notice_of(made.body)
            asked = portal.Request(
                request_id=f"{number + 1:032x}",
                type="complaint",
                text=text,
                subject="Semáforos",
                name=name,
                notice_id=notice.pk,
            )
            filed = portal.file_request(made.body, asked, {"door": "portal", "seconds_to_fill": 140})
            codes += [filed.case.code] if filed.case is not None else []
    with clock.frozen(now - timedelta(minutes=40)):
        traffic = incidents.open_incident(
            agent,
            made.body.pk,
            "Semáforos apagados en Bulevar Artigas",
            "Un corte de luz de anoche dejó sin energía a seis cruces, de Rivera a Chaná. La cuadrilla está en el "
            "lugar; Tránsito tiene inspectores en Rivera y en España.",
        )
        _gather(traffic.pk, codes, made)
    with clock.frozen(now - timedelta(days=9)):
        storm = incidents.open_incident(
            agent, made.body.pk, "Recolección demorada por el temporal", "Los camiones retomaron el recorrido a las 14."
        )
        found = worklist.page(Filters(state="closed", service_id=made.services["limpieza"].pk), "", 4).rows
        _gather(storm.pk, [row.code for row in found], made)
    with clock.frozen(now - timedelta(days=7)):
        incidents.set_open(agent, storm.pk, False)


def _gather(incident_id: int, codes: list[str], made: DemoBody) -> None:
    """All in the loader's transaction: a batch would ask case by case who may."""
    actor = staff(made.agents[0].user_id)
    incident = incidents.known(incident_id)
    found = [case for code in codes if (case := case_queries.by_code(code)) is not None]
    for case in found:
        cases.link_to_incident(incident, case, actor)
    changed(*found)
