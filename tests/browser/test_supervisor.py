"""The board and the demo's mailbox in a real browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE

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
