"""What a provider that lies, or is out of order, gets: a page in plain words, and nobody signed in."""

import logging
from typing import Any

import pytest
from django.test import Client
from tests.journeys.gubuy import (
    CLIENT_SECRET,
    FakeGubuy,
    at_provider,
    go,
    is_nobody,
    sign_in,
    words,
)

from ventanilla.kit import clock

pytestmark = pytest.mark.django_db


LIES: dict[str, tuple[str, dict[str, Any]]] = {
    "a token signed with the client's secret": ("hs256", {}),
    "a token signed with the public key as if it were a secret": ("hs256_with_public_key", {}),
    "a token signed by nobody": ("none", {}),
    "a token signed in another way": ("rs512", {}),
    "a token signed with another key": ("other_key", {}),
    "a token of a key that nobody published": ("unknown_kid", {}),
    "a token that was changed": ("tampered", {}),
    "no token at all": ("no_id_token", {}),
    "rubbish": ("rubbish", {}),
    "another issuer": ("", {"iss": "https://auth.iduruguay.gub.uy.mal.example"}),
    "no issuer": ("", {"iss": None}),
    "another's token": ("", {"aud": "otro-cliente"}),
    "no audience": ("", {"aud": None}),
    "a token for two and made for the other": ("", {"aud": ["cliente-ejemplo", "otro"], "azp": "otro"}),
    "a token for two and made for nobody": ("", {"aud": ["cliente-ejemplo", "otro"]}),
    "an old token": ("", {"exp": 1_000_000_000}),
    "a token without an end": ("", {"exp": None}),
    "a token from the future": ("", {"iat": 4_000_000_000, "exp": 4_100_000_000}),
    "a token with an end in words": ("", {"exp": "mañana"}),
    "another attempt's token": ("", {"nonce": "otro"}),
    "a token of no attempt": ("", {"nonce": None}),
    "a token of another access token": ("", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "nobody's token": ("", {"sub": ""}),
    "the page of another person": ("other_sub", {}),
    "the keys are a web page": ("jwks_rubbish", {}),
    "the token is a web page": ("token_rubbish", {}),
    "the person's page is elsewhere": ("userinfo_elsewhere", {}),
    "the person's page has no end": ("userinfo_huge", {}),
}


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_refused_in_words(
    browser: Client, gubuy: FakeGubuy, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    name, gubuy.claims = LIES[lie]
    gubuy.lies = {name}
    with caplog.at_level(logging.INFO):
        answer = sign_in(browser, nivel="1", siguiente="/seguimiento/")
    assert answer.status_code == 502
    assert "No pudimos confirmar quién sos" in words(answer)
    assert "/ingresar/gubuy/?nivel=1&amp;siguiente=%2Fseguimiento%2F" in words(answer)
    assert "En persona" in words(answer)
    assert "te mandamos un enlace" in words(answer)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert is_nobody(browser)
    # What is told to the operator names the lie, and no person.
    assert "gubuy_sign_in_failed" in caplog.text
    for secret in ("12345672", "Pérez", "maria.perez", "Maria.Perez", CLIENT_SECRET, "eyJ", "code=", "state="):
        assert secret not in caplog.text


def test_a_token_just_past_its_end_is_clocks_that_differ(browser: Client, gubuy: FakeGubuy) -> None:
    now = int(clock.now().timestamp())
    gubuy.claims = {"exp": now - 30, "iat": now - 300}
    assert sign_in(browser).status_code == 302
    gubuy.claims = {"exp": now - 90, "iat": now - 300}
    assert sign_in(browser).status_code == 502
    gubuy.claims = {"iat": now + 30}
    assert sign_in(browser).status_code == 302
    gubuy.claims = {"iat": now + 120}
    assert sign_in(browser).status_code == 502


@pytest.mark.parametrize("page", ["token", "jwks", "userinfo"])
@pytest.mark.parametrize("fault", ["500", "silent", "trickles"])
def test_a_provider_out_of_order_does_not_hold_her_up(
    browser: Client, gubuy: FakeGubuy, settings: Any, page: str, fault: str
) -> None:
    settings.OPENID_PROVIDER = gubuy.provider(timeout_seconds=1.0)
    gubuy.lies = {f"{page}_{fault}"}
    address = at_provider(go(browser))
    before = clock.now()
    answer = browser.get(address)
    assert (clock.now() - before).total_seconds() < 15
    assert answer.status_code == 503
    assert "no está respondiendo" in answer.content.decode()
    assert "En persona" in answer.content.decode()
    assert is_nobody(browser)


def test_a_provider_that_is_not_there(browser: Client, gubuy: FakeGubuy, settings: Any) -> None:
    settings.OPENID_PROVIDER = gubuy.provider(token_url="http://127.0.0.1:9/token")
    assert sign_in(browser).status_code == 503


def test_a_wrong_secret_is_the_operators_to_mend(
    browser: Client, gubuy: FakeGubuy, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPENID_PROVIDER = gubuy.provider(client_secret="otro-secreto")
    assert sign_in(browser).status_code == 502
    assert "code_401" in caplog.text


def test_she_says_no_at_the_provider(browser: Client, gubuy: FakeGubuy) -> None:
    gubuy.lies = {"denies"}
    answer = sign_in(browser)
    assert answer.status_code == 403
    assert "Cancelaste el ingreso" in words(answer)
    assert gubuy.count("token") == 0
    # Some providers forget the state then; there is nothing to be had with it.
    assert "Cancelaste" in words(browser.get("/ingresar/gubuy/vuelta/?error=access_denied"))
    assert browser.get("/ingresar/gubuy/vuelta/?error=access_denied&state=x").status_code == 400


def test_a_person_without_a_document_is_nobody(browser: Client, gubuy: FakeGubuy) -> None:
    gubuy.person = {"sub": "4711", "nombre_completo": "Alguien"}
    answer = sign_in(browser)
    assert answer.status_code == 502
    assert "no nos dijo quién sos" in words(answer)
    assert is_nobody(browser)
