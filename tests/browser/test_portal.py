"""A person finds her way on the portal: by keyboard, with scripts and without, on a narrow screen and on paper."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import WIDE

from ventanilla.cases.models import Case, Entry
from ventanilla.delivery.models import OutboxMessage
from ventanilla.flow import portal
from ventanilla.flow.portal import Filed, Request, file_request
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Attachment
from ventanilla.organisation.actions import change_body

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

PHONE: Any = {"width": 320, "height": 640}
"""Also what 400 % zoom leaves of a screen of 1280."""
FIRST_LOAD_MAX_BYTES = 100_000
HER = "rosa@example.org"


def person(desk: "Desk", viewport: Any = WIDE, *, with_scripts: bool = True) -> Page:
    """Somebody's own browser, who is nobody to the house yet."""
    context = desk.browser.new_context(
        viewport=viewport, base_url=desk.address, locale="es-UY", java_script_enabled=with_scripts
    )
    desk._open.append(context)
    page = context.new_page()
    page.set_default_timeout(8000)
    return page


def filed(desk: "Desk", **changes: Any) -> Filed:
    said: dict[str, Any] = {
        "request_id": portal.new_request_id(),
        "type": "claim",
        "subject": "Contenedor roto",
        "text": "La tapa está rota.\nVuela todo.",
        "name": "Rosa Pérez",
        "files": [Attachment("foto.txt", "text/plain", b"una foto")],
    }
    return file_request(desk.stage.body, Request(**{**said, **changes}), {})


def page_of(made: Filed) -> str:
    assert made.case is not None
    return f"/solicitudes/{made.case.code}/?clave={made.key}"


def case_of(made: Filed) -> Case:
    assert made.case is not None
    return Case.objects.get(pk=made.case.pk)


def mailed_link() -> str:
    found = re.search(r"/seguimiento/enlace/[\w-]+/", OutboxMessage.objects.filter(case=None).latest("pk").text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "320"])
def test_every_page_is_accessible_and_fits(desk: "Desk", audit: Callable[[Page], None], viewport: Any) -> None:
    change_body(desk.stage.body, emergency_text="Alerta naranja: no circules por la rambla.")
    made, hers = filed(desk), filed(desk, email=HER)
    reply(staff(desk.stage.agent_user.pk), case_of(made).pk, "¿El verde o el naranja?", wait_for_citizen=True)
    page = person(desk, viewport)

    def check(address: str) -> None:
        page.goto(address)
        audit(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("h1").count() == 1, address

    for address in (
        *("/", "/canales/", "/privacidad/", "/accesibilidad/", "/seguimiento/", "/seguimiento/?codigo=zzz"),
        *("/seguimiento/perdi-mi-codigo/", "/solicitudes/", f"/solicitudes/{case_of(made).code}/"),
        *("/solicitudes/2222-2222/", "/seguimiento/enlace/nada/", "/ingresar/"),
    ):
        check(address)
    check(page_of(made))
    expect(page.get_by_text("¿El verde o el naranja?")).to_be_visible()
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("alert").or_(page.locator(".ds-error-summary")).first).to_be_visible()
    audit(page)
    page.goto("/seguimiento/perdi-mi-codigo/")
    page.get_by_label("Tu correo").fill(HER)
    page.get_by_role("button", name="Mandarme el enlace").click()
    audit(page)
    check(mailed_link())
    page.get_by_role("button", name="Ver mis solicitudes").click()
    expect(page.get_by_role("link", name=case_of(hers).subject)).to_be_visible()
    audit(page)


