"""Sessions of staff end in time, and everywhere when they must; devices are listed and told."""

from datetime import timedelta

from django.core import mail
from django.test import Client

from ventanilla.accounts import actions
from ventanilla.accounts.models import Role, User
from ventanilla.accounts.sessions import is_alive
from ventanilla.accounts.tests.entrance import PASSWORD, facts, is_in, sign_in
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body


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


def test_a_connection_that_stays_open_learns_that_its_session_ended(client: Client, ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        client.force_login(ana)
        assert is_in(client)
        key = client.session.session_key
        assert key
        assert is_alive(key, ana.pk)
        assert not is_alive("nobody-s-key", ana.pk)
        now.advance(timedelta(minutes=61))
        assert not is_alive(key, ana.pk)
    client.force_login(ana)
    key = client.session.session_key
    assert key
    assert is_alive(key, ana.pk)
    actions.end_sessions(ana)
    assert not is_alive(key, ana.pk)


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


def test_closing_the_others_is_confirmed_by_whoever_came_in_long_ago(client: Client, ana: User) -> None:
    client.force_login(ana)
    asked = client.post("/ingresar/seguridad/sesiones/cerrar/")
    assert asked["Location"].startswith("/ingresar/otra-vez/?next=")
    assert facts("sessions_ended") == []
    client.post(asked["Location"], {"password": "otra"})
    assert facts("sessions_ended") == []
    client.post(asked["Location"], {"password": PASSWORD})
    assert facts("sessions_ended") == [{"user_id": ana.pk}]
    assert is_in(client)


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
