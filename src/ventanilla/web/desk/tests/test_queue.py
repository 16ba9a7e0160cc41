"""The queue: what it shows, to whom, and at what cost."""

from typing import Any

import pytest

from ventanilla.web.desk.tests.conftest import World, mail

QUERIES = 15


def test_my_queue_shows_what_is_mine(world: World) -> None:
    case = world.receive(mail("¿Cómo la renuevo?"))
    page = world.agent.client.get("/mostrador/")
    assert page.status_code == 200
    assert case.code in page.text
    assert "Libreta de conducir" in page.text
    assert f"/mostrador/{case.code}/" in page.text
    assert case.code not in world.colleague.client.get("/mostrador/").text
    assert case.code in world.colleague.client.get("/mostrador/?vista=todas").text


@pytest.mark.parametrize(
    "view",
    [
        "mias",
        "sin-asignar",
        "todas",
        "vencidas",
        "por-vencer",
        "sin-leer",
        "esperando",
        "fallidas",
        "cerradas",
        "incumplidas",
        "cumplidas",
        "x",
    ],
)
def test_each_view_opens(world: World, view: str) -> None:
    world.receive(mail("Hola"))
    assert world.agent.client.get(f"/mostrador/?vista={view}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "tipo=complaint",
        "canal=email",
        "luz=ok",
        "servicio=1",
        "equipo=1",
        "agente=1",
        "agente=0",
        "organismo=1",
        "organismo=x,,9",
        "vista=cumplidas&dias=7&orden=vence",
        "vista=incumplidas&dias=8",
        "vista=incumplidas&q=renuevo",
        "vista=cumplidas&luz=late",
        "orden=actividad",
        "cursor=rubbish",
        "q=renuevo&vista=busqueda",
    ],
)
def test_each_filter_opens(world: World, query: str) -> None:
    world.receive(mail("¿Cómo la renuevo?"))
    assert world.agent.client.get(f"/mostrador/?{query}").status_code == 200


def test_search_finds_a_word_and_a_code_opens_its_case(world: World) -> None:
    case = world.receive(mail("¿Cómo renuevo la libreta?"))
    world.receive(mail("Otro asunto", subject="Poda", sender="b@example.com"))
    found = world.colleague.client.get("/mostrador/", {"vista": "busqueda", "q": "renuevo"})
    assert case.code in found.text
    assert "Poda" not in found.text
    opened = world.colleague.client.get("/mostrador/", {"vista": "busqueda", "q": case.code.replace("-", "").lower()})
    assert opened.status_code == 302
    assert opened["Location"] == f"/mostrador/{case.code}/"


@pytest.mark.parametrize("count", [3, 60])
def test_the_queue_asks_no_more_however_long_it_is(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        world.receive(mail("Hola", subject=f"Asunto {number}", sender=f"p{number}@example.com"))
    for address in ("/mostrador/", "/mostrador/?vista=todas&tipo=information", "/mostrador/?vista=busqueda&q=hola"):
        with django_assert_max_num_queries(QUERIES):
            assert world.agent.client.get(address).status_code == 200


def test_pages_follow_each_other_by_key(world: World) -> None:
    for number in range(45):
        world.receive(mail("Hola", subject=f"Asunto {number}", sender=f"p{number}@example.com"))
    first = world.agent.client.get("/mostrador/?vista=todas")
    assert first.text.count('class="v-case"') == 40
    second = world.agent.client.get(first.context["next_page"])
    assert second.text.count('class="v-case"') == 5
    assert second.context["previous_page"]


def test_nobody_enters_without_signing_in_or_the_right(world: World, client: Any) -> None:
    case = world.receive(mail("Hola"))
    assert client.get("/mostrador/").status_code == 302
    assert client.get(f"/mostrador/{case.code}/")["Location"].startswith("/ingresar/")
    assert world.stranger.client.get(f"/mostrador/{case.code}/").status_code == 404
    assert case.code not in world.stranger.client.get("/mostrador/?vista=todas").text
    assert world.quality.client.get(f"/mostrador/{case.code}/").status_code == 200
    assert world.quality.client.get("/mostrador/en-revision/").status_code == 403
    assert world.quality.client.get("/mostrador/nuevo/").status_code == 403


def test_the_list_alone_has_no_frame(world: World) -> None:
    case = world.receive(mail("Hola"))
    part = world.agent.client.get(f"/mostrador/lista/?abierta={case.code}")
    assert "<html" not in part.text
    assert 'aria-current="true"' in part.text


def test_whoever_attends_nobody_begins_with_all(world: World) -> None:
    case = world.receive(mail("Hola"))
    assert case.code in world.supervisor.client.get("/mostrador/").text
    assert case.code in world.supervisor.client.get(f"/mostrador/lista/?abierta={case.code}").text
    assert case.code not in world.supervisor.client.get("/mostrador/?vista=mias").text
