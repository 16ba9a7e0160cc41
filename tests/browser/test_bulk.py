"""Many cases at once in a real browser: chosen by keyboard, given to somebody, answered all together."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE, Desk

from ventanilla.cases import incidents
from ventanilla.cases.models import Case
from ventanilla.flow import bulk, moving
from ventanilla.flow import incidents as gathering
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.flow.sight import standing_now
from ventanilla.journal.actors import staff
from ventanilla.worklist import queries as worklist

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("bulk-browser")]


def three(desk: Desk) -> list[Case]:
    return [
        desk.receive("No anda el semáforo.", subject=f"Semáforo {one}", sender=f"Rosa <rosa{one}@example.com>")
        for one in range(3)
    ]


def test_chosen_by_keyboard_and_given_to_a_colleague(desk: Desk, audit: Callable[[Page], None]) -> None:
    found = three(desk)
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/mostrador/?vista=todas", wait_until="networkidle")
    expect(page.locator("#accion-lote")).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-pick-count]")).to_have_text("2 elegidas")
    audit(page)
    page.keyboard.press("b")
    expect(page.locator("#accion-lote")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Asignar a una persona")).to_be_visible()
    audit(page)
    page.get_by_label("A quién").select_option(label="Bruno Díaz · ausente")
    page.get_by_role("button", name="Asignar a una persona").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Se hizo en 2 de 2.")).to_be_visible()
    audit(page)
    rows = worklist.rows([case.pk for case in found])
    assert sorted(row.agent_user_id == desk.stage.colleague.user_id for row in rows.values()) == [False, True, True]


def test_a_choice_survives_what_arrives_meanwhile(desk: Desk) -> None:
    three(desk)
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/mostrador/?vista=todas", wait_until="networkidle")
    page.locator("input[name=caso]").first.check()
    desk.receive("Otra cosa.", subject="Recién llegada", sender="Juan <juan@example.com>")
    expect(page.locator("#cola-filas")).to_contain_text("Recién llegada")
    expect(page.locator("input[name=caso]:checked")).to_have_count(1)
    expect(page.locator("[data-pick-count]")).to_have_text("1 elegida")


def test_all_of_the_list_without_javascript(desk: Desk) -> None:
    three(desk)
    page = desk.sign_in(desk.stage.supervisor, java_script_enabled=False)
    page.goto("/mostrador/?vista=todas")
    page.get_by_label("Elegir todas las de esta lista").check()
    page.get_by_label("Qué hacer con las elegidas").select_option("wait")
    page.get_by_role("button", name="Seguir").click()
    expect(page.get_by_text("Con 3 solicitudes.")).to_be_visible()
    page.get_by_role("button", name="Quedan esperando a la persona").click()
    expect(page.get_by_text("Se hizo en 3 de 3.")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_its_pages_are_accessible_and_whole(desk: Desk, audit: Callable[[Page], None], viewport: Any) -> None:
    found = three(desk)
    supervisor = staff(desk.stage.supervisor.pk)
    incident = gathering.open_incident(supervisor, desk.stage.body.pk, "Semáforos apagados en " + "x" * 60, "Corte.")
    bulk.ask(supervisor, [case.pk for case in found[:2]], Wish(Kind.LINK, incident_id=incident.pk))
    batch = gathering.answer(supervisor, incident.pk, "Hola, {{nombre}}: ya andan.")
    refused = bulk.ask(supervisor, [found[2].pk], Wish(Kind.CLOSE, outcome="answered"))
    page = desk.sign_in(desk.stage.supervisor, viewport)
    addresses = [
        f"/mostrador/lote/?accion=close&caso={found[0].code}",
        f"/mostrador/lote/?accion=link&caso={found[2].code}",
        f"/mostrador/lote/{batch.pk}/",
        f"/mostrador/lote/{refused.pk}/",
        "/mostrador/incidentes/",
        "/mostrador/incidentes/?estado=closed",
        "/mostrador/incidentes/nuevo/",
        f"/mostrador/incidentes/{incident.pk}/",
        f"/mostrador/incidentes/{incident.pk}/cambiar/",
        f"/mostrador/incidentes/{incident.pk}/responder/",
        f"/mostrador/?vista=todas&incidente={incident.pk}",
        f"/mostrador/{found[0].code}/",
        f"/supervision/ejecutivos/{desk.stage.agent.pk}/reasignar/",
        f"/supervision/ejecutivos/{desk.stage.colleague.pk}/reasignar/",
    ]
    for address in addresses:
        page.goto(address, wait_until="load")
        audit(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, address
    bulk.run(desk.stage.body.pk, batch.pk)
    assert incidents.progress(batch.pk).done == 2


def test_the_page_of_an_answer_follows_its_sending(desk: Desk) -> None:
    found = three(desk)
    supervisor = staff(desk.stage.supervisor.pk)
    incident = gathering.open_incident(supervisor, desk.stage.body.pk, "Semáforos apagados", "")
    bulk.ask(supervisor, [case.pk for case in found], Wish(Kind.LINK, incident_id=incident.pk))
    page = desk.sign_in(desk.stage.supervisor)
    page.goto(f"/mostrador/incidentes/{incident.pk}/responder/")
    page.get_by_label("Respuesta").fill("Hola, {{nombre}}: ya andan.")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.get_by_text("Hola, Rosa: ya andan.")).to_be_visible()
    page.get_by_role("button", name="Enviar a 3 personas").click()
    expect(page.get_by_text("Van 0 de 3.")).to_be_visible()
    bulk.run(desk.stage.body.pk, incidents.answers_of(incident.pk)[0].pk)
    expect(page.get_by_text("Se respondieron 3 de 3.")).to_be_visible()


def test_a_supervisor_moves_what_an_agent_has(desk: Desk) -> None:
    three(desk)
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/supervision/", wait_until="networkidle")
    page.get_by_role("link", name="Pasar lo de Ana Sosa a otras personas").click()
    page.get_by_role("button", name="Pasar").click()
    expect(page.get_by_role("alert")).to_contain_text("Marcá que estás de acuerdo")
    page.get_by_label("A la cola de su equipo").check()
    page.get_by_label("Sí, pasar las 3").check()
    page.get_by_role("button", name="Pasar").click()
    expect(page.get_by_text("Se hizo en 3 de 3.")).to_be_visible()
    held = moving.held_by(standing_now(desk.stage.supervisor.pk), desk.stage.agent.pk)
    assert held is not None
    assert (held.case_ids, held.agent.presence) == ([], "gone")
