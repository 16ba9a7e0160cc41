"""Two bodies with their people at the desk, and mail that came in by the real line."""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts.actions import create_staff, give_role
from ventanilla.calendars.bases import Basis
from ventanilla.cases import queries as cases
from ventanilla.catalogue.actions import create_service
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.intake.actions import create_account
from ventanilla.knowledge.actions import create_canned_reply
from ventanilla.organisation.actions import create_body, create_calendar
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy
from ventanilla.workforce.actions import certify, create_agent, create_team

_numbers = count(1)
HOURS = (("9:00", "12:30"), ("13:30", "17:00"))


def mail(
    text: str, *, sender: str = "Lucía Techera <lucia@example.com>", subject: str = "Libreta de conducir", **extra: Any
) -> bytes:
    """`extra`: html, file (bytes), files [(name, type, bytes, cid)], and headers with underscores."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "consultas@ejemplo.gub.uy"
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 10:00:00 -0300"
    message["Message-ID"] = extra.pop("message_id", f"<{next(_numbers)}@example.com>")
    html, files = extra.pop("html", ""), extra.pop("files", ())
    for name, value in extra.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, media_type, content, content_id in files:
        main, sub = media_type.split("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name, cid=content_id or None)
    return message.as_bytes()


@dataclass
class Person:
    """A member of staff, signed in."""

    user: Any
    client: Client


@dataclass
class World:
    """What the tests speak about."""

    body: Any
    account: Any
    team: Any
    other_team: Any
    service: Any
    agent: Person
    colleague: Person
    supervisor: Person
    quality: Person
    stranger: Person

    def receive(self, raw: bytes, **envelope: Any) -> Any:
        """Take a mail in by the line; its case."""
        stored = accept(self.account, raw, {"mail_from": "lucia@example.com", **envelope})
        (code,) = receive_one(stored.delivery_id).case_codes
        return self.case(code)

    def case(self, code: str) -> Any:
        with scope({self.body.pk}):
            found = cases.by_code(code)
        assert found is not None
        return found

    def timeline(self, case: Any) -> list[Any]:
        with scope({self.body.pk}):
            return cases.timeline(case.pk)


@pytest.fixture
def world(db: None) -> World:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    other = create_body("otra", "Otra Intendencia")

    def person(username: str, first: str, last: str, owner: Any, role: Any) -> Person:
        user = create_staff(username, first, last)
        give_role(user, owner, role)
        client = Client()
        client.force_login(user)
        return Person(user, client)

    with scope({body.pk, other.pk}):
        calendar = create_calendar(body, "oficina", "Oficina", dict.fromkeys(range(5), HOURS), is_default=True)
        create_policy(
            body, "correo", "Correo", kind="first_response", channel="email", basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=1440, warning_minutes=240, calendar=calendar,
        )  # fmt: skip
        account = create_account(body, "email", "consultas@ejemplo.gub.uy", "Consultas")
        team = create_team(body, "consultas", "Consultas", [account])
        other_team = create_team(body, "transito", "Tránsito")
        service = create_service(body, "libreta", "Libreta de conducir")
        create_canned_reply(body, "saludo", "Saludo", "Hola, {{nombre}}: gracias por escribirnos a {{organismo}}.")
        agent = person("agente", "Ana", "Pereira", body, "agent")
        colleague = person("colega", "Rodrigo", "Sosa", body, "agent")
        supervisor = person("supervisora", "María", "Silva", body, "supervisor")
        quality = person("calidad", "Quimey", "Costa", body, "quality")
        stranger = person("extranjera", "Eva", "Luna", other, "supervisor")
        certify(create_agent(agent.user, [team], presence="available"), "email", date(2026, 1, 1))
        certify(create_agent(colleague.user, [team]), "email", date(2026, 1, 1))
    return World(body, account, team, other_team, service, agent, colleague, supervisor, quality, stranger)
