"""A person signs in with Usuario gub.uy, as sure as what she wants to do asks for; and every lie is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.journeys.gubuy import (
    CLIENT_SECRET,
    NAME,
    PERSON,
    FakeGubuy,
    at_provider,
    go,
    is_nobody,
    proven,
    query_of,
    sign_in,
    words,
)

from ventanilla.accounts import actions as accounts
from ventanilla.demo.stage import Stage
from ventanilla.kit import clock
from ventanilla.messages.contract import Address

pytestmark = pytest.mark.django_db


# The happy ways.


def test_the_page_says_what_will_happen_and_leads_on(browser: Client) -> None:
    page = words(browser.get("/ingresar/gubuy/", {"siguiente": "/seguimiento/"}))
    assert "Tu contraseña no" in page
    assert "/ingresar/gubuy/ir/?nivel=0&amp;siguiente=%2Fseguimiento%2F" in page
    assert "nivel más alto" not in page
    assert "nivel más alto" in words(browser.get("/ingresar/gubuy/", {"nivel": "2"}))


def test_she_leaves_with_everything_the_standard_asks_for(browser: Client, gubuy: FakeGubuy) -> None:
    address = go(browser, nivel="2", siguiente="/seguimiento/")
    asked = query_of(address)
    assert address.startswith(f"{gubuy.base}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://testserver/ingresar/gubuy/vuelta/"
    assert asked["acr_values"] == "urn:iduruguay:nid:2"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 43
    assert asked["state"] != asked["nonce"]
    assert "openid" in asked["scope"].split()
    assert CLIENT_SECRET not in address
    again = query_of(go(browser))
    assert again["state"] != asked["state"]
    assert "acr_values" not in again


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_she_comes_back_as_herself_at_each_level(browser: Client, gubuy: FakeGubuy, level: int) -> None:
    gubuy.acr = f"urn:iduruguay:nid:{level}"
    answer = sign_in(browser, nivel=str(level), siguiente="/seguimiento/?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/seguimiento/?x=1")
    who = proven(browser)
    assert (who.level, who.name) == (level, NAME)
    assert list(who.identities) == [
        Address("gubuy", "uy-ci-12345672", NAME),
        Address("email", "maria.perez@correo.example", NAME),
    ]


@pytest.mark.parametrize("manner", ["basic", "body"])
@pytest.mark.parametrize("uses_pkce", [True, False])
def test_she_comes_back_whatever_manners_the_provider_has(
    browser: Client, gubuy: FakeGubuy, settings: Any, manner: str, uses_pkce: bool
) -> None:
    settings.OPENID_PROVIDER = gubuy.provider(sends_secret_in_body=manner == "body", uses_pkce=uses_pkce)
    assert sign_in(browser).status_code == 302
    headers, form = gubuy.last("token")
    assert ("authorization" in headers) == (manner == "basic")
    assert ("client_secret" in form) == (manner == "body")
    assert ("code_verifier" in form) == uses_pkce


def test_both_names_of_the_issuer_are_believed(browser: Client, gubuy: FakeGubuy) -> None:
    """The discovery document's and the token's differ (domain.md T6)."""
    gubuy.claims = {"iss": f"http://127.0.0.1:{gubuy.port}"}
    assert sign_in(browser).status_code == 302


def test_an_address_that_was_not_verified_is_not_hers(browser: Client, gubuy: FakeGubuy) -> None:
    for claim in (False, None, "true", "false", 1):
        gubuy.person = {**PERSON, "email_verified": claim}
        assert sign_in(browser).status_code == 302
        assert [one.kind for one in proven(browser).identities] == ["gubuy"]


def test_too_low_a_level_is_said_with_the_way_up(browser: Client, gubuy: FakeGubuy) -> None:
    answer = sign_in(browser, nivel="2", siguiente="/seguimiento/")
    assert answer.status_code == 403
    assert "hace falta un nivel más alto" in words(answer)
    assert "/ingresar/gubuy/?nivel=2&amp;siguiente=%2Fseguimiento%2F" in words(answer)
    assert "En persona" in words(answer)
    # What she did prove, stands.
    assert proven(browser).level == 1
    gubuy.acr = "urn:iduruguay:nid:2"
    assert sign_in(browser, nivel="2", siguiente="/seguimiento/")["Location"] == "/seguimiento/"
    assert proven(browser).level == 2


@pytest.mark.parametrize("acr", [None, "urn:iduruguay:nid:9", "urn:iduruguay:nid:", "loa3", 3.5, True])
def test_a_level_that_nobody_knows_is_the_lowest(browser: Client, gubuy: FakeGubuy, acr: Any) -> None:
    gubuy.acr, gubuy.claims = None, {"acr": acr}
    assert sign_in(browser, nivel="1").status_code == 403
    assert proven(browser).level == 0


def test_the_level_is_the_tokens_and_not_the_pages(browser: Client, gubuy: FakeGubuy) -> None:
    gubuy.person = {**PERSON, "acr": "urn:iduruguay:nid:3", "nid": "3"}
    sign_in(browser)
    assert proven(browser).level == 1


@pytest.mark.parametrize(
    "next_path",
    ["//mal.example/", "https://mal.example/", "/\\mal.example", "javascript:alert(1)", "mal", "", "/\t/mal.example"],
)
def test_she_goes_on_to_our_own_pages_only(browser: Client, next_path: str) -> None:
    assert sign_in(browser, siguiente=next_path)["Location"] == "/solicitudes/"


def test_the_keys_are_read_once_and_again_when_one_is_new(browser: Client, gubuy: FakeGubuy) -> None:
    sign_in(browser)
    sign_in(browser)
    assert gubuy.count("jwks") == 1
    gubuy.kid = "llave-2"
    assert sign_in(browser).status_code == 302
    assert gubuy.count("jwks") == 2
    with clock.frozen(clock.now() + timedelta(hours=2), everywhere=True):
        assert sign_in(browser).status_code == 302
    assert gubuy.count("jwks") == 3


# Sessions.


def test_a_session_that_was_planted_is_worth_nothing(browser: Client) -> None:
    go(browser)
    planted = browser.session.session_key
    sign_in(browser)
    assert browser.session.session_key != planted
    assert not browser.session.exists(planted)


def test_staff_stay_staff_and_the_two_are_never_one(browser: Client, gubuy: FakeGubuy) -> None:
    user = accounts.create_staff("ana", "Ana", "Sosa", password="una-clave-bien-larga")
    browser.force_login(user)
    sign_in(browser)
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert proven(browser).name == NAME
    browser.post("/ingresar/gubuy/salir/")
    assert is_nobody(browser)
    assert browser.session["_auth_user_id"] == str(user.pk)


def test_the_next_person_at_the_machine_gets_nothing_of_the_last_one(browser: Client, gubuy: FakeGubuy) -> None:
    sign_in(browser)
    gubuy.person = {**PERSON, "sub": "2", "uid": "uy-ci-11111111", "email_verified": False, "nombre_completo": "Otra"}
    sign_in(browser)
    assert list(proven(browser).identities) == [Address("gubuy", "uy-ci-11111111", "Otra")]


def test_leaving_ends_it_here_and_at_the_provider(browser: Client, gubuy: FakeGubuy) -> None:
    sign_in(browser)
    token = browser.session["gubuy_id_token"]
    assert "¿Querés salir?" in words(browser.get("/ingresar/gubuy/salir/"))
    answer = browser.post("/ingresar/gubuy/salir/")
    assert is_nobody(browser)
    seconds, _, address = answer["Refresh"].partition("; url=")
    assert seconds == "0"
    assert address.startswith(f"{gubuy.base}/logout?")
    asked = query_of(address)
    assert asked["id_token_hint"] == token
    assert asked["post_logout_redirect_uri"] == "http://testserver/ingresar/gubuy/salir/"
    assert answer["Referrer-Policy"] == "no-referrer"
    back = words(browser.get("/ingresar/gubuy/salir/", {"state": asked["state"]}))
    assert "quedó cerrada acá y en Usuario gub.uy" in back
    assert "quedó cerrada" not in words(browser.get("/ingresar/gubuy/salir/", {"state": "inventado"}))


def test_the_button_of_every_page_leaves_the_provider_too(browser: Client, gubuy: FakeGubuy) -> None:
    sign_in(browser)
    answer = browser.post("/salir/", follow=True)
    assert f"{gubuy.base}/logout?" in answer["Refresh"]
    assert is_nobody(browser)


def test_nobody_is_signed_out_by_a_link(gubuy: FakeGubuy) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict)
    strict.get("/ingresar/gubuy/salir/")
    assert strict.post("/ingresar/gubuy/salir/").status_code == 403
    assert proven(strict).identities


def test_leaving_when_nobody_is_in_says_so(browser: Client) -> None:
    answer = browser.post("/ingresar/gubuy/salir/", follow=True)
    assert "no hay ninguna sesión abierta" in answer.content.decode()


# The browser lies.


def test_a_return_serves_once(browser: Client, gubuy: FakeGubuy) -> None:
    address = at_provider(go(browser))
    assert browser.get(address).status_code == 302
    asked = len(gubuy.asked)
    assert browser.get(address).status_code == 400
    assert len(gubuy.asked) == asked


def test_a_failed_return_serves_once_as_well(browser: Client, gubuy: FakeGubuy) -> None:
    address = at_provider(go(browser))
    gubuy.lies = {"token_500"}
    assert browser.get(address).status_code == 503
    gubuy.lies = set()
    assert browser.get(address).status_code == 400


def test_another_browsers_return_signs_nobody_in(browser: Client, gubuy: FakeGubuy) -> None:
    """An attacker who sends her own return to somebody would have her file requests under the attacker's name."""
    attackers = at_provider(go(Client()))
    go(browser)
    assert browser.get(attackers).status_code == 400
    assert is_nobody(browser)
    assert gubuy.count("token") == 0


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"code": "x"}, {"state": "x", "code": "y"}, {"error": "x"}])
def test_a_return_from_nowhere(browser: Client, gubuy: FakeGubuy, query: dict[str, str]) -> None:
    assert browser.get("/ingresar/gubuy/vuelta/", query).status_code == 400
    assert not gubuy.asked


