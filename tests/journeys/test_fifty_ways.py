"""Fifty ways of reading another person's case, and none of them works.

Rosa filed a case on the web, left her mailbox and a file, and was answered. Everybody below is somebody else, or is
herself with a key that should open nothing any more. Whatever they are answered, nothing of hers is in it.
"""

from collections.abc import Iterator

import pytest
from tests.journeys.ways_in import WAYS, World

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, Entry
from ventanilla.demo.stage import build_stage
from ventanilla.flow import keys, portal
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.reply import note, reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Address, Attachment
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.actions import change_body
from ventanilla.organisation.scoping import scope

pytestmark = pytest.mark.usefixtures("_quiet_cache")

HERS = (
    *("Rosa-secreta", "rosa.secreta@example.org", "099111222"),
    *("Texto-secreto", "Asunto-secreto", "archivo-secreto", "contenido-del-archivo"),
    *("Respuesta-secreta", "Nota-secreta"),
)


@pytest.fixture
def _quiet_cache() -> Iterator[None]:
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    stage, other = build_stage(), build_stage("otra", "otra.gub.uy", "otra-")
    change_body(stage.body, host_names=["una.example", "testserver"], allows_anonymous=True)
    change_body(other.body, host_names=["otra.example"])
    with scope({stage.body.pk}):
        filed = file_request(
            stage.body,
            Request(
                request_id=portal.new_request_id(),
                type="complaint",
                subject="Asunto-secreto",
                text="Texto-secreto",
                name="Rosa-secreta",
                email="rosa.secreta@example.org",
                phone="099111222",
                files=[Attachment("archivo-secreto.txt", "text/plain", b"contenido-del-archivo")],
                proven=[Address("gubuy", "uy-ci-11111111")],
            ),
            {},
        )
        assert filed.case is not None
        case = Case.objects.get(pk=filed.case.pk)
        entry = cases.messages(case.pk)[0]
        reply(staff(stage.agent_user.pk), case.pk, "Respuesta-secreta")
        note(staff(stage.agent_user.pk), case.pk, "Nota-secreta")
        mine = file_request(
            stage.body, Request(request_id=portal.new_request_id(), type="thanks", text="Lo mío.", name="Mallory"), {}
        )
        assert mine.case is not None
        delivery = InboundDelivery.objects.get(pk=filed.delivery_id)
        return World(
            stage=stage,
            other=other,
            case=case,
            filer_key=filed.key,
            mailbox_key=keys.key_of(case, Address("email", "rosa.secreta@example.org"), Purpose.MAILBOX),
            file=cases.files_of(entry.pk)[0],
            entry=entry,
            delivery=delivery,
            mine=Case.objects.get(pk=mine.case.pk),
            my_key=mine.key,
        )


def test_there_are_fifty() -> None:
    assert len(WAYS) >= 50


@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_way_shows_anything_of_hers(world: World, way: str) -> None:
    response = WAYS[way](world)
    said = response.content.decode("utf-8", "replace")
    assert [secret for secret in HERS if secret in said] == []


def test_she_herself_sees_all_of_it(world: World) -> None:
    """The walk above could pass by showing nothing to anybody."""
    shown = world.with_key(world.mailbox_key).content.decode()
    for secret in ("Texto-secreto", "Asunto-secreto", "archivo-secreto", "Respuesta-secreta"):
        assert secret in shown
    assert "Nota-secreta" not in shown
    for client in (
        world.proven(Address("email", "rosa.secreta@example.org")),
        world.proven(Address("gubuy", "uy-ci-11111111"), level=1, by="gubuy"),
    ):
        assert "Texto-secreto" in client.get(world.page).content.decode()
        assert "Asunto-secreto" in client.get("/solicitudes/").content.decode()
        assert client.get(f"{world.page}archivos/{world.file.pk}/").content == b"contenido-del-archivo"


def test_what_strangers_try_changes_nothing(world: World) -> None:
    for action in ("agregar", "cerrar", "reabrir", "enlace-nuevo"):
        world.mallory().post(f"{world.page}{action}/", {"text": "No es mío"})
    again = Case.unscoped.get(pk=world.case.pk)
    assert (again.state, again.key_version) == ("open", 0)
    assert not Entry.unscoped.filter(case=world.case, text="No es mío").exists()
