"""The look in a real browser: accessible in every width and scheme, driven by keys, never losing a draft."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

AXE = Path(__file__).parents[5] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STRICT = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("look-browser")]


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    """The style page on a port of its own; it needs no database."""
    settings.ROOT_URLCONF = "ventanilla.web.look.tests.addresses"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, locale="es-UY", viewport={"width": 1280, "height": 800})
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert problems == []


def accessibility_problems(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (768, "dark"), (320, "light")])
@pytest.mark.parametrize(
    "address",
    [
        "/look/",
        "/look/escritorio/",
        "/look/escritorio/?pane=conversation",
        "/look/escritorio/?pane=aside",
        "/look/errores/404/",
    ],
)
def test_accessible_and_without_sideways_scrolling(page: Page, address: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_finger(page: Page) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, links within a sentence aside."""
    page.goto("/look/escritorio/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, select, summary')]
        .filter(e => !e.closest('.ds-skip-link, .v-prose, dialog, [popover]') && e.getClientRects().length)
        .filter(e => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; })
        .map(e => e.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_a_strict_policy_stands(page: Page) -> None:
    """Nothing inline: the page fixture fails when the console names a refused style or script."""

    def with_policy(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": STRICT})

    page.route("**/look/**", with_policy)
    page.goto("/look/escritorio/")
    page.get_by_role("button", name="Más acciones").click()
    expect(page.get_by_role("button", name="Unir con otro caso")).to_be_visible()


def test_keys_list_themselves_and_can_be_turned_off(page: Page) -> None:
    page.goto("/look/escritorio/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Atajos de teclado")
    expect(dialog).to_contain_text("Cerrar")
    expect(dialog).to_contain_text("Siguiente de la lista")
    dialog.get_by_label("Usar atajos de teclado en este equipo").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Cerrar el caso")).to_be_hidden()
    page.reload()
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Cerrar el caso")).to_be_hidden()


def test_a_key_clicks_focuses_and_keeps_quiet_while_typing(page: Page) -> None:
    page.goto("/look/escritorio/")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Cerrar el caso")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Buscar casos")).to_be_focused()
    page.keyboard.type("cc?")
    expect(page.get_by_label("Buscar casos")).to_have_value("cc?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_j_and_k_walk_the_queue_and_a_sequence_goes_to_the_board(page: Page) -> None:
    page.goto("/look/escritorio/")
    rows = page.locator(".v-case__link")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()  # the second is the open one
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.route("**/supervision/", lambda route: route.fulfill(body="<title>tablero</title>", content_type="text/html"))
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/supervision/")


def test_a_draft_survives_leaving_and_an_error_and_goes_once_sent(page: Page) -> None:
    page.goto("/look/escritorio/")
    reply = page.get_by_label("Respuesta para Lucía")
    reply.fill("Hola, Lucía: la carta poder")
    page.goto("/look/")
    page.goto("/look/escritorio/")
    expect(reply).to_have_value("Hola, Lucía: la carta poder")
    expect(page.locator("[data-draft-status]")).to_have_text("Recuperamos tu borrador")

    page.evaluate("document.querySelector('form[data-submit-shortcut]').action = '/look/errores/500/'")
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.get_by_role("heading", name="Algo falló de nuestro lado")).to_be_visible()
    page.goto("/look/escritorio/")
    expect(reply).to_have_value("Hola, Lucía: la carta poder")

    reply.press("Control+Enter")
    page.wait_for_load_state()
    expect(reply).to_have_value("")
    page.reload()
    expect(reply).to_have_value("")


def test_a_canned_text_lands_at_the_caret(page: Page) -> None:
    page.goto("/look/escritorio/")
    reply = page.get_by_label("Respuesta para Lucía")
    reply.fill("Saludos")
    reply.press("Home")
    page.get_by_role("button", name="Textos").click()
    page.get_by_role("button", name="También en persona").click()
    expect(reply).to_have_value("También podés hacerlo en persona en cualquiera de nuestras oficinas. Saludos")
    expect(reply).to_be_focused()


def test_times_are_said_as_people_say_them(page: Page) -> None:
    page.goto("/look/")
    expect(page.locator("#plazos")).to_contain_text(re.compile(r"vence en 3 h \d+ min"))
    expect(page.locator("#plazos")).to_contain_text("venció hace 2 h 5 min")
    expect(page.locator("#momentos")).to_contain_text("hace 5 min")


def test_a_form_asks_before_it_sends(page: Page) -> None:
    page.goto("/look/")
    page.get_by_role("button", name="Enviar la solicitud").click()
    dialog = page.get_by_role("dialog", name="¿Seguimos?")
    expect(dialog).to_contain_text("¿Enviamos la solicitud?")
    dialog.get_by_role("button", name="Cancelar").click()
    expect(dialog).to_be_hidden()


def test_a_dismissed_hint_stays_dismissed(page: Page) -> None:
    page.goto("/look/")
    page.get_by_role("button", name="No mostrar más esta ayuda").click()
    page.reload()
    expect(page.locator("[data-hint]")).to_be_hidden()


def test_live_events_reach_the_page_and_come_back_after_a_cut(page: Page) -> None:
    sockets: list[WebSocketRoute] = []
    heard_from_page: list[str | bytes] = []

    def answer(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.on_message(lambda message: heard_from_page.append(message))

    page.route_web_socket("**/vivo/", lambda socket: answer(socket))

    def listening(route: Route) -> None:
        body = route.fetch().text().replace("<body ", '<body data-live-url="/vivo/" ')
        route.fulfill(body=body, content_type="text/html")

    page.route("**/look/escritorio/", listening)
    page.add_init_script(
        "window.heard = []; addEventListener('DOMContentLoaded', () => { "
        "document.body.addEventListener('live:up', () => "
        "document.body.dispatchEvent(new CustomEvent('live:say', {detail: {state: 'viewing'}}))); "
        "['live:case', 'live:case:K7M4', 'live:again'].forEach(name => "
        "document.body.addEventListener(name, event => heard.push([name, event.detail.age]))); })"
    )
    page.goto("/look/escritorio/")
    page.wait_for_function("() => document.querySelector('[data-live-state]').dataset.liveState === 'up'")
    reply = page.get_by_label("Respuesta para Lucía")
    reply.focus()
    sockets[0].send('{"event": "case", "key": "K7M4", "facts": {"age": 3}}')
    page.wait_for_function("() => heard.length === 2")
    assert page.evaluate("heard") == [["live:case", 3], ["live:case:K7M4", 3]]
    expect(reply).to_be_focused()
    sockets[0].close()
    page.wait_for_function("() => heard.length === 3")
    assert page.evaluate("heard[2][0]") == "live:again"
    assert heard_from_page == ['{"state":"viewing"}'] * 2


def test_menus_and_quotations_open_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, locale="es-UY", java_script_enabled=False)
    page = context.new_page()
    page.goto("/look/escritorio/")
    page.get_by_role("button", name="Más acciones").click()
    expect(page.get_by_role("button", name="Unir con otro caso")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Mostrar cita").first.click()
    expect(page.get_by_text("Recibimos tu consulta y ya tiene un código")).to_be_visible()
    context.close()


def test_arrows_walk_a_menu_and_escape_gives_the_focus_back(page: Page) -> None:
    page.goto("/look/escritorio/")
    button = page.get_by_role("button", name="Más acciones")
    button.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pasar a otra persona")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Devolver a la cola")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Marcar como no deseado")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
