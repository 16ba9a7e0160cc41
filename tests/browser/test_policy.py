"""In a real browser nothing of ours is against our own policy, and what is against it does not run."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from ventanilla.accounts import actions as accounts

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

REPORTED = ("Content Security Policy", "Content-Security-Policy", "Permissions-Policy", "Permissions policy")


def watched(page: Page) -> list[str]:
    """What the browser reports of this page from now on."""
    found: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error" or any(word in message.text for word in REPORTED):
            found.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_queue_and_conversation_stay_inside_the_policy(desk: "Desk") -> None:
    case = desk.receive(
        "¿Qué necesito?",
        html="<p style='color:red'>¿Qué <b>necesito</b>?</p><script>document.title='no'</script>",
        files=[("a.png", "image/png", b"\x89PNG\r\n\x1a\n")],
    )
    page = desk.sign_in(desk.stage.agent.user)
    found = watched(page)
    page.goto("/mostrador/")
    page.get_by_role("link", name=case.subject).first.click()
    # By htmx, without a new page: the address changes and the other panes stay.
    expect(page.locator("[data-conversation]")).to_have_attribute("data-conversation", case.code)
    assert page.evaluate("typeof htmx") == "object"
    page.get_by_text("Ver formato original").click()
    expect(page.frame_locator("iframe").get_by_text("necesito")).to_be_visible()
    expect(page.locator("[data-live-state]")).not_to_contain_text("Sin conexión")
    page.wait_for_timeout(500)
    assert [line for line in found if "a.png" not in line and "404" not in line] == []


@pytest.mark.parametrize("path", ["/supervision/", "/mostrador/en-revision/", "/"])
def test_other_pages_stay_inside_the_policy(desk: "Desk", path: str) -> None:
    desk.receive("¿Qué necesito?")
    page = desk.sign_in(desk.stage.supervisor)
    found = watched(page)
    page.goto(path)
    expect(page.locator("main")).to_be_visible()
    page.wait_for_timeout(300)
    assert [line for line in found if "404" not in line] == []


@pytest.mark.parametrize("path", ["/ingresar/", "/ingresar/clave/olvidada/", "/api/v1/docs"])
def test_pages_for_whoever_comes_stay_inside_the_policy(desk: "Desk", path: str) -> None:
    page = desk.browser.new_page(base_url=desk.address)
    found = watched(page)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert found == []
    page.close()


def test_the_administration_works_with_its_looser_policy(desk: "Desk") -> None:
    boss = accounts.create_staff("jefa", "Jefa", "de Configuración", is_administrator=True)
    page = desk.sign_in(boss)
    found = watched(page)
    for path in ("/configuracion/", "/configuracion/organisation/publicbody/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert found == []


def test_a_script_that_got_in_does_not_run(desk: "Desk") -> None:
    """Were the cleaning of a text to fail, the browser would still refuse what it brings."""
    page = desk.sign_in(desk.stage.agent.user)
    found = watched(page)
    page.goto("/mostrador/")
    page.evaluate(
        """() => {
            const script = document.createElement("script"); script.textContent = "window.stolen = 1";
            document.body.append(script);
            const image = document.createElement("div"); image.innerHTML = '<img src="x:" onerror="window.stolen = 2">';
            document.body.append(image);
            const far = document.createElement("script"); far.src = "http://127.0.0.1:9/x.js";
            document.body.append(far);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen") is None
    assert sum("Content Security Policy" in line for line in found) >= 3