@pytest.mark.parametrize("address", ["/", "/canales/", "/seguimiento/", "/solicitudes/nueva/", "case"])
def test_the_first_load_is_light(desk: "Desk", address: str) -> None:
    page = person(desk, PHONE)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(page_of(filed(desk)) if address == "case" else address, wait_until="networkidle")
    assert len(received) >= 4, "style sheets and script are part of the load"
    assert sum(received) < FIRST_LOAD_MAX_BYTES


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_she_follows_answers_ends_and_reopens_her_case(desk: "Desk", with_scripts: bool) -> None:
    made = filed(desk)
    reply(staff(desk.stage.agent_user.pk), case_of(made).pk, "¿El verde o el naranja?", wait_for_citizen=True)
    page = person(desk, with_scripts=with_scripts)
    page.goto(page_of(made))
    assert "clave" not in page.url
    expect(page.get_by_text("¿El verde o el naranja?")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("foto.txt")).click()
    assert download.value.path().read_bytes() == b"una foto"

    page.get_by_label("Qué querés agregar").fill("El naranja.")
    page.get_by_label("Archivos (si hacen falta)").set_input_files(
        {"name": "mapa.txt", "mimeType": "text/plain", "buffer": b"un mapa"}
    )
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_text("El naranja.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("mapa.txt"))).to_be_visible()
    assert case_of(made).state == "open"

    _press(page, "Ya está, cerrarla", with_scripts)
    expect(page.get_by_text("Cerraste la solicitud.")).to_be_visible()
    page.get_by_role("button", name="Reabrirla").click()
    expect(page.get_by_text("La solicitud se reabrió.")).to_be_visible()
    assert case_of(made).state == "open"

    _press(page, "Pedir un enlace nuevo", with_scripts)
    link = page.locator(".v-keep__link").inner_text()
    stranger = person(desk)
    stranger.goto(page_of(made))
    expect(stranger.get_by_text("Ese enlace no abre esta solicitud")).to_be_visible()
    stranger.goto(link[link.index("/solicitudes") :])
    expect(stranger.get_by_text("El naranja.")).to_be_visible()

    page.goto(page_of(made).split("?")[0])
    page.get_by_role("button", name="Salir de este aparato").click()
    page.goto(page_of(made).split("?")[0])
    expect(page.get_by_text("Con el código solo mostramos cómo va.")).to_be_visible()
    expect(page.get_by_text("El naranja.")).to_have_count(0)


def _press(page: Page, name: str, with_scripts: bool) -> None:
    """With scripts she is asked whether she is sure."""
    page.get_by_role("button", name=name).click()
    if with_scripts:
        page.get_by_role("dialog").get_by_role("button", name=re.compile("Sí|Confirmar|Continuar|Aceptar")).click()


def test_a_bad_file_is_told_and_what_she_wrote_stays(desk: "Desk") -> None:
    made = filed(desk)
    page = person(desk)
    page.goto(page_of(made))
    page.get_by_label("Qué querés agregar").fill("Va el informe.")
    page.get_by_label("Archivos (si hacen falta)").set_input_files(
        {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + b"\x00" * 200}
    )
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".ds-validation-message").first).to_be_visible()
    expect(page.get_by_label("Qué querés agregar")).to_have_value("Va el informe.")
    assert not Entry.objects.filter(case=case_of(made), text="Va el informe.").exists()


def test_by_keyboard_alone_from_the_first_page_to_the_state(desk: "Desk") -> None:
    code = case_of(filed(desk)).code
    page = person(desk)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "codigo":
            break
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Solicitud {code}")).to_be_visible()
    expect(page.get_by_text("Te respondemos a más tardar")).to_be_visible()


def test_on_paper_there_is_the_case_and_nothing_to_press(desk: "Desk") -> None:
    page = person(desk)
    page.goto(page_of(filed(desk)))
    page.emulate_media(media="print")
    expect(page.get_by_text("La tapa está rota.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for name in ("Enviar", "Ya está, cerrarla", "Pedir un enlace nuevo"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


def test_an_emergency_is_on_every_page_until_it_ends(desk: "Desk") -> None:
    change_body(desk.stage.body, emergency_text="Corte de agua en el Centro.")
    page = person(desk)
    for address in ("/", "/solicitudes/nueva/", "/seguimiento/"):
        page.goto(address)
        expect(page.get_by_role("region", name="Aviso de emergencia")).to_contain_text("Corte de agua")
    change_body(desk.stage.body, emergency_text="")
    page.goto("/")
    expect(page.get_by_role("region", name="Aviso de emergencia")).to_have_count(0)
