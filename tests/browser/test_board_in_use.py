"""The board renews itself, and whoever works on it loses nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE

from ventanilla.cases.models import Case
from ventanilla.flow.presence import set_presence
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.workforce import actions as workforce

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

RENEWED = 10_000
"""A burst of events is one refresh each five seconds."""


def late(desk: "Desk", subject: str = "Libreta de conducir", days: int = 20) -> Case:
    with clock.frozen(clock.now() - timedelta(days=days)):
        return desk.receive("Hola", subject=subject)


def open_board(desk: "Desk", viewport: Any = WIDE, address: str = "/supervision/", **options: Any) -> Page:
    page = desk.sign_in(desk.stage.supervisor, viewport, **options)
    page.goto(address, wait_until="networkidle")
    return page


def is_renewed(page: Page, late_ones: int) -> None:
    expect(page.locator("[data-figure=late] .v-figure__value")).to_contain_text(str(late_ones), timeout=RENEWED)


def test_what_is_being_chosen_stays_while_it_renews_itself(desk: "Desk") -> None:
    case = late(desk)
    page = open_board(desk)
    chooser = page.locator(f"#a-{case.code}")
    chooser.focus()
    chooser.select_option(f"team:{desk.stage.other_team.pk}")
    chooser.evaluate("one => { one.dataset.same = '1'; }")
    late(desk, "Otra vencida", days=25)
    is_renewed(page, 2)
    expect(page.locator(".s-case")).to_have_count(2)
    expect(chooser).to_be_focused()
    expect(chooser).to_have_value(f"team:{desk.stage.other_team.pk}")
    assert chooser.get_attribute("data-same") == "1", "another element took its place"


def test_a_name_that_was_chosen_stays_when_the_focus_went_elsewhere(desk: "Desk") -> None:
    case = late(desk)
    page = open_board(desk)
    page.locator(f"#a-{case.code}").select_option(f"team:{desk.stage.other_team.pk}")
    page.focus("#cifra-open")
    late(desk, "Otra vencida", days=25)
    is_renewed(page, 2)
    expect(page.locator(f"#a-{case.code}")).to_have_value(f"team:{desk.stage.other_team.pk}")
    assert page.evaluate("document.activeElement.id") == "cifra-open"


def test_an_open_reason_stays_open_and_a_closed_one_opens_afterwards(desk: "Desk") -> None:
    case = late(desk)
    page = open_board(desk)
    page.locator(f"#porque-{case.code} summary").click()
    reason = page.locator(f"#porque-{case.code} .s-reasons")
    expect(reason).to_contain_text("certificado en el canal")
    other = late(desk, "Otra vencida", days=25)
    is_renewed(page, 2)
    expect(reason).to_be_visible()
    page.locator(f"#porque-{other.code} summary").click()
    expect(page.locator(f"#porque-{other.code} .s-reasons")).to_be_visible()
    page.locator(f"#porque-{other.code}").get_by_role("link", name="Todo el recorrido").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Por qué está donde está?")


def test_new_late_ones_are_said_aloud_and_other_changes_are_not(desk: "Desk") -> None:
    late(desk)
    page = open_board(desk)
    news = page.get_by_role("status").and_(page.locator("[data-board-news]"))
    desk.receive("Hola")
    expect(page.locator("[data-figure=open] .v-figure__value")).to_have_text("2", timeout=RENEWED)
    expect(news).to_have_text("")
    late(desk, "Otra", days=18)
    late(desk, "Y otra", days=19)
    expect(news).to_have_text("2 nuevas vencidas.", timeout=RENEWED)


def test_a_channel_that_loses_its_last_helper_is_said_aloud(desk: "Desk") -> None:
    page = open_board(desk)
    set_presence(staff(desk.stage.agent_user.pk), "paused", "rest")
    desk.receive("Hola")
    news = page.locator("[data-board-news]")
    expect(news).to_have_text("Nadie disponible con certificado de Correo: 1 espera.", timeout=RENEWED)
    expect(page.locator("[data-uncovered=email]")).to_contain_text("Ana Sosa (descanso)")


def test_a_paused_board_waits_and_goes_on_by_itself(desk: "Desk") -> None:
    page = open_board(desk)
    page.get_by_role("button", name="Pausar el tablero").click()
    desk.receive("Hola")
    page.wait_for_timeout(6000)
    figure = page.locator("[data-figure=open] .v-figure__value")
    expect(figure).to_have_text("0")
    page.get_by_role("button", name="Seguir al momento").click()
    expect(figure).to_have_text("1")


def test_a_board_that_cannot_be_renewed_says_of_when_it_is(desk: "Desk") -> None:
    page = open_board(desk)
    page.route("**/supervision/", lambda route: route.abort())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:board'))")
    expect(page.locator("#al-momento")).to_contain_text("No se pudo actualizar: esto es de las")


def test_a_case_is_given_and_she_comes_back_to_the_list(desk: "Desk") -> None:
    case = late(desk)
    page = open_board(desk)
    page.locator(f"#a-{case.code}").select_option(f"team:{desk.stage.other_team.pk}")
    page.locator(f"#dar-{case.code}").get_by_role("button").click()
    expect(page.get_by_text(f"{case.code} pasó a la cola de Tránsito.")).to_be_visible()
    assert page.url.endswith("#apuran")
    with scope({desk.stage.body.pk}):
        now = routing.assignment_of(case.pk)
    assert now is not None
    assert (now.team_id, now.agent_id) == (desk.stage.other_team.pk, None)


def test_without_scripts_it_is_narrowed_read_and_given(desk: "Desk") -> None:
    case = late(desk)
    page = open_board(desk, NARROW, java_script_enabled=False)
    expect(page.get_by_role("button", name="Pausar el tablero")).to_be_hidden()
    page.locator("#elegir select[name=canal]").select_option("email")
    page.get_by_role("button", name="Filtrar").click()
    assert "canal=email" in page.url
    page.locator(f"#porque-{case.code} summary").click()
    page.get_by_role("link", name="Ver por qué está donde está").click()
    expect(page.get_by_text("Se le dio a Ana Sosa (Primer nivel).")).to_be_visible()
    page.go_back()
    page.locator(f"#a-{case.code}").select_option(f"team:{desk.stage.other_team.pk}")
    page.locator(f"#dar-{case.code}").get_by_role("button").click()
    expect(page.get_by_text(f"{case.code} pasó a la cola de Tránsito.")).to_be_visible()
    assert "canal=email" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_a_board_in_trouble_is_accessible(
    desk: "Desk", audit: Callable[[Page], None], viewport: Any, scheme: str
) -> None:
    with scope({desk.stage.body.pk}):
        workforce.set_presence(desk.stage.agent, "paused", "rest")
    case = late(desk, "Un asunto de los largos, con " + "más y más palabras " * 4)
    page = open_board(desk, viewport, color_scheme=scheme)
    expect(page.locator("[data-uncovered=email]")).to_contain_text("1 espera")
    page.locator(f"#porque-{case.code} summary").click()
    expect(page.locator(f"#porque-{case.code} .s-reasons")).to_be_visible()
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/supervision/solicitudes/{case.code}/porque/")
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
