"""Signing in with more than a password, in a real browser with an authenticator of its own."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.browser.conftest import NARROW, WIDE, Desk

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk-browser")]

PASSWORD = "una-clave-larga"


@pytest.fixture
def ada(desk: Desk, settings: Settings) -> User:
    """An administrator, of whom a second factor is demanded."""
    cache.clear()
    settings.SECOND_FACTOR = "administrators"
    user = accounts.create_staff("ada", "Ada", "Ríos", email="ada@ejemplo.gub.uy", password=PASSWORD)
    accounts.give_role(user, desk.stage.body, Role.ADMINISTRATOR)
    return user


def stranger(desk: Desk, viewport: Any = WIDE, **options: Any) -> Page:
    """A browser in which nobody has signed in."""
    context = desk.browser.new_context(viewport=viewport, base_url=desk.address, locale="es-UY", **options)
    desk._open.append(context)
    page = context.new_page()
    page.set_default_timeout(8000)
    return page


def give_authenticator(page: Page) -> Any:
    """Chromium's own pretended telephone: it holds passkeys and its owner's finger is always right."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Page, username: str = "ada") -> None:
    page.goto("/ingresar/")
    page.get_by_label("Usuario").fill(username)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_a_passkey_is_registered_at_the_first_sign_in_and_opens_without_password(desk: Desk, ada: User) -> None:
    page = stranger(desk)
    session, authenticator = give_authenticator(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Falta un paso para empezar")).to_be_visible()
    page.goto("/mostrador/")
    expect(page).to_have_url(re.compile("/ingresar/seguridad/"))
    page.get_by_role("link", name="Agregar una llave").click()
    page.get_by_label("Nombre de la llave").fill("Teléfono de Ada")
    page.get_by_role("button", name="Agregar la llave").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    expect(page.locator(".sec-codes li")).to_have_count(10)
    page.get_by_role("link", name="Ya los guardé").click()
    expect(page).to_have_url(re.compile("/mostrador/"))

    page.context.clear_cookies()
    page.goto("/ingresar/")
    page.get_by_role("button", name="Ingresar con llave de acceso").click()
    expect(page).to_have_url(re.compile("/mostrador/"))

    # The same key as a second factor, after the password.
    page.context.clear_cookies()
    sign_in(page)
    expect(page.get_by_text("Falta el segundo factor")).to_be_visible()
    page.get_by_role("button", name="Usar mi llave de acceso").click()
    expect(page).to_have_url(re.compile("/mostrador/"))

    page.get_by_role("button", name=re.compile("Ada Ríos, tu cuenta")).click()
    page.get_by_role("link", name="Tu cuenta y seguridad").click()
    page.get_by_role("link", name="Cambiar nombre: Teléfono de Ada").click()
    page.get_by_label("Nombre de la llave").fill("Celular")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("link", name="Quitar: Celular").click()
    expect(page.get_by_text("el segundo factor es obligatorio")).to_be_visible()
    assert Authenticator.objects.filter(user=ada, type="webauthn").count() == 1

    # A key that the house does not know (any more) opens nothing, and she is told.
    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto("/ingresar/")
    page.get_by_role("button", name="Ingresar con llave de acceso").click()
    expect(page.get_by_text("No reconocimos esa llave de acceso.")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Ingresar con llave de acceso").click()
    expect(page.get_by_text("No se confirmó la llave. Podés probar de nuevo.")).to_be_visible()


def test_the_app_of_codes_is_set_up_and_used_without_javascript(desk: Desk, ada: User) -> None:
    page = stranger(desk, NARROW, java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name=re.compile("^Activar")).click()
    secret = page.locator(".sec-secret").inner_text().strip()
    page.get_by_label("Código que muestra la aplicación").fill(code_of(secret))
    page.get_by_role("button", name="Activar").click()
    expect(page.locator(".sec-codes li")).to_have_count(10)
    codes = page.locator(".sec-codes li").all_inner_texts()
    page.get_by_role("link", name="Ya los guardé").click()
    expect(page).to_have_url(re.compile("/mostrador/"))

    page.context.clear_cookies()
    sign_in(page)
    expect(page.get_by_role("button", name="Usar mi llave de acceso")).to_have_count(0)
    page.get_by_label("Código").fill(codes[0])
    page.get_by_role("button", name="Ingresar").click()
    expect(page).to_have_url(re.compile("/mostrador/"))


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_every_page_is_accessible(desk: Desk, ada: User, audit: Callable[[Page], None], viewport: Any) -> None:
    page = stranger(desk, viewport)
    give_authenticator(page)
    page.goto("/ingresar/")
    audit(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Tu cuenta y seguridad")).to_be_visible()
    audit(page)
    for address in ("aplicacion/", "llaves/nueva/"):
        page.goto(f"/ingresar/seguridad/{address}")
        audit(page)
    page.get_by_role("button", name="Agregar la llave").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    audit(page)
    TOTP.activate(ada, generate_totp_secret())
    RecoveryCodes.activate(ada)
    key = Authenticator.objects.get(user=ada, type="webauthn")
    for address in (
        "",
        "codigos/nuevos/",
        "aplicacion/quitar/",
        f"llaves/{key.pk}/nombre/",
        f"llaves/{key.pk}/quitar/",
    ):
        page.goto(f"/ingresar/seguridad/{address}")
        expect(page.locator("h1")).to_have_count(1)
        audit(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    for address in ("clave/", "otra-vez/", "otra-vez/codigo/", "otra-vez/llave/"):
        page.goto(f"/ingresar/{address}")
        audit(page)
    page.context.clear_cookies()
    sign_in(page)
    expect(page.get_by_text("Falta el segundo factor")).to_be_visible()
    audit(page)
    page.get_by_label("Código").fill("000000")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_text("El código no es correcto.").first).to_be_visible()
    audit(page)
