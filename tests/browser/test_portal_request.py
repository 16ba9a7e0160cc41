"""A person asks for something on the portal in a real browser: without scripts, by keyboard alone, in a hurry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import WIDE, Desk

from ventanilla.cases.models import Case, EntryFile
from ventanilla.delivery.models import OutboxMessage
from ventanilla.organisation.actions import change_body

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

SMALLEST: Any = {"width": 320, "height": 640}
NEW = "/solicitudes/nueva/"
TEXT = "La luz de la esquina no prende desde octubre.\nYa llamé dos veces."
Audit = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine fills in a form faster than people do."""
    monkeypatch.setattr("ventanilla.intake.rules.MIN_SECONDS_TO_FILL", 0.0)


@pytest.fixture
def visit(desk: Desk) -> Callable[..., Page]:
    """A browser of somebody who is nobody yet."""

    def open_page(viewport: Any = WIDE, **options: Any) -> Page:
        context = desk.browser.new_context(viewport=viewport, base_url=desk.address, locale="es-UY", **options)
        desk._open.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        return page

    return open_page


def go_on(page: Page, name: str = "Continuar") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def fill_in(page: Page, *, by: str = "Por correo electrónico", email: str = "rosa@example.org") -> None:
    """Up to the last page."""
    page.goto(NEW)
    go_on(page, "Empezar")
    page.get_by_label("Reclamo").check()
    go_on(page)
    go_on(page)
    page.get_by_label("Tu mensaje").fill(TEXT)
    go_on(page)
    go_on(page)
    page.get_by_label(by).check()
    if email:
        page.get_by_label("Tu correo electrónico").fill(email)
    go_on(page)
    page.get_by_label("Tu nombre").fill("Rosa Pérez")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Revisá y enviá tu solicitud")


