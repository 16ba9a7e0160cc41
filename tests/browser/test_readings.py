"""Who read a case: both pages, wide and narrow, by keyboard and screen reader."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import NARROW, WIDE

if TYPE_CHECKING:
    from tests.browser.conftest import Desk


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_who_read_a_case_is_told_accessibly(desk: "Desk", audit: Callable[[Page], None], viewport: Any) -> None:
    case = desk.receive("Hola")
    desk.sign_in(desk.stage.agent_user).goto(f"/mostrador/{case.code}/")
    page = desk.sign_in(desk.stage.supervisor, viewport)
    page.goto(f"/mostrador/{case.code}/")
    page.goto(f"/mostrador/{case.code}/lecturas/")
    page.get_by_text("Ana Sosa").wait_for()
    audit(page)
    page.goto("/supervision/")
    page.get_by_role("link", name="Lecturas sin relación").click()
    page.get_by_role("cell", name="Sara Vidal").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    audit(page)
    page.get_by_role("link", name=case.code).click()
    page.get_by_role("heading", name="Quién la leyó").wait_for()
