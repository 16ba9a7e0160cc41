"""Two bodies with their people, tokens for each, and mail that came in by the real line."""

import json
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts.actions import create_staff, give_role, issue_token
from ventanilla.api.problems import MEDIA_TYPE
from ventanilla.catalogue.actions import create_service
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.intake.actions import create_account
from ventanilla.organisation.actions import create_body, create_calendar
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy
from ventanilla.workforce.actions import certify, create_agent, create_team

_numbers = count(1)


@dataclass
class Program:
    """A program with its token (or without)."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **query: Any) -> Any:
        response: Any = self.client.get(f"/api/v1/{path}", query, headers=self._headers())
        return checked(response)

    def post(
        self, path: str, body: Any = None, *, raw: bytes | None = None, media_type: str = "", **headers: str
    ) -> Any:
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        media_type = media_type or ("message/rfc822" if raw is not None else "application/json")
        response: Any = self.client.post(
            f"/api/v1/{path}", content, content_type=media_type, headers=self._headers() | _spelled(headers)
        )
        return checked(response)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def checked(response: Any) -> Any:
    """Every error is a problem document, whatever it is about."""
    if response.status_code >= 400:
        document = response.json()
        assert response["Content-Type"] == MEDIA_TYPE, response["Content-Type"]
        assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
        assert document["status"] == response.status_code
        assert document["detail"]
        assert document["instance"] == response.wsgi_request.path
        assert (response.status_code == 422) or "errors" not in document
    return response


def mail(
    text: str, *, sender: str = "Ana Pérez <ana@example.com>", subject: str = "Poda de un árbol", file: bytes = b""
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "consultas@ejemplo.gub.uy"
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 10:00:00 -0300"
    message["Message-ID"] = f"<{next(_numbers)}@example.com>"
    message.set_content(text)
    if file:
        message.add_attachment(file, maintype="text", subtype="html", filename="árbol caído.html")
    return message.as_bytes()


@dataclass
class World:
    """What the tests speak about; each `…_program` holds the token of that user."""

    body: Any
    account: Any
    other_account: Any
    team: Any
    service: Any
    agent_program: Program
    colleague_program: Program
    supervisor_program: Program
    quality_program: Program
    stranger_program: Program
    nobody: Program

    def receive(self, raw: bytes, account: Any = None) -> str:
        """Take a mail in by the line; the code of its case."""
        stored = accept(account or self.account, raw, {})
        (code,) = receive_one(stored.delivery_id).case_codes
        return code


def program(username: str, body: Any, role: str) -> tuple[Program, Any]:
    user = create_staff(username, username.capitalize(), "Prueba")
    give_role(user, body, role)
    return Program(issue_token(user)), user


@pytest.fixture
def world(db: None) -> World:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    other = create_body("otra", "Otra Intendencia")
    with scope({body.pk, other.pk}):
        calendar = create_calendar(body, "oficina", "Oficina", dict.fromkeys(range(5), "9:00–12:30, 13:30–17:00"))
        create_policy(
            body, "correo", "Correo", kind="first_response", channel="email", basis="business_day_hours",
            target_minutes=1440, warning_minutes=240, calendar=calendar,
        )  # fmt: skip
        account = create_account(body, "email", "consultas@ejemplo.gub.uy", "Consultas")
        other_account = create_account(other, "email", "consultas@otra.gub.uy", "Otras consultas")
        team = create_team(body, "consultas", "Consultas", [account])
        service = create_service(body, "arbolado", "Arbolado")
        agent, agent_user = program("agente", body, "agent")
        colleague, colleague_user = program("colega", body, "agent")
        supervisor, _user = program("supervisora", body, "supervisor")
        quality, _user = program("calidad", body, "quality")
        stranger, _user = program("extranjera", other, "supervisor")
        certify(create_agent(agent_user, [team], presence="available"), "email", date(2026, 1, 1))
        certify(create_agent(colleague_user, [team]), "email", date(2026, 1, 1))
    return World(
        body=body,
        account=account,
        other_account=other_account,
        team=team,
        service=service,
        agent_program=agent,
        colleague_program=colleague,
        supervisor_program=supervisor,
        quality_program=quality,
        stranger_program=stranger,
        nobody=Program(),
    )
