"""The files of a new request: judged as they come, kept for a day, gone when it is sent."""

from datetime import timedelta

import pytest

from ventanilla.cases.models import Case
from ventanilla.flow.portal import forget_drafts
from ventanilla.kit import clock
from ventanilla.web.citizen.tests.conftest import NEW, PDF, PNG, TEXT, Person, World, stored_files


def test_files_that_waited_for_too_long_are_asked_for_again(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert forget_drafts() == 1
    sent = person.send()
    assert sent["Location"] == f"{NEW}archivos/?cambiar"
    assert "Ya no tenemos «factura.pdf»" in person.page("archivos")
    assert "Ya no tenemos" not in person.page("archivos")
    assert Case.objects.count() == 0
    assert person.send().status_code == 303


def test_forgetting_leaves_fresh_files_alone(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert forget_drafts() == 0
    assert len(stored_files()) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("factura.pdf", b"MZ" + bytes(62), "es un programa"),
        ("factura.pdf", PNG, "no es lo que su nombre dice"),
        ("pagina.html", b"<html><script>1</script>", "No recibimos archivos como"),
        ("nada.pdf", b"", "está vacío"),
        ("grande.pdf", PDF + bytes(10 * 2**20), "pesa demasiado"),
        ("foto\u202egpj.exe", b"MZ" + bytes(62), "«fotogpj.exe» es un programa"),
    ],
)
def test_a_bad_file_is_refused_and_the_good_ones_stay(
    world: World, person: Person, name: str, content: bytes, words: str
) -> None:
    person.begin()
    person.post("tipo", type="claim")
    person.post("servicio", service="")
    person.post("texto", text=TEXT)
    page = person.upload(("foto.png", PNG), (name, content))
    assert "<title>Error:" in page
    assert words in page
    assert "foto.png" in person.page("archivos")
    assert len(stored_files()) == 1


def test_files_are_few_light_and_can_be_taken_away(world: World, person: Person) -> None:
    person.begin()
    for step, said in (("tipo", {"type": "claim"}), ("servicio", {}), ("texto", {"text": TEXT})):
        person.post(step, **said)
    assert "Agregamos 5 archivos." in person.upload(*((f"{n}.png", PNG) for n in range(5)))
    assert "hasta 5 archivos" in person.upload(("6.png", PNG))
    assert "se pueden mandar" not in person.page("archivos")
    first = person.client.session["citizen_request"]["files"][0]["id"]
    assert "Quitaste «0.png»." in person.said_to("archivos", quitar=first)
    assert len(stored_files()) == 4
    assert "Quitaste" not in person.said_to("archivos", quitar="nada")
    big = PDF + bytes(9 * 2**20)
    for file in person.client.session["citizen_request"]["files"]:
        person.post("archivos", quitar=file["id"])
    page = person.upload(("a.pdf", big), ("b.pdf", big), ("c.pdf", big))
    assert "entre todos pueden pesar hasta 25 MB" in page


def test_the_session_holds_no_bytes_and_no_guessable_name(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("secreto.pdf", PDF + b"UNSECRETO"),))
    assert "UNSECRETO" not in repr(dict(person.client.session.items()))
    (path,) = stored_files()
    assert "secreto" not in path.name
    assert len(path.name) >= 32


def test_beginning_again_drops_the_files(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert "Tenés una solicitud sin terminar" in person.page()
    person.begin()
    assert stored_files() == []
    assert TEXT not in person.page("tipo")
