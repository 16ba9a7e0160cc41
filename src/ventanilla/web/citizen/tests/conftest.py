"""A body with its portal, and somebody at a browser of her own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ventanilla.calendars.bases import Basis
from ventanilla.catalogue.actions import create_service
from ventanilla.intake.actions import create_account
from ventanilla.organisation.actions import create_body, create_calendar, create_office
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy

NEW = "/solicitudes/nueva/"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
TEXT = "La luz de la esquina no prende desde octubre."


@dataclass
class World:
    body: Any
    portal: Any
    service: Any


@pytest.fixture
def world(db: None) -> Iterator[World]:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}):
        calendar = create_calendar(
            body, "oficina", "Oficina", dict.fromkeys(range(5), (("9:00", "17:00"),)), is_default=True
        )
        create_office(body, "Centro de Atención", "Av. 18 de Julio 1360", calendar=calendar)
        create_account(body, "email", "consultas@ejemplo.gub.uy", body.name)
        portal = create_account(body, "portal", "ejemplo", body.name)
        service = create_service(body, "alumbrado", "Alumbrado público", summary="Luces de la calle")
        create_policy(
            body,
            "portal",
            "Respuesta por el portal",
            kind="first_response",
            channel="portal",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            calendar=calendar,
        )
        yield World(body, portal, service)


@dataclass
class Person:
    """Somebody at a browser of her own."""

    client: Client

    def begin(self, **asked: str) -> "Person":
        answer = self.client.post(NEW, asked)
        assert answer["Location"] == f"{NEW}tipo/"
        return self

    def post(self, step: str, **said: Any) -> Any:
        return self.client.post(f"{NEW}{step}/", said)

    def get(self, step: str = "") -> Any:
        return self.client.get(f"{NEW}{step}/" if step else NEW)

    def page(self, step: str = "") -> str:
        return str(self.get(step).content.decode())

    def said_to(self, step: str, **said: Any) -> str:
        """The page that follows an answer which will not do, or leads nowhere else."""
        answer = self.post(step, **said)
        assert answer.status_code in (302, 303)
        assert answer["Location"].partition("?")[0] == f"{NEW}{step}/"
        return str(self.client.get(answer["Location"]).content.decode())

    def upload(self, *files: tuple[str, bytes]) -> str:
        chosen = [SimpleUploadedFile(name, content) for name, content in files]
        return self.said_to("archivos", archivo=chosen, agregar="1")

    def answer_all(self, *, files: tuple[tuple[str, bytes], ...] = (), **changes: Any) -> "Person":
        """Every question but the last page."""
        said: dict[str, dict[str, Any]] = {
            "tipo": {"type": "claim"},
            "servicio": {"service": "alumbrado"},
            "texto": {"text": TEXT, "subject": ""},
            "archivos": {"archivo": [SimpleUploadedFile(*file) for file in files]},
            "respuesta": {"answer_by": "email", "email": "Rosa@Example.org"},
            "datos": {"name": "Rosa Pérez", "phone": "", "document": "", "assistance_other": ""},
        }
        steps = [*said, "revisar"]
        for number, (step, answers) in enumerate(said.items(), 1):
            answer = self.post(step, **{**answers, **changes.get(step, {})})
            assert answer.status_code == 302, (step, answer.content.decode())
            assert answer["Location"] == f"{NEW}{steps[number]}/"
        return self

    def notice(self) -> str:
        found = re.search(r'name="notice" value="(\d+)"', self.page("revisar"))
        assert found is not None
        return found[1]

    def send(self, **said: Any) -> Any:
        return self.post("revisar", **{"accepts": "on", "notice": self.notice(), **said})

    def receipt(self) -> Any:
        return self.client.get("/solicitudes/recibida/")


@pytest.fixture
def person() -> Person:
    return Person(Client())


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills in a form in no time; tests do."""
    monkeypatch.setattr("ventanilla.intake.rules.MIN_SECONDS_TO_FILL", 0.0)


def stored_files() -> list[Path]:
    folder = Path(default_storage.path("drafts"))
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _no_files_before() -> None:
    for path in stored_files():
        path.unlink()
