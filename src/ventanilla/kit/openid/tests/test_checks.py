"""Small rules of the flow; the whole of it is told against a provider in tests/journeys/test_citizen_sign_in.py."""

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from requests import PreparedRequest

from ventanilla.kit.openid import flow, tokens, transport
from ventanilla.kit.openid.provider import Provider, ProviderNotBelieved

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())


def provider(**changes: Any) -> Provider:
    made: dict[str, Any] = {
        "issuers": frozenset({"https://id.example"}),
        "client_id": "we",
        "client_secret": "hush",
        "authorize_url": "https://id.example/authorize",
        "token_url": "https://id.example/token",
        "userinfo_url": "https://id.example/userinfo",
        "jwks_url": "https://id.example/jwks",
    }
    return Provider(**{**made, **changes})


@pytest.mark.parametrize(
    "claims", [{"aud": "we"}, {"aud": ["we"]}, {"aud": ["we", "they"], "azp": "we"}, {"aud": "we", "azp": "we"}]
)
def test_a_token_made_for_us_is_ours(claims: dict[str, Any]) -> None:
    tokens.check_party(claims, "we")


@pytest.mark.parametrize("claims", [{"aud": ["we", "they"]}, {"aud": "we", "azp": "they"}, {"aud": ["we"], "azp": ""}])
def test_a_token_made_for_another_is_not(claims: dict[str, Any]) -> None:
    with pytest.raises(ProviderNotBelieved):
        tokens.check_party(claims, "we")


@pytest.mark.parametrize(
    ("exp", "iat", "nbf", "reason"),
    [
        (STAMP + 1, STAMP, None, ""),
        (STAMP - 59, STAMP - 100, None, ""),
        (STAMP - 60, STAMP - 100, None, "expired"),
        (STAMP + 100, STAMP + 60, None, ""),
        (STAMP + 100, STAMP + 61, None, "from_the_future"),
        (STAMP + 100, STAMP, STAMP + 61, "from_the_future"),
        (STAMP + 0.5, STAMP - 0.5, None, ""),
        (True, STAMP, None, "times"),
        (STAMP + 100, "ayer", None, "times"),
    ],
)
def test_times_hold_within_a_minute(exp: Any, iat: Any, nbf: Any, reason: str) -> None:
    claims = {"exp": exp, "iat": iat} | ({} if nbf is None else {"nbf": nbf})
    if not reason:
        tokens.check_times(claims, NOW)
        return
    with pytest.raises(ProviderNotBelieved) as refused:
        tokens.check_times(claims, NOW)
    assert refused.value.reason == reason


def test_the_half_hash_is_the_standards_example() -> None:
    """OpenID Connect Core 1.0, A.3: the access token of its example and the at_hash it gives."""
    assert tokens.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_client_and_secret_are_encoded_before_they_are_joined() -> None:
    """RFC 6749 2.3.1: else a colon or an accent in one of them would change where the other begins."""
    request = PreparedRequest()
    request.prepare("POST", "https://id.example/token")
    sent = transport.basic("a:b", "c d/é")(request).headers["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"a%3Ab:c+d%2F%C3%A9"


@pytest.mark.django_db(transaction=True)
def test_the_network_is_not_asked_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside transactions"):
        transport.ask(provider(), "http://127.0.0.1:9/", what="keys")


def test_an_address_that_has_a_question_already_keeps_it() -> None:
    url, attempt = flow.leave(provider(authorize_url="https://id.example/a?tenant=uy"), "https://we.example/vuelta/")
    asked = parse_qs(urlsplit(url).query)
    assert (asked["tenant"], asked["state"]) == (["uy"], [attempt.state])


def test_a_provider_that_cannot_be_left_is_not_left() -> None:
    assert flow.leave_for_good(provider(), "token", "https://we.example/", "state") == ""
