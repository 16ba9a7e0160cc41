"""A second factor, lock-out, sessions that end: as a person at the browser meets them."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ventanilla.accounts import actions, staff_security
from ventanilla.accounts.lockout import OF_A_NAME, OF_AN_ADDRESS
from ventanilla.accounts.models import AttemptCount, Role, User
from ventanilla.journal.actors import SYSTEM, staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body

PASSWORD = "una-clave-larga"
LOCKED = "Hubo demasiados intentos"


@pytest.fixture
def ana(db: None) -> User:
    cache.clear()
    return actions.create_staff("ana", "Ana", "Pérez", email="ana@ejemplo.gub.uy", password=PASSWORD)


@pytest.fixture
def secret(ana: User) -> str:
    """Ana has an app of codes and ten recovery codes."""
    secret: str = generate_totp_secret()
    TOTP.activate(ana, secret)
    RecoveryCodes.activate(ana)
    return secret


def code_of(secret: str) -> str:
    """What the app shows: RFC 6238, computed from the secret alone."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, username: str = "ana", password: str = PASSWORD) -> Any:
    return client.post("/ingresar/", {"login": username, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/ingresar/seguridad/").status_code == 200


def facts(kind: str) -> list[dict[str, Any]]:
    return [fact.details for fact in Fact.objects.filter(kind=f"accounts.{kind}").order_by("id")]


# The second factor


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


# Lock-out


def attempts(client: Client, count: int, username: str = "ana", **where: Any) -> str:
    answer = ""
    for _time in range(count):
        cache.clear()
        answer = client.post("/ingresar/", {"login": username, "password": "otra"}, **where).content.decode()
    return answer


def test_a_name_is_locked_after_five_and_opens_by_itself(client: Client, ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        assert "no son correctos" in attempts(client, OF_A_NAME.failures)
        assert LOCKED in attempts(client, 1)
        assert sign_in(client).status_code == 200, "the right password opens a locked name"
        assert facts("sign_in_failed") == [{"user_id": ana.pk, "factor": "password"}] * OF_A_NAME.failures
        assert facts("locked_out") == [{"user_id": ana.pk, "of": "name", "factor": "password"}]
        now.advance(OF_A_NAME.lock)
        sign_in(client)
        assert is_in(client)


def test_a_stranger_cannot_tell_a_name_that_exists(ana: User) -> None:
    """Word for word and status for status, before the lock and after."""
    plain = re.compile(r'value="[^"]*"')
    for count in (1, OF_A_NAME.failures):
        hers = plain.sub("", attempts(Client(), count, "ana"))
        nobodys = plain.sub("", attempts(Client(), count, "nadie"))
        assert hers == nobodys
    assert facts("locked_out")[-1]["user_id"] is None


def test_an_address_that_tries_many_names_is_locked(ana: User) -> None:
    for number in range(OF_AN_ADDRESS.failures):
        attempts(Client(), 1, f"nombre{number}", REMOTE_ADDR="203.0.113.7")
    assert LOCKED in attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.7")
    assert LOCKED not in attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.8")
    assert facts("locked_out") == [{"user_id": None, "of": "address", "factor": "password"}]


def test_a_stranger_does_not_lock_her_out_of_her_own_browser(client: Client, ana: User) -> None:
    sign_in(client)
    client.post("/ingresar/salir/")
    assert LOCKED in attempts(Client(), OF_A_NAME.failures + 1)
    sign_in(client)
    assert is_in(client)


def test_somebody_else_s_browser_is_a_stranger_s(client: Client, ana: User) -> None:
    actions.create_staff("beto", "Beto", "Gil", password=PASSWORD)
    sign_in(client, "beto")
    client.post("/ingresar/salir/")
    assert LOCKED in attempts(client, OF_A_NAME.failures + 1)
    assert LOCKED in attempts(Client(), 1)


def test_guesses_at_the_code_are_counted_as_well(client: Client, ana: User, secret: str) -> None:
    sign_in(client)
    for _time in range(OF_A_NAME.failures):
        cache.clear()
        client.post("/ingresar/codigo/", {"code": "000000"})
    cache.clear()
    # The password was right each time, and does not wash the count.
    again = Client()
    sign_in(again)
    assert LOCKED in again.post("/ingresar/codigo/", {"code": code_of(secret)}).content.decode()
    assert not is_in(again)
    assert facts("locked_out") == [{"user_id": ana.pk, "of": "second_factor", "factor": "code"}]


def test_the_table_of_counts_names_nobody(ana: User) -> None:
    attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.7")
    text = str(list(AttemptCount.objects.values_list("key", flat=True)))
    assert "ana" not in text
    assert "203.0.113" not in text


def test_old_counts_are_forgotten(ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        attempts(Client(), 1)
        assert actions.forget_old_attempts() == 0
        now.advance(timedelta(days=2))
        assert actions.forget_old_attempts() == 2


# Sessions


def test_an_idle_session_ends_and_a_busy_one_lasts_a_day(client: Client, ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        client.force_login(ana)
        assert is_in(client)
        for _hour in range(11):
            now.advance(timedelta(minutes=59))
            assert is_in(client)
        now.advance(timedelta(minutes=72))
        assert not is_in(client)
        client.force_login(ana)
        assert is_in(client)
        for _time in range(15):
            now.advance(timedelta(minutes=50))
            is_in(client)
        assert not is_in(client), "twelve hours are over"


def test_a_page_that_fetches_itself_keeps_no_empty_chair_signed_in(client: Client, ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        client.force_login(ana)
        assert is_in(client)
        for _time in range(3):
            now.advance(timedelta(minutes=25))
            client.get("/ingresar/seguridad/", HTTP_HX_REQUEST="true")
        assert not is_in(client)


def test_sessions_end_everywhere_with_password_role_and_account(ana: User) -> None:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    membership = actions.give_role(ana, body, Role.AGENT)

    def two() -> list[Client]:
        clients = [Client(), Client()]
        for client in clients:
            client.force_login(ana)
            assert is_in(client)
        return clients

    clients = two()
    actions.take_role(membership)
    assert [is_in(client) for client in clients] == [False, False]

    first, second = two()
    change = {"oldpassword": PASSWORD, "password1": "otra-clave-larga", "password2": "otra-clave-larga"}
    assert first.post("/ingresar/clave/", change).status_code == 302
    assert is_in(first)
    assert not is_in(second)
    assert facts("password_changed") == [{"user_id": ana.pk, "change": "changed"}]
    ana.refresh_from_db()

    clients = two()
    admin = Client()
    admin.force_login(actions.create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True))
    form = {
        "username": "ana", "first_name": "Ana", "last_name": "Pérez",
        "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert admin.post(f"/configuracion/accounts/user/{ana.pk}/change/", form).status_code == 302
    User.objects.filter(pk=ana.pk).update(is_active=True)
    assert [is_in(client) for client in clients] == [False, False], "they come back with the account"


def test_devices_are_listed_and_the_others_closed(ana: User) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there = Client(), Client(HTTP_USER_AGENT=firefox, REMOTE_ADDR="203.0.113.9")
    sign_in(here)
    sign_in(there)
    page = here.get("/ingresar/seguridad/").content.decode()
    assert "Firefox · Windows" in page
    assert "203.0.113.9" in page
    assert here.post("/ingresar/seguridad/sesiones/cerrar/").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert "203.0.113.9" not in here.get("/ingresar/seguridad/").content.decode()
    assert facts("sessions_ended") == [{"user_id": ana.pk}]


def test_a_new_browser_is_told_by_mail_and_the_first_is_not(client: Client, ana: User) -> None:
    sign_in(client)
    assert mail.outbox == []
    sign_in(Client())
    assert [message.to for message in mail.outbox] == [["ana@ejemplo.gub.uy"]]
    assert "navegador nuevo" in mail.outbox[0].subject
    client.post("/ingresar/salir/")
    sign_in(client)
    assert len(mail.outbox) == 1
    assert len(facts("device_seen")) == 2
    assert facts("signed_out") == [{"user_id": ana.pk}]


def test_cookies_are_named_and_closed(client: Client, ana: User) -> None:
    sign_in(client)
    for name in ("ventanilla_session", "ventanilla_device"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


# What an administrator can do


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


def test_a_reset_by_the_house_is_told_as_such(ana: User, secret: str) -> None:
    actions.reset_second_factor(ana, by=SYSTEM)
    assert not Authenticator.objects.filter(user=ana).exists()
