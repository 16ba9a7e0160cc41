"""A second factor: asked, demanded, set up, lost; and what an administrator can do about it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ventanilla.accounts import actions, staff_security
from ventanilla.accounts.lockout import OF_A_NAME
from ventanilla.accounts.models import Role, User
from ventanilla.accounts.tests.entrance import LOCKED, PASSWORD, attempts, code_of, facts, is_in, sign_in
from ventanilla.journal.actors import SYSTEM, staff
from ventanilla.journal.models import Fact
from ventanilla.organisation.actions import create_body


def test_a_code_is_asked_after_the_password_and_opens_once(client: Client, ana: User, secret: str) -> None:
    assert sign_in(client)["Location"] == "/ingresar/codigo/"
    assert not is_in(client)
    page = client.get("/ingresar/codigo/").content.decode()
    assert "Falta el segundo factor" in page
    assert secret not in page
    assert "no es correcto" in client.post("/ingresar/codigo/", {"code": "000000"}).content.decode()
    code = code_of(secret)
    assert client.post("/ingresar/codigo/", {"code": code})["Location"] == "/mostrador/"
    assert is_in(client)
    assert facts("signed_in") == [{"user_id": ana.pk, "method": "password+totp"}]

    thief = Client()
    sign_in(thief)
    # allauth remembers a used code in the process's memory alone.
    cache.clear()
    assert "no es correcto" in thief.post("/ingresar/codigo/", {"code": code}).content.decode()
    assert not is_in(thief)


def test_a_recovery_code_opens_once(client: Client, ana: User, secret: str) -> None:
    code = Authenticator.objects.get(user=ana, type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client)
    client.post("/ingresar/codigo/", {"code": code})
    assert is_in(client)
    other = Client()
    sign_in(other)
    other.post("/ingresar/codigo/", {"code": code})
    assert not is_in(other)


def test_secrets_of_another_installation_open_nothing(
    client: Client, ana: User, secret: str, settings: Settings
) -> None:
    settings.SECRET_KEY = "another-key-than-the-one-that-closed-them"
    sign_in(client)
    for code in ("000000", code_of(secret), code_of("")):
        assert "no es correcto" in client.post("/ingresar/codigo/", {"code": code}).content.decode()
    client.force_login(ana)
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_of_codes_by_hand(client: Client, ana: User) -> None:
    sign_in(client)
    elsewhere = Client()
    sign_in(elsewhere)
    page = client.get("/ingresar/seguridad/aplicacion/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    secret = re.search(r"v-code sec-secret\">([A-Z2-7]+)<", page)
    assert secret
    answer = client.post("/ingresar/seguridad/aplicacion/", {"code": code_of(secret[1])})
    assert answer["Location"] == "/ingresar/seguridad/codigos/"
    codes = client.get("/ingresar/seguridad/codigos/").content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    assert secret[1] not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert facts("second_factor_changed") == [{"user_id": ana.pk, "change": "totp_activated"}]
    assert "Activaste la aplicación de códigos" in mail.outbox[-1].subject
    assert is_in(client)
    assert not is_in(elsewhere), "a door that was opened without the second factor stays open"


def test_whoever_comes_back_later_confirms_before_she_changes_it(client: Client, ana: User, secret: str) -> None:
    client.force_login(ana)
    answer = client.get("/ingresar/seguridad/codigos/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/ingresar/otra-vez/")
    client.post(answer["Location"], {"password": PASSWORD})
    assert client.get("/ingresar/seguridad/codigos/").status_code == 200


@pytest.mark.parametrize(
    ("policy", "role", "is_demo", "is_asked"),
    [
        ("administrators", Role.ADMINISTRATOR, False, True),
        ("administrators", Role.AGENT, False, False),
        ("everybody", Role.AGENT, False, True),
        ("nobody", Role.ADMINISTRATOR, False, False),
        ("everybody", Role.ADMINISTRATOR, True, False),
    ],
)
def test_of_whom_the_second_factor_is_demanded(
    client: Client, ana: User, settings: Settings, policy: str, role: Role, is_demo: bool, is_asked: bool
) -> None:
    settings.SECOND_FACTOR, settings.IS_DEMO = policy, is_demo
    actions.give_role(ana, create_body("ejemplo", "Intendencia de Ejemplo"), role)
    client.force_login(ana)
    for address in ("/mostrador/", "/supervision/", "/configuracion/"):
        answer = client.get(address)
        leads = answer.status_code == 302 and answer["Location"].startswith("/ingresar/seguridad/?next=")
        assert leads is is_asked, address
    part = client.get("/mostrador/", HTTP_HX_REQUEST="true")
    assert (part.headers.get("HX-Redirect") == "/ingresar/seguridad/") is is_asked
    page = client.get("/ingresar/seguridad/").content.decode()
    assert ("Falta un paso para empezar" in page) is is_asked


def test_the_first_sign_in_of_an_administrator(client: Client, ana: User, settings: Settings) -> None:
    settings.SECOND_FACTOR = "administrators"
    actions.give_role(ana, create_body("ejemplo", "Intendencia de Ejemplo"), Role.ADMINISTRATOR)
    sign_in(client)
    page = client.get("/mostrador/", follow=True)
    assert page.redirect_chain[-1][0] == "/ingresar/seguridad/?next=%2Fmostrador%2F"
    secret = re.search(r"sec-secret\">([A-Z2-7]+)<", client.get("/ingresar/seguridad/aplicacion/").content.decode())
    assert secret
    client.post("/ingresar/seguridad/aplicacion/", {"code": code_of(secret[1])})
    assert client.get("/mostrador/").status_code == 200
    refused = client.post("/ingresar/seguridad/aplicacion/quitar/")
    assert "obligatorio" in refused.content.decode()
    assert staff_security.has_second_factor(ana)


def test_a_token_is_a_credential_of_its_own(client: Client, ana: User, settings: Settings) -> None:
    settings.SECOND_FACTOR = "everybody"
    actions.give_role(ana, create_body("ejemplo", "Intendencia de Ejemplo"), Role.AGENT)
    token = actions.issue_token(ana)
    assert client.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_administrator_resets_ends_and_unlocks_and_sees_no_secret(ana: User, secret: str) -> None:
    hers, admin = Client(), Client()
    hers.force_login(ana)
    assert is_in(hers)
    coordinator = actions.create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True)
    admin.force_login(coordinator)

    def act(action: str) -> None:
        chosen = {"action": action, "_selected_action": [str(ana.pk)]}
        assert admin.post("/configuracion/accounts/user/", chosen).status_code == 302

    attempts(Client(), OF_A_NAME.failures)
    page = admin.get("/configuracion/accounts/user/").content.decode()
    assert "bloqueado" in page.lower()
    assert secret not in page
    act("unlock")
    assert LOCKED not in attempts(Client(), 1)
    act("end_sessions")
    assert not is_in(hers)
    act("reset_second_factor")
    assert not staff_security.has_second_factor(ana)
    assert "restableció" in mail.outbox[-1].subject
    for kind in ("unlocked", "sessions_ended", "second_factor_reset"):
        fact = Fact.objects.filter(kind=f"accounts.{kind}").first()
        assert fact is not None
        assert (fact.actor_kind, fact.actor_id) == (staff(coordinator.pk).kind.value, coordinator.pk)
        assert fact.details == {"user_id": ana.pk}


def test_the_administration_opens_no_table_of_secrets(ana: User, secret: str) -> None:
    admin = Client()
    admin.force_login(actions.create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True))
    for table in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert admin.get(f"/configuracion/{table}/").status_code == 404, table


def test_a_reset_by_the_house_is_told_as_such(ana: User, secret: str) -> None:
    actions.reset_second_factor(ana, by=SYSTEM)
    assert not Authenticator.objects.filter(user=ana).exists()
