"""The board and the demo's mailbox in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE

from ventanilla.flow.presence import set_presence
from ventanilla.journal.actors import staff
from ventanilla.kit import clock

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_the_board_is_accessible(desk: "Desk", audit: Callable[[Page], None], viewport: Any) -> None:
    desk.receive("Hola")
    page = desk.sign_in(desk.stage.supervisor, viewport)
    page.goto("/supervision/")
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_board_moves_by_itself_and_keeps_the_focus(desk: "Desk") -> None:
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/supervision/", wait_until="networkidle")
    page.focus("#cifra-open")
    desk.receive("Hola")
    expect(page.locator("[data-figure=open] .v-figure__value")).to_have_text("1", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "cifra-open"


def test_a_burst_moves_it_at_most_every_few_seconds_and_the_last_is_not_missed(desk: "Desk") -> None:
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/supervision/", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/supervision/") else None)
    for _ in range(5):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:board'))")
        page.wait_for_timeout(300)
    assert len(asked) == 1
    page.wait_for_timeout(5000)
    assert len(asked) == 2


def test_an_agent_who_comes_or_goes_is_seen_at_once(desk: "Desk") -> None:
    page = desk.sign_in(desk.stage.supervisor)
    page.goto("/supervision/", wait_until="networkidle")
    line = page.locator(f"#persona-{desk.stage.agent.pk}")
    expect(line.locator("[data-presence]")).to_have_attribute("data-presence", "available")
    set_presence(staff(desk.stage.agent_user.pk), "paused", "rest")
    expect(line.locator("[data-presence]")).to_have_attribute("data-presence", "paused", timeout=10_000)


def test_on_a_telephone_nothing_scrolls_sideways_and_each_number_has_its_name(desk: "Desk") -> None:
    with clock.frozen(clock.now() - timedelta(days=20)):
        desk.receive("Hola", subject="Un asunto de los largos, con " + "más y más palabras " * 4)
    page = desk.sign_in(desk.stage.supervisor, NARROW)
    page.goto("/supervision/", wait_until="networkidle")
    assert page.locator(".v-table").count() >= 2
    assert page.evaluate("[...document.querySelectorAll('.v-table')].every(one => one.scrollWidth <= one.clientWidth)")
    number = page.locator("td[data-label]").first
    assert number.evaluate("one => getComputedStyle(one, '::before').content") == '"Abiertas"'


def test_a_refresh_keeps_the_focus_on_a_table(desk: "Desk") -> None:
    desk.receive("Hola")
    page = desk.sign_in(desk.stage.supervisor, NARROW)
    page.goto("/supervision/", wait_until="networkidle")
    table = page.locator(".v-table").first
    table.focus()
    table.evaluate("one => { one.dataset.old = '1'; }")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:board'))")
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(table).to_be_focused()


def test_a_board_with_all_its_parts_is_accessible_in_the_dark(desk: "Desk", audit: Callable[[Page], None]) -> None:
    with clock.frozen(clock.now() - timedelta(days=20)):
        desk.receive("Hola")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts)"
            " VALUES ('default', 'intake.sweep', 0, '{}', 'failed', 8)"
        )
    page = desk.sign_in(desk.stage.supervisor, NARROW, color_scheme="dark")
    page.goto("/supervision/")
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
