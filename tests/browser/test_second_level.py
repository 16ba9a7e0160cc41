"""To a unit and back in a real browser: by dialog and without scripts, accessible, whole on a small telephone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE, Desk

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.calendars.bases import Basis
from ventanilla.flow import referrals
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import Unit
from ventanilla.routing import actions as routing
from ventanilla.sla import actions as sla

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second-level-browser")]

QUESTION = "¿La multa de marzo está prescripta?"
ANSWER = "Sí, prescribió el 1 de noviembre."


@pytest.fixture
def unit(desk: Desk) -> Unit:
    sla.create_policy(
        desk.stage.body,
        "derivacion",
        "Respuesta de las unidades",
        kind="referral",
        basis=Basis.OFFICE_HOURS,
        target_minutes=16 * 60,
        calendar=desk.stage.calendar,
        source="elección del organismo",
    )
    organisation.create_other_body(
        desk.stage.body,
        "Banco de Ejemplo",
        purpose="Jubilaciones y pensiones",
        website="https://example.org/banco",
        phone="0800 0000",
    )
    return organisation.create_unit(desk.stage.body, "juridica", "Jurídica")


@pytest.fixture
def referent(desk: Desk, unit: Unit) -> User:
    user = accounts.create_staff("referente", "Raúl", "Bentancor")
    accounts.give_role(user, desk.stage.body, Role.REFERENT, unit)
    return user


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_a_case_goes_to_a_unit_and_comes_back_answered(
    desk: Desk, unit: Unit, referent: User, *, has_scripts: bool
) -> None:
    case = desk.receive("Me reclaman una multa de marzo.", subject="Multa vieja")
    agent = desk.sign_in(desk.stage.agent_user, java_script_enabled=has_scripts)
    agent.goto(f"/mostrador/{case.code}/" if has_scripts else f"/mostrador/{case.code}/derivar/")
    if has_scripts:
        agent.get_by_role("button", name="Más acciones").click()
        agent.get_by_role("link", name="Derivar a una unidad").click()
    agent.get_by_label("A quién").select_option(label="Jurídica")
    agent.get_by_label("Qué necesitás saber").fill(QUESTION)
    agent.get_by_role("button", name="Derivar", exact=True).click()
    strip = agent.get_by_role("region", name="Derivación")
    expect(strip.get_by_text("Derivada a Jurídica")).to_be_visible()
    agent.goto("/mostrador/?vista=derivadas")
    expect(agent.get_by_text("Derivada a Jurídica")).to_be_visible()

    unit_page = desk.sign_in(referent, java_script_enabled=has_scripts)
    unit_page.goto("/mostrador/")
    expect(unit_page.get_by_role("heading", name="Derivadas")).to_be_visible()
    unit_page.get_by_role("link", name=re.compile("Multa vieja")).click()
    expect(unit_page.get_by_role("region", name="Derivación").get_by_text(QUESTION)).to_be_visible()
    unit_page.get_by_role("link", name="Responder la derivación").click()
    unit_page.get_by_label("Respuesta", exact=True).fill(ANSWER)
    unit_page.get_by_role("button", name="Enviar la respuesta").click()
    expect(unit_page.get_by_text("Jurídica respondió la derivación.")).to_be_visible()

    agent.goto(f"/mostrador/{case.code}/")
    expect(strip.get_by_text("Respondió Jurídica")).to_be_visible()
    agent.get_by_role("link", name="Usar en la respuesta").click()
    expect(agent.get_by_label("Respuesta para la persona")).to_have_value(ANSWER)
    agent.get_by_role("button", name="Enviar", exact=True).click()
    expect(strip).to_have_count(0)


def test_the_unit_writes_to_the_person_where_the_body_says_so(desk: Desk, unit: Unit, referent: User) -> None:
    routing.set_second_level(desk.stage.body, "unit")
    case = desk.receive("Me reclaman una multa de marzo.", subject="Multa vieja")
    referrals.refer(staff(desk.stage.agent_user.pk), case.pk, QUESTION, unit_id=unit.pk)
    page = desk.sign_in(referent)
    page.goto(f"/mostrador/{case.code}/")
    page.get_by_role("link", name="Responder la derivación").click()
    page.get_by_label("Respuesta", exact=True).fill(ANSWER)
    expect(page.get_by_label("A la persona, y la solicitud se cierra")).to_be_checked()
    page.get_by_role("button", name="Enviar la respuesta").click()
    expect(page.get_by_text("Se cerró la solicitud: respondida.")).to_be_visible()
    assert desk.case(case.code).state == "closed"


def test_not_ours_is_searched_chosen_and_sent(desk: Desk, unit: Unit) -> None:
    case = desk.receive("¿Cuándo cobro la jubilación?", subject="Jubilación")
    page = desk.sign_in(desk.stage.agent_user, java_script_enabled=False)
    page.goto(f"/mostrador/{case.code}/no-corresponde/")
    page.get_by_role("searchbox").fill("jubilacion")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name=re.compile("Banco de Ejemplo")).click()
    expect(page.get_by_label("Respuesta para la persona")).to_have_value(re.compile("https://example.org/banco"))
    page.get_by_role("button", name="Enviar y cerrar").click()
    expect(page.get_by_text("se orientó a la persona a Banco de Ejemplo")).to_be_visible()
    assert desk.case(case.code).state == "closed"


def test_a_long_question_comes_back_once_with_a_word_of_warning(desk: Desk) -> None:
    case = desk.receive("Algo pasa", subject="Algo")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/{case.code}/aclaracion/")
    page.get_by_label("Primera pregunta").fill("¿" + "muy " * 60 + "larga?")
    page.get_by_role("button", name="Enviar las preguntas").click()
    expect(page.get_by_text("Tiene más de 200 letras").first).to_be_visible()
    page.get_by_label("Enviarlas así, aunque sean largas").check()
    page.get_by_role("button", name="Enviar las preguntas").click()
    expect(page.get_by_text("Se le pidió una aclaración a la persona.")).to_be_visible()
    assert desk.case(case.code).state == "waiting_citizen"


@pytest.mark.parametrize("viewport", [WIDE, NARROW, {"width": 320, "height": 640}], ids=["1280", "360", "320"])
def test_its_pages_are_accessible_and_whole(
    desk: Desk, unit: Unit, referent: User, audit: Callable[[Page], None], viewport: Any
) -> None:
    actor = staff(desk.stage.agent_user.pk)
    asked = desk.receive("Uno", subject="Asunto larguísimo" * 8)
    answered = desk.receive("Dos", subject="Dos", sender="Ana <ana@example.com>")
    referral = referrals.refer(actor, asked.pk, QUESTION * 9, unit_id=unit.pk)
    with clock.frozen(clock.now() - timedelta(hours=1)):
        other = referrals.refer(actor, answered.pk, QUESTION, unit_id=unit.pk)
    referrals.answer_referral(staff(referent.pk), other.pk, "https://example.org/" + "x" * 200)
    pages = {
        desk.stage.agent_user: [
            "?vista=derivadas",
            f"{asked.code}/",
            f"{asked.code}/persona/",
            f"{answered.code}/?usar={other.pk}",
            f"{answered.code}/derivar/",
            f"{answered.code}/no-corresponde/",
            f"{answered.code}/no-corresponde/?buscar=nada+de+eso",
            f"{answered.code}/aclaracion/",
        ],
        referent: ["", f"{asked.code}/", f"{asked.code}/derivar/{referral.pk}/responder/"],
    }
    for user, addresses in pages.items():
        page = desk.sign_in(user, viewport)
        for address in addresses:
            page.goto(f"/mostrador/{address}", wait_until="networkidle")
            audit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
