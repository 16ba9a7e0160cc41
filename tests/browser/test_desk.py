"""An agent's day at the desk, in a real browser: by keyboard, live, accessible in every width, losing nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE, Desk

from ventanilla.cases import queries as cases
from ventanilla.flow import desk as line
from ventanilla.flow.reply import note, reply
from ventanilla.journal.actors import staff

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

LIVE_MILLISECONDS = 8000
"""An event travels in milliseconds; queues gather theirs for a second and a half."""


def entries(desk: Desk, code: str) -> list[Any]:
    return [entry for entry in cases.timeline(desk.case(code).pk) if entry.kind != "event"]


def by_keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_every_page_is_accessible(desk: Desk, audit: Callable[[Page], None], viewport: Any) -> None:
    case = desk.receive(
        "¿La renuevo acá?\n\n> Buenas tardes",
        html="<p>¿La <b>renuevo</b> acá?</p>",
        files=[("recibo.pdf", "application/pdf", b"%PDF")],
    )
    other = desk.receive("Otra cosa", subject="Poda")
    actor = staff(desk.stage.agent_user.pk)
    note(actor, case.pk, "Ojo con el apostillado")
    reply(actor, case.pk, "Traé la cédula.")
    line.link(actor, case.pk, other.pk)
    desk.receive("Copio un código", subject=f"[{case.code}] hola", sender="Nadie <nadie@example.com>")
    page = desk.sign_in(desk.stage.agent_user, viewport)
    code = case.code
    for address in (
        "",
        "?vista=todas&tipo=information",
        "?vista=cerradas",
        f"{code}/",
        f"{code}/?modo=nota",
        f"{code}/?modo=reenvio",
        f"{code}/persona/",
        f"{code}/cerrar/",
        f"{code}/asignar/",
        f"{code}/unir/",
        f"{code}/separar/",
        "nuevo/",
        "en-revision/",
        "no-enviados/",
        f"personas/{case.contact_id}/unir/?desde={code}",
    ):
        page.goto(f"/mostrador/{address}", wait_until="networkidle")
        audit(page)


@pytest.mark.parametrize(
    "address", ["", "{code}/", "{code}/persona/", "{code}/unir/", "nuevo/", "en-revision/", "no-enviados/"]
)
def test_nothing_scrolls_sideways_on_a_small_telephone(desk: Desk, address: str) -> None:
    case = desk.receive("https://ejemplo.gub.uy/" + "muylargo" * 30, subject="Un asunto " + "larguísimo" * 20)
    page = desk.sign_in(desk.stage.agent_user, {"width": 320, "height": 640})
    page.goto("/mostrador/" + address.format(code=case.code), wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_case_is_answered_and_closed_with_the_keyboard_alone(desk: Desk) -> None:
    case = desk.receive("¿Qué llevo para renovarla?")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto("/mostrador/")
    by_keys(page, "j", "Enter")
    expect(page).to_have_url(re.compile(rf"/mostrador/{case.code}/"))
    expect(page.locator(".v-entry[data-kind=in]")).to_contain_text("¿Qué llevo para renovarla?")
    expect(page.locator("#plantillas-lugar [data-canned]").first).to_be_attached()
    by_keys(page, "r")
    page.keyboard.type("/saludo ")
    expect(page.locator("#reply_text")).to_have_value(re.compile("^Hola, Lucía Techera: gracias por escribirnos"))
    page.keyboard.type("Traé la cédula.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".v-entry[data-kind=out]").last).to_contain_text("Traé la cédula.")
    assert page.evaluate("document.scrollingElement.scrollTop") == 0, "the frame stays where it is"
    by_keys(page, "c")
    expect(page.locator("#accion")).to_be_visible()
    expect(page.locator("#accion select[name=type]")).to_be_focused()
    page.locator("#accion textarea").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#encabezado")).to_contain_text("Cerrada")
    assert desk.case(case.code).state == "closed"


def test_the_shortcuts_are_listed(desk: Desk) -> None:
    case = desk.receive("Hola")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    page.keyboard.press("?")
    shown = page.locator("#atajos")
    for words in (
        "Respuesta",
        "Nota interna",
        "Reenviar",
        "Cerrar",
        "Pasar a otra persona o equipo",
        "Saludo",
        "Buscar",
    ):
        expect(shown).to_contain_text(words)


def test_opening_a_case_leaves_the_queue_where_it_was(desk: Desk) -> None:
    for number in range(20):
        desk.receive("Hola", subject=f"Asunto {number}", sender=f"p{number}@example.com")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto("/mostrador/?vista=todas", wait_until="networkidle")
    rows = page.locator("#cola-filas .v-case__link")
    rows.nth(15).scroll_into_view_if_needed()
    before = page.locator("[data-queue]").evaluate("box => box.scrollTop")
    assert before > 0
    rows.nth(15).click()
    expect(page.locator("#asunto")).to_be_visible()
    assert page.locator("[data-queue]").evaluate("box => box.scrollTop") == before
    expect(rows.nth(15)).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("¿Por qué me tocó?")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Elegí una solicitud de la cola")).to_be_visible()


def test_two_agents_see_each_other(desk: Desk) -> None:
    case = desk.receive("Hola")
    ana, bruno = desk.sign_in(desk.stage.agent_user), desk.sign_in(desk.stage.colleague.user)
    ana.goto(f"/mostrador/{case.code}/")
    expect(ana.locator("[data-presence]")).to_be_hidden()
    bruno.goto(f"/mostrador/{case.code}/")
    expect(ana.locator("[data-presence]")).to_have_text(
        "Bruno Díaz está viendo esta solicitud.", timeout=LIVE_MILLISECONDS
    )
    expect(bruno.locator("[data-presence]")).to_have_text(
        "Ana Sosa está viendo esta solicitud.", timeout=LIVE_MILLISECONDS
    )
    bruno.locator("#reply_text").fill("Le contesto yo")
    expect(ana.locator("[data-presence]")).to_have_text(
        "Bruno Díaz está escribiendo una respuesta.", timeout=LIVE_MILLISECONDS
    )
    bruno.goto("/mostrador/")
    expect(ana.locator("[data-presence]")).to_be_hidden(timeout=LIVE_MILLISECONDS)


def test_what_arrives_appears_without_touching_what_is_typed(desk: Desk) -> None:
    case = desk.receive("El primero", message_id="<a@example.com>")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    field = page.locator("#reply_text")
    field.click()
    page.keyboard.type("Estoy escribiendo")
    desk.receive("Agrego un dato", message_id="<b@example.com>", in_reply_to="<a@example.com>")
    expect(page.locator(".v-entry[data-kind=in]").last).to_contain_text("Agrego un dato", timeout=LIVE_MILLISECONDS)
    expect(field).to_be_focused()
    page.keyboard.type(" todavía")
    expect(field).to_have_value("Estoy escribiendo todavía")


def test_the_queue_grows_by_itself_and_keeps_the_focus(desk: Desk) -> None:
    first = desk.receive("Hola", subject="La primera")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto("/mostrador/?vista=todas", wait_until="networkidle")
    page.keyboard.press("j")
    link = page.locator(f"#fila-{first.code} a")
    expect(link).to_be_focused()
    desk.receive("Hola", subject="La segunda", sender="b@example.com")
    expect(page.locator("#cola-filas")).to_contain_text("La segunda", timeout=LIVE_MILLISECONDS)
    expect(page.locator(f"#fila-{first.code} a")).to_be_focused()
    expect(page.locator("#cola-vistas")).to_contain_text("2")


def test_a_draft_survives_a_reload_and_another_computer(desk: Desk) -> None:
    case = desk.receive("Hola")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    page.locator("#reply_text").fill("Una respuesta a medias")
    expect(page.locator("[data-draft-status^=respuesta]")).to_have_text("Borrador guardado", timeout=LIVE_MILLISECONDS)
    page.reload()
    expect(page.locator("#reply_text")).to_have_value("Una respuesta a medias")
    elsewhere = desk.sign_in(desk.stage.agent_user)
    elsewhere.goto(f"/mostrador/{case.code}/")
    expect(elsewhere.locator("#reply_text")).to_have_value("Una respuesta a medias")


def test_a_reply_over_somebody_elses_waits_for_a_second_look(desk: Desk) -> None:
    case = desk.receive("Hola")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    page.locator("#reply_text").fill("Mi respuesta")
    reply(staff(desk.stage.colleague.user.pk), case.pk, "Ya le contesté")
    expect(page.get_by_role("button", name="Hay algo nuevo")).to_be_visible(timeout=LIVE_MILLISECONDS)
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tu respuesta no se envió")
    expect(page.locator("#reply_text")).to_have_value("Mi respuesta")
    assert [
        entry.text for entry in entries(desk, case.code) if entry.direction == "out" and not entry.is_automatic
    ] == ["Ya le contesté"]
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.locator(".v-entry[data-kind=out]").last).to_contain_text("Mi respuesta")


def test_a_note_and_a_forward_from_their_tabs(desk: Desk) -> None:
    case = desk.receive("Hola")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    page.keyboard.press("n")
    page.keyboard.type("Una nota")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".v-entry[data-kind=note]")).to_contain_text("Una nota")
    page.keyboard.press("f")
    expect(page.locator("#forward_to")).to_be_focused()
    page.keyboard.type("perito@example.org")
    page.locator("#forward_text").fill("¿Qué opinás?")
    page.get_by_role("button", name="Reenviar", exact=True).last.click()
    expect(page.locator(".v-entry[data-kind=out]").last).to_contain_text("¿Qué opinás?")


def test_a_stranger_s_formatting_runs_nothing(desk: Desk) -> None:
    html = '<p id="mal">Hola</p><script>document.getElementById("mal").textContent = "corrió"</script>'
    case = desk.receive("Hola", html=html)
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    page.get_by_text("Ver formato original").click()
    expect(page.frame_locator(".d-format iframe").locator("body")).to_have_text("Hola")


def test_it_works_without_scripts(desk: Desk) -> None:
    case = desk.receive("¿Qué llevo?")
    page = desk.sign_in(desk.stage.agent_user, java_script_enabled=False)
    page.goto("/mostrador/")
    page.get_by_role("link", name=re.compile("Libreta de conducir")).click()
    page.get_by_role("link", name="Nota interna").click()
    page.locator("#note_text").fill("Sin scripts")
    page.get_by_role("button", name="Guardar la nota").click()
    page.locator("#reply_text").fill("Traé la cédula.")
    page.get_by_role("button", name="Enviar", exact=True).click()
    page.get_by_role("link", name=re.compile("^Cerrar")).click()
    page.get_by_role("button", name="Cerrar la solicitud").click()
    assert desk.case(case.code).state == "closed"
