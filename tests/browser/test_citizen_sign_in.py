"""A person signs in and leaves in a real browser, at a provider that is not ours: `oidc-provider-mock`."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import include, path
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import NARROW, WIDE

from ventanilla.config.openid import demo_provider
from ventanilla.config.urls import urlpatterns as addresses
from ventanilla.demo.stage import build_stage
from ventanilla.kit.openid import tokens
from ventanilla.kit.openid.provider import Provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

urlpatterns = [*addresses, path("demo/", include("ventanilla.demo.urls"))]
START_SECONDS = 20
PERSON = {
    "sub": "maria",
    "uid": "uy-ci-12345672",
    "nombre_completo": "María Pérez",
    "email": "maria@correo.example",
    "email_verified": True,
    "acr": "urn:iduruguay:nid:1",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """In a process of its own, as the other side of a network is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "--user-claims", json.dumps(PERSON)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            base = f"http://127.0.0.1:{port}"
            yield Provider(
                issuers=frozenset({base}),
                client_id="ventanilla",
                client_secret="un-secreto",
                authorize_url=f"{base}/oauth2/authorize",
                token_url=f"{base}/oauth2/token",
                userinfo_url=f"{base}/userinfo",
                jwks_url=f"{base}/jwks",
                logout_url=f"{base}/oauth2/end_session",
                scopes="openid profile email",
            )
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider did not start")


@pytest.fixture
def page(
    request: pytest.FixtureRequest,
    transactional_db: None,
    house: str,
    chromium: Browser,
    settings: Any,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Page]:
    # Playwright's loop runs in this thread, and Django would take every query for one from a coroutine.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.OPENID_PROVIDER = provider
    tokens.forget_keys()
    build_stage()
    options: dict[str, Any] = getattr(request, "param", {"viewport": WIDE})
    context = chromium.new_context(base_url=house, locale="es-UY", **options)
    made = context.new_page()
    made.set_default_timeout(8000)
    yield made
    context.close()


WAYS = {
    "1280": {"viewport": WIDE},
    "360": {"viewport": NARROW},
    "without-scripts": {"viewport": NARROW, "java_script_enabled": False},
}


@pytest.mark.parametrize("page", WAYS.values(), ids=list(WAYS), indirect=True)
def test_in_and_out_by_the_buttons(page: Page) -> None:
    page.goto("/ingresar/gubuy/?siguiente=/ingresar/gubuy/salir/")
    page.get_by_role("link", name="Ir a Usuario gub.uy").click()
    page.get_by_role("button", name="maria").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Querés salir?")
    page.locator("main").get_by_role("button", name="Salir").click()
    page.get_by_role("button", name="End session").click()
    expect(page.locator("main")).to_contain_text("quedó cerrada acá y en Usuario gub.uy")


def test_a_no_at_the_provider_and_a_level_too_low_are_told(page: Page, audit: Callable[[Page], None]) -> None:
    page.goto("/ingresar/gubuy/ir/?nivel=2")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No llegaste a ingresar")
    audit(page)
    page.goto("/ingresar/gubuy/?nivel=2")
    expect(page.locator("main")).to_contain_text("Hace falta un nivel más alto")
    audit(page)
    page.get_by_role("link", name="Ir a Usuario gub.uy").click()
    page.get_by_role("button", name="maria").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingresaste, pero hace falta un nivel más alto")
    audit(page)


@pytest.mark.parametrize("page", [{"viewport": NARROW}], ids=["360"], indirect=True)
def test_its_pages_fit_and_are_accessible(page: Page, audit: Callable[[Page], None]) -> None:
    for address in ("/ingresar/gubuy/?nivel=2", "/ingresar/gubuy/salir/", "/ingresar/gubuy/vuelta/?state=x&code=y"):
        page.goto(address)
        audit(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("page", WAYS.values(), ids=list(WAYS), indirect=True)
def test_the_demos_stand_in_shows_it_without_anybody_else(
    page: Page, house: str, settings: Any, audit: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    """The house asks itself over the network meanwhile, and does not wait for itself."""
    settings.OPENID_PROVIDER = demo_provider(house)
    page.goto("/ingresar/gubuy/?nivel=2&siguiente=/ingresar/gubuy/salir/")
    page.get_by_role("link", name="Ir a Usuario gub.uy").click()
    if "without-scripts" not in request.node.name:
        audit(page)
    assert page.locator("body").evaluate("body => body.scrollWidth <= innerWidth")
    page.get_by_role("button", name="No quiero ingresar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No llegaste a ingresar")
    page.get_by_role("link", name="Probar de nuevo").click()
    page.get_by_role("link", name="Ir a Usuario gub.uy").click()
    page.get_by_role("button", name="Óscar Techera").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingresaste, pero hace falta un nivel más alto")
    page.get_by_role("link", name="Ya lo subí: ingresar otra vez").click()
    page.get_by_role("link", name="Ir a Usuario gub.uy").click()
    page.get_by_role("button", name="Silvia Bentancor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Querés salir?")
    page.locator("main").get_by_role("button", name="Salir").click()
    expect(page.locator("main")).to_contain_text("quedó cerrada acá y en Usuario gub.uy")
