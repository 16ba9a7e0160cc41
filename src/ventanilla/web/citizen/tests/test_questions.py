"""Each question of a new request: what will not do is told, and nothing typed is lost."""

import re
from typing import Any

import pytest

from ventanilla.cases.models import Case
from ventanilla.cases.queries import messages
from ventanilla.catalogue.actions import change_service, create_service
from ventanilla.web.citizen.tests.conftest import NEW, TEXT, Person, World

ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("tipo", {"type": "claim"}),
    ("servicio", {"service": ""}),
    ("texto", {"text": TEXT}),
    ("archivos", {}),
    ("respuesta", {"answer_by": "page"}),
    ("datos", {"name": "Rosa"}),
]


@pytest.mark.parametrize(
    ("step", "said", "words"),
    [
        ("tipo", {}, "Elegí una opción."),
        ("tipo", {"type": "denuncia"}, "Elegí una opción de la lista."),
        ("servicio", {"service": "no-existe"}, "Ese servicio ya no está"),
        ("texto", {"text": "  \n "}, "Escribí qué necesitás."),
        ("texto", {"text": "\x00\x07"}, "Escribí qué necesitás."),
        ("texto", {"text": "a" * 100_001}, "Es demasiado largo"),
        ("texto", {"text": "a", "subject": "a" * 151}, "acortalo a menos de 150"),
        ("respuesta", {}, "Elegí una opción."),
        ("respuesta", {"answer_by": "email"}, "Escribí a dónde te respondemos."),
        ("respuesta", {"answer_by": "email", "email": "rosa@"}, "Fijate que esté completo"),
        ("datos", {}, "no recibe solicitudes anónimas"),
        ("datos", {"name": "a" * 151}, "Es demasiado largo"),
        ("datos", {"name": "Rosa", "phone": "no tengo"}, "Escribilo con números"),
        ("datos", {"name": "Rosa", "document": "1.234.567-1"}, "algún número está cambiado"),
        ("datos", {"name": "Rosa", "assistance": ["todo"]}, "Elegí opciones de la lista."),
    ],
)
def test_a_mistake_is_told_first_and_in_place(
    world: World, person: Person, step: str, said: dict[str, Any], words: str
) -> None:
    person.begin()
    answer_before = ANSWERS[: [one for one, _said in ANSWERS].index(step)]
    for earlier, good in answer_before:
        person.post(earlier, **good)
    page = person.said_to(step, **said)
    assert "<title>Error:" in page
    assert page.count(words) == 2
    assert page.index("data-focus-now") < page.index("<form method")
    link = re.search(r'<li><a class="ds-link" href="#([^"]+)"', page)
    assert link is not None
    assert f'id="{link[1]}"' in page


def test_nothing_typed_is_lost_by_a_mistake_or_on_the_way_back(world: World, person: Person) -> None:
    person.begin()
    person.post("tipo", type="thanks")
    person.post("servicio", service="")
    assert "Casi un mensaje" in person.said_to("texto", text="Casi un mensaje", subject="a" * 200)
    assert person.post("texto", text="Medio mensaje", subject="b" * 200, volver="1")["Location"] == f"{NEW}servicio/"
    page = person.page("texto")
    assert "Medio mensaje" in page
    assert "b" * 200 in page


def test_a_long_text_arrives_whole(world: World, person: Person) -> None:
    text = ("Mi cuadra está a oscuras.\n" * 4000)[:100_000].strip()
    person.begin().answer_all(texto={"text": text})
    person.send()
    assert messages(Case.objects.get().pk)[0].text.strip() == text


def test_what_nobody_can_see_is_left_out(world: World, person: Person) -> None:
    person.begin().answer_all(
        texto={"text": "Hola\x00 vecino\u202e\r\n\r\n\tChau", "subject": "Lu\x00z"},
        datos={"name": "Ro\x00sa"},
        respuesta={"answer_by": "email", "email": "rosa\x00@example.org"},
    )
    person.send()
    entry = messages(Case.objects.get().pk)[0]
    assert entry.text.strip() == "Hola vecino\n\n\tChau"
    assert (Case.objects.get().subject, entry.sender["name"]) == ("Luz", "Rosa")


def test_a_question_cannot_be_skipped(world: World, person: Person) -> None:
    person.begin()
    assert person.get("revisar")["Location"] == f"{NEW}tipo/"
    assert person.post("revisar", accepts="on")["Location"] == f"{NEW}tipo/"
    person.post("tipo", type="claim")
    assert person.get("datos")["Location"] == f"{NEW}servicio/"
    assert person.get("otra-cosa")["Location"] == NEW


def test_an_answer_that_will_not_do_any_more_is_asked_again(world: World, person: Person) -> None:
    person.begin().answer_all(datos={"name": ""})
    change_service(world.service, is_active=False)
    create_service(world.body, "otro", "Otro servicio")
    assert person.get("revisar")["Location"] == f"{NEW}servicio/"
    assert "Ese servicio ya no está" in person.page("servicio")
    person.client.post(f"{NEW}servicio/?cambiar=1", {"service": "otro"})
    # Without an address her name is due.
    answer = person.client.post(f"{NEW}respuesta/?cambiar=1", {"answer_by": "page"})
    assert answer["Location"] == f"{NEW}datos/"
    assert "no recibe solicitudes anónimas" in person.page("datos")


def test_a_body_without_services_asks_six_questions(world: World, person: Person) -> None:
    change_service(world.service, is_active=False)
    person.begin()
    assert "Paso 1 de 6" in person.page("tipo")
    assert person.post("tipo", type="claim")["Location"] == f"{NEW}texto/"


def test_services_are_searched_without_accents_and_the_chosen_one_stays(world: World, person: Person) -> None:
    for number in range(30):
        create_service(world.body, f"tramite-{number}", f"Trámite número {number}")
    person.begin(servicio="alumbrado").post("tipo", type="claim")
    page = person.page("servicio")
    assert 'value="alumbrado" aria-describedby="id_service_hint1" checked' in page
    assert "Mostramos 25 de 31" in page
    found = person.client.get(f"{NEW}servicio/", {"buscar": "NUMERO 29"}).content.decode()
    assert "Trámite número 29" in found
    assert "Trámite número 28" not in found
    assert "Alumbrado público" in found


def test_an_answer_to_a_lost_session_begins_anew_with_it(world: World, person: Person) -> None:
    answer = person.post("texto", text="Todo lo que escribí")
    assert answer.status_code == 302
    person.post("tipo", type="claim")
    person.post("servicio", service="")
    assert "Todo lo que escribí" in person.page("texto")
