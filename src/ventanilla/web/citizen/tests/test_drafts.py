"""What is being written is its writer's alone."""

import re
from datetime import timedelta

from django.conf import settings
from django.test import Client

from ventanilla.cases.models import Case
from ventanilla.kit import clock
from ventanilla.web.citizen.tests.conftest import NEW, PDF, TEXT, Person, World, stored_files


def test_another_browser_sees_neither_draft_nor_receipt(world: World, person: Person) -> None:
    stranger = Person(Client())
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert stranger.get("texto")["Location"] == f"{NEW}?vencida"
    assert stranger.get("revisar")["Location"] == f"{NEW}?vencida"
    file_id = person.client.session["citizen_request"]["files"][0]["id"]
    stranger.begin().post("archivos", quitar=file_id)
    assert len(stored_files()) == 1
    person.send()
    code = Case.objects.get().code
    assert stranger.receipt()["Location"] == NEW
    assert TEXT not in stranger.client.get(f"/solicitudes/{code}/", follow=True).content.decode()


def test_a_draft_left_alone_is_shown_to_nobody(world: World, person: Person) -> None:
    """The next at a library's computer; whoever still has the page before her loses nothing."""
    with clock.frozen(clock.now()) as now:
        person.begin()
        person.post("tipo", type="claim")
        person.post("servicio", service="")
        person.post("texto", text=TEXT)
        mark = re.search(r'name="borrador" value="(\w+)"', person.page("archivos"))
        assert mark is not None
        now.advance(timedelta(hours=2, seconds=1))
        assert person.get("texto")["Location"] == f"{NEW}?vencida"
        assert "Tenés una solicitud sin terminar" not in person.page()
        assert person.post("archivos", borrador=mark[1])["Location"] == f"{NEW}respuesta/"
        assert TEXT in person.page("texto")


def test_a_receipt_is_shown_for_a_while(world: World, person: Person) -> None:
    person.begin().answer_all()
    person.send()
    assert person.receipt().status_code == 200
    with clock.frozen(clock.now() + timedelta(hours=2, seconds=1)):
        assert person.receipt()["Location"] == NEW


def test_leaving_a_shared_computer_leaves_nothing(world: World, person: Person) -> None:
    person.begin().answer_all()
    person.send()
    person.begin().post("tipo", type="claim")
    code = Case.objects.get().code
    person.client.post(f"{NEW}olvidar/", {"todo": "1"})
    assert person.receipt()["Location"] == NEW
    assert person.get("tipo")["Location"] == f"{NEW}?vencida"
    assert TEXT not in person.client.get(f"/solicitudes/{code}/", follow=True).content.decode()


def test_nothing_of_hers_stays_in_a_cache(world: World, person: Person) -> None:
    person.begin()
    for answer in (person.get(), person.get("tipo"), person.post("tipo")):
        assert "no-store" in answer["Cache-Control"]


def test_reading_the_first_page_makes_no_session(world: World, person: Person) -> None:
    person.get()
    assert settings.SESSION_COOKIE_NAME not in person.client.cookies
