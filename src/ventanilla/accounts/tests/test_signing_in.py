"""Staff sign in with a user name and a password, and only staff."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ventanilla.accounts.actions import create_staff, issue_token
from ventanilla.accounts.adapter import DEMO_PASSWORD
from ventanilla.accounts.models import ApiToken, User, UserKind

PASSWORD = "una-clave-larga"


@pytest.fixture
def ana(db: None) -> User:
    cache.clear()
    return create_staff("ana", "Ana", "Pérez", password=PASSWORD)


def sign_in(client: Client, username: str = "ana", password: str = PASSWORD) -> bool:
    client.post("/ingresar/", {"login": username, "password": password})
    return "_auth_user_id" in client.session


def test_the_right_password_opens(client: Client, ana: User) -> None:
    assert sign_in(client)
    assert not sign_in(Client(), password="otra")
    assert not sign_in(Client(), username="nadie")


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demo_password_opens_nothing_outside_demo_mode(
    client: Client, db: None, settings: Settings, is_demo: bool
) -> None:
    cache.clear()
    create_staff("agente", "Ana", "Sosa", password=DEMO_PASSWORD)
    settings.IS_DEMO = is_demo
    assert sign_in(client, "agente", DEMO_PASSWORD) is is_demo


def test_the_administration_signs_in_by_the_same_door(client: Client, ana: User) -> None:
    answer = client.get("/configuracion/")
    assert answer.status_code == 302
    assert client.get(answer["Location"], follow=True).redirect_chain[-1][0].startswith("/ingresar/")


def test_nobody_signs_herself_up(client: Client, db: None) -> None:
    assert client.get("/ingresar/").status_code == 200
    for path in ("/ingresar/nueva/", "/accounts/signup/", "/signup/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": UserKind.CITIZEN}])
def test_only_active_staff_enter(client: Client, ana: User, change: dict[str, object]) -> None:
    User.objects.filter(pk=ana.pk).update(**change)
    assert not sign_in(client)


def test_guessing_is_slowed_down(client: Client, ana: User) -> None:
    for _attempt in range(6):
        assert not sign_in(client, password="otra")
    assert not sign_in(client)


def test_the_administration_shows_users_and_tokens_and_never_a_token(client: Client, ana: User) -> None:
    admin = create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True)
    client.force_login(admin)
    token = issue_token(ana)
    for path in ("user/", f"user/{ana.pk}/change/", "user/add/", "apitoken/"):
        page = client.get(f"/configuracion/accounts/{path}")
        assert page.status_code == 200, path
        assert token not in page.content.decode()
        assert ApiToken.objects.get(user=ana).digest not in page.content.decode()


def test_the_administration_gives_and_takes_tokens(client: Client, ana: User) -> None:
    admin = create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True)
    client.force_login(admin)
    chosen = {"_selected_action": [str(ana.pk)]}
    page = client.post("/configuracion/accounts/user/", {"action": "issue_token", **chosen}, follow=True)
    row = ApiToken.objects.get(user=ana)
    assert "vt_" in page.content.decode()
    client.post("/configuracion/accounts/apitoken/", {"action": "revoke", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_the_administration_gives_roles_and_the_journal_knows(client: Client, ana: User) -> None:
    from ventanilla.journal.queries import facts_of_kind
    from ventanilla.organisation.actions import create_body

    body = create_body("ejemplo", "Intendencia de Ejemplo")
    client.force_login(create_staff("coordinadora", "Coordi", "Nadora", is_administrator=True))
    form = {
        "username": "ana", "first_name": "Ana", "last_name": "Pérez", "is_active": "on",
        "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
        "memberships-0-public_body": str(body.pk), "memberships-0-role": "agent",
    }  # fmt: skip
    response = client.post(f"/configuracion/accounts/user/{ana.pk}/change/", form)
    assert response.status_code == 302, response.content.decode()
    membership = ana.memberships.get()
    assert membership.role == "agent"
    assert facts_of_kind("accounts.role_given", body.pk).count() == 1
    form |= {
        "memberships-INITIAL_FORMS": "1", "memberships-0-id": str(membership.pk), "memberships-0-DELETE": "on",
    }  # fmt: skip
    assert client.post(f"/configuracion/accounts/user/{ana.pk}/change/", form).status_code == 302
    assert not ana.memberships.exists()
    assert facts_of_kind("accounts.role_taken", body.pk).count() == 1