def test_without_scripts_on_the_smallest_screen(desk: Desk, visit: Callable[..., Page], tmp_path: Path) -> None:
    photo, program = tmp_path / "foto.png", tmp_path / "factura.pdf"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    program.write_bytes(b"MZ" + bytes(2000))
    page = visit(SMALLEST, java_script_enabled=False)
    page.goto(NEW)
    fits(page)
    go_on(page, "Empezar")
    expect(page).to_have_title("Paso 1 de 7: ¿Qué querés hacer? · Ventanilla")
    go_on(page)
    expect(page).to_have_title("Error: Paso 1 de 7: ¿Qué querés hacer? · Ventanilla")
    page.get_by_label("Reclamo").check()
    go_on(page)
    page.get_by_label("Licencia de conducir").check()
    go_on(page)
    page.get_by_label("Tu mensaje").fill(TEXT)
    go_on(page, "Volver")
    go_on(page)
    expect(page.get_by_label("Tu mensaje")).to_have_value(TEXT)
    go_on(page)
    page.get_by_label("Elegí fotos o documentos").set_input_files(photo)
    go_on(page, "Agregar")
    expect(page.get_by_text("Agregamos 1 archivo.")).to_be_visible()
    page.get_by_label("Agregar otro").set_input_files(program)
    go_on(page)
    expect(page.get_by_role("link", name="«factura.pdf» es un programa")).to_be_visible()
    fits(page)
    go_on(page)
    page.go_back()
    expect(page.get_by_text("foto.png (")).to_be_visible()
    page.go_forward()
    page.get_by_label("Solo en este sitio").check()
    go_on(page)
    page.get_by_label("Tu nombre").fill("Rosa Pérez")
    page.get_by_label("Lengua de señas uruguaya").check()
    go_on(page)
    fits(page)
    page.get_by_role("link", name="Cambiar tus datos").click()
    page.get_by_label("Teléfono").fill("099 123 456")
    go_on(page, "Guardar y volver a la revisión")
    page.get_by_label("Leí el aviso").check()
    go_on(page, "Enviar solicitud")
    expect(page).to_have_url(f"{desk.address}/solicitudes/recibida/")
    fits(page)
    case = Case.objects.get()
    expect(page.get_by_text(case.code).first).to_be_visible()
    assert [file.name for file in EntryFile.objects.filter(entry__case=case)] == ["foto.png"]
    link = page.get_by_role("link", name="clave=").get_attribute("href")
    assert link is not None
    # It names the address that people know, not the port of this test.
    page.goto(desk.address + link[link.index("/solicitudes/") :])
    expect(page.get_by_text("La luz de la esquina no prende").first).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus, as somebody without a mouse does."""
    for _press in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate(
            "(e => [e.innerText, ...[...(e.labels ?? [])].map(l => l.innerText)].join(' '))(document.activeElement)"
        )
        hidden = page.evaluate("document.activeElement.closest('[aria-hidden=true]') !== null")
        assert not hidden, "the focus went where people see nothing"
        if name in words:
            return
    raise AssertionError(f"nobody gets to «{name}» by Tab")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_alone(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(NEW)
    tab_to(page, "Empezar")
    enter(page)
    tab_to(page, "Continuar")
    enter(page)
    expect(page.locator("[data-focus-now]")).to_be_focused()
    tab_to(page, "Elegí una opción")
    page.keyboard.press("Enter")
    expect(page.locator("#id_type")).to_be_focused()
    tab_to(page, "Consulta")
    page.keyboard.press("ArrowDown")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("¿De qué servicio se trata?")
    tab_to(page, "Continuar")
    enter(page)
    tab_to(page, "Tu mensaje")
    page.keyboard.type(TEXT)
    tab_to(page, "Título")
    page.keyboard.type("Luz")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Querés agregar fotos o documentos?")
    tab_to(page, "Continuar")
    enter(page)
    tab_to(page, "Por correo electrónico")
    page.keyboard.press("Space")
    tab_to(page, "Tu correo electrónico")
    page.keyboard.type("rosa@example.org")
    enter(page)
    tab_to(page, "Tu nombre")
    page.keyboard.type("Rosa Pérez")
    enter(page)
    tab_to(page, "Leí el aviso")
    page.keyboard.press("Space")
    tab_to(page, "Enviar solicitud")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    case = Case.objects.get()
    assert (case.type, case.subject) == ("claim", "Luz")
    assert OutboxMessage.objects.get().recipients[0]["value"] == "rosa@example.org"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_on_any_page(desk: Desk, visit: Callable[..., Page], audit: Audit, scheme: str) -> None:
    change_body(desk.stage.body, allows_anonymous=True)
    page = visit(color_scheme=scheme)
    page.goto(NEW)
    audit(page)
    go_on(page, "Empezar")
    for step in ("tipo", "servicio", "texto", "archivos", "respuesta", "datos"):
        expect(page).to_have_url(f"{desk.address}{NEW}{step}/")
        audit(page)
        if step == "tipo":
            go_on(page)
            audit(page)
            page.get_by_label("Felicitación").check()
        elif step == "texto":
            go_on(page)
            audit(page)
            page.get_by_label("Tu mensaje").fill(TEXT)
        elif step == "archivos":
            go_on(page, "Agregar")
            audit(page)
        elif step == "respuesta":
            page.get_by_label("Por correo electrónico").check()
            go_on(page)
            audit(page)
            page.get_by_label("Solo en este sitio").check()
            expect(page.get_by_label("Tu correo electrónico")).to_be_hidden()
        go_on(page)
    audit(page)
    page.goto(NEW)
    audit(page)
    page.get_by_role("link", name="Seguir con esa").click()
    page.get_by_label("Leí el aviso").check()
    go_on(page, "Enviar solicitud")
    expect(page.get_by_text("Guardá este enlace")).to_be_visible()
    audit(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="clave=")).to_be_visible()
    expect(page.get_by_role("button", name="Terminar")).to_be_hidden()


def test_sent_twice_at_the_same_moment_it_is_one_case(desk: Desk, visit: Callable[..., Page], tmp_path: Path) -> None:
    photo = tmp_path / "foto.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    page = visit()
    fill_in(page)
    page.goto(f"{NEW}archivos/?cambiar=1")
    page.get_by_label("Elegí fotos o documentos").set_input_files(photo)
    go_on(page, "Guardar y volver a la revisión")
    page.get_by_label("Leí el aviso").check()
    answers = page.evaluate(
        """async () => {
            const form = document.querySelector("form[method=post]:has([name=accepts])");
            const send = () => fetch(location.href, {method: "POST", body: new URLSearchParams(new FormData(form))});
            return (await Promise.all([send(), send(), send()])).map((answer) => [answer.status, answer.url]);
        }"""
    )
    assert answers == [[200, f"{desk.address}/solicitudes/recibida/"]] * 3
    case = Case.objects.get()
    page.goto("/solicitudes/recibida/")
    expect(page.get_by_text(case.code).first).to_be_visible()
    assert EntryFile.objects.filter(entry__case=case).count() == 1


def test_what_people_do_not_see_catches_a_machine(desk: Desk, visit: Callable[..., Page], audit: Audit) -> None:
    page = visit()
    fill_in(page)
    box = page.locator("#detalle").bounding_box()
    assert box is not None
    assert page.locator(".v-trap").evaluate("e => e.offsetWidth * e.offsetHeight") <= 1
    page.locator("#detalle").evaluate("e => { e.value = 'compre ya' }")
    page.get_by_label("Leí el aviso").check()
    go_on(page, "Enviar solicitud")
    expect(page.get_by_text("la va a mirar una persona")).to_be_visible()
    audit(page)
    assert not Case.objects.exists()
