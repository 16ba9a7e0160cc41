"""Doubtful messages and block lists in a real browser: by keyboard, accessible, whole on a small telephone."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE, Desk

from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as deliveries

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("doubtful-browser")]


def doubted(desk: Desk, number: int = 1, subject: str = "Gane dinero desde su casa") -> int:
    """A message that waits for a person; its number."""
    message = EmailMessage()
    message["From"] = f"Ofertas imperdibles <ofertas{number}@barato.example>"
    message["To"], message["Subject"] = desk.stage.account.address, subject
    message["Message-ID"] = f"<oferta{number}@barato.example>"
    message.set_content("Invierta hoy y duplique su dinero. " * 12 + "\nhttps://barato.example/" + "x" * 150)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="promo.pdf")
    envelope = {"honeypot": True, "seconds_to_fill": 0.8} if number % 2 else {"spam_flag": True}
    stored = accept(desk.stage.account, message.as_bytes(), envelope)
    assert receive_one(stored.delivery_id).state == "doubtful"
    return stored.delivery_id


@pytest.mark.parametrize("viewport", [WIDE, NARROW, {"width": 320, "height": 640}], ids=["1280", "360", "320"])
def test_its_pages_are_accessible_and_whole(desk: Desk, audit: Callable[[Page], None], viewport: Any) -> None:
    case = desk.receive("¿A qué hora abren?")
    page = desk.sign_in(desk.stage.agent_user, viewport)
    page.goto("/mostrador/dudosas/", wait_until="networkidle")
    expect(page.get_by_text("No hay nada dudoso")).to_be_visible()
    audit(page)
    intake.block(desk.stage.body, "domain", "barato.example")
    numbers = [doubted(desk, 1), doubted(desk, 2, "Un asunto " + "larguísimo" * 20), doubted(desk, 3)]
    for address in (
        "dudosas/",
        f"dudosas/{numbers[1]}/",
        f"dudosas/descartar/?entrega={numbers[0]}&entrega={numbers[1]}",
        f"dudosas/{numbers[0]}/bloquear/",
        f"{case.code}/bloquear/",
    ):
        page.goto(f"/mostrador/{address}", wait_until="networkidle")
        audit(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address


def test_by_keyboard_alone(desk: Desk) -> None:
    doubted(desk, 1)
    doubted(desk, 2)
    page = desk.sign_in(desk.stage.agent_user)
    page.goto("/mostrador/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/mostrador/dudosas/$"))
    page.keyboard.press("j")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("input[name=entrega]").first).to_be_checked()
    page.get_by_role("button", name="Descartar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Descartar 1 mensaje")).to_be_visible()
    page.get_by_role("button", name="Descartar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Se descartó 1 mensaje.")).to_be_visible()
    assert deliveries.doubtful_count() == 1


def test_one_is_attended(desk: Desk) -> None:
    number = doubted(desk)
    page = desk.sign_in(desk.stage.agent_user)
    page.goto(f"/mostrador/dudosas/{number}/")
    page.get_by_role("button", name="Atender").click()
    expect(page.locator("#asunto")).to_have_text("Gane dinero desde su casa")