def test_a_return_of_yesterday(browser: Client, gubuy: FakeGubuy) -> None:
    address = at_provider(go(browser))
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert browser.get(address).status_code == 400
    assert gubuy.count("token") == 0


def test_a_return_in_another_issuers_name(browser: Client, gubuy: FakeGubuy) -> None:
    address = at_provider(go(browser))
    assert browser.get(f"{address}&iss=https://mal.example").status_code == 502
    assert gubuy.count("token") == 0


def test_several_tabs_at_once(browser: Client, gubuy: FakeGubuy) -> None:
    addresses = [at_provider(go(browser, siguiente=f"/seguimiento/?n={n}")) for n in range(6)]
    assert browser.get(addresses[0]).status_code == 400, "the oldest gave way"
    assert browser.get(addresses[5])["Location"] == "/seguimiento/?n=5"
    assert browser.get(addresses[1])["Location"] == "/seguimiento/?n=1"


def test_without_a_provider_the_pages_say_so(settings: Any, stage: Stage) -> None:
    settings.OPENID_PROVIDER = None
    browser = Client()
    for path in ("/ingresar/gubuy/", "/ingresar/gubuy/ir/"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "todavía no se puede" in answer.content.decode()
    assert browser.get("/ingresar/gubuy/vuelta/?state=x&code=y").status_code == 400
