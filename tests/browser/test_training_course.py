"""Somebody takes a course by keyboard, leaves it, goes on, fails, learns why, and passes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE

from ventanilla.workforce import actions, queries
from ventanilla.workforce.training_rules import read_content

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

LESSONS = 5


def choose(page: Page, number: int, option: int) -> None:
    """By keyboard: into the group, then down to the option."""
    radio = page.locator(f"input[name=p{number}]").first
    radio.focus()
    page.keyboard.press("Space")
    for _step in range(option):
        page.keyboard.press("ArrowDown")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_a_course_is_taken_by_keyboard(desk: "Desk", audit: Callable[[Page], None], viewport: Any) -> None:
    course = next(one for one in actions.load_starters(desk.stage.body) if one.channel == "chat")
    questions = read_content(course.content).questions
    page = desk.sign_in(desk.stage.agent_user, viewport)
    page.goto("/mostrador/capacitacion/", wait_until="networkidle")
    audit(page)
    press(page, f"Empezar {course.title}")
    audit(page)
    for number in range(1, LESSONS):
        expect(page.get_by_text(f"Lección {number} de {LESSONS}")).to_be_visible()
        press(page, "Siguiente lección")
    press(page, "Ir a las preguntas")
    audit(page)

    choose(page, 0, questions[0].right)
    press(page, "Guardar y seguir después")
    press(page, f"Seguir {course.title}")
    assert page.locator(f"input[name=p0][value='{questions[0].right}']").is_checked()
    press(page, "Terminar y ver el resultado")
    expect(page.get_by_role("alert").get_by_text("Te faltan preguntas por responder")).to_be_visible()
    audit(page)

    for number, question in enumerate(questions):
        choose(page, number, (question.right + 1) % len(question.options))
    press(page, "Terminar y ver el resultado")
    expect(page.get_by_text("Llegaste a 0 %")).to_be_visible()
    expect(page.get_by_text(questions[0].explanation)).to_be_visible()
    audit(page)
    assert "chat" not in queries.certified([desk.stage.agent.pk], queries.today())[desk.stage.agent.pk]

    press(page, "Intentar de nuevo")
    for _number in range(1, LESSONS):
        press(page, "Siguiente lección")
    press(page, "Ir a las preguntas")
    for number, question in enumerate(questions):
        choose(page, number, question.right)
    press(page, "Terminar y ver el resultado")
    expect(page.get_by_text("Aprobaste con 100 %")).to_be_visible()
    audit(page)
    assert "chat" in queries.certified([desk.stage.agent.pk], queries.today())[desk.stage.agent.pk]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
