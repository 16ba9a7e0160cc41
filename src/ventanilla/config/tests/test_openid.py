"""The citizens' sign-in provider, as operators set it."""

from typing import Any

import pytest

from ventanilla.config import openid
from ventanilla.config.env import BadEnvironment, Environment
from ventanilla.kit.openid.provider import Provider


def made(**given: Any) -> Provider:
    found = openid.provider(Environment(**{"oidc_client_id": "890123", "oidc_client_secret": "hush", **given}))
    assert found is not None
    return found


def test_without_a_client_nobody_signs_in_there() -> None:
    assert openid.provider(Environment(oidc_client_id="")) is None


def test_the_real_one_is_what_one_gets() -> None:
    provider = made()
    assert provider.authorize_url == "https://auth.iduruguay.gub.uy/oidc/v1/authorize"
    assert provider.logout_url == "https://auth.iduruguay.gub.uy/oidc/v1/logout"
    assert provider.issuers == {"https://auth.iduruguay.gub.uy", "https://auth.iduruguay.gub.uy/oidc/v1"}
    assert provider.scopes == "openid personal_info email document profile"
    assert (provider.sends_secret_in_body, provider.uses_pkce) == (False, True)


def test_the_testing_host_is_believed_nothing_of_the_real_one() -> None:
    provider = made(oidc_testing=True)
    assert provider.token_url == "https://auth-testing.iduruguay.gub.uy/oidc/v1/token"
    assert all("auth-testing." in issuer for issuer in provider.issuers)


def test_every_address_and_manner_can_be_set() -> None:
    provider = made(
        oidc_base_url="https://id.example/",
        oidc_issuers="https://id.example/a, https://id.example/b",
        oidc_jwks_url="https://keys.example/k",
        oidc_scopes="openid email",
        oidc_token_auth="body",
        oidc_pkce=False,
        oidc_timeout_seconds=2,
    )
    assert provider.token_url == "https://id.example/token"
    assert provider.jwks_url == "https://keys.example/k"
    assert provider.issuers == {"https://id.example/a", "https://id.example/b"}
    assert (provider.sends_secret_in_body, provider.uses_pkce, provider.timeout_seconds) == (True, False, 2)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oidc_client_secret": ""}, "VENTANILLA_OIDC_CLIENT_SECRET"),
        ({"oidc_token_url": "http://id.example/token"}, "VENTANILLA_OIDC_TOKEN_URL"),
        ({"oidc_base_url": "ftp://id.example"}, "VENTANILLA_OIDC_AUTHORIZE_URL"),
        ({"oidc_logout_url": "https://"}, "VENTANILLA_OIDC_LOGOUT_URL"),
        ({"oidc_scopes": "email"}, "VENTANILLA_OIDC_SCOPES"),
    ],
)
def test_what_cannot_work_or_is_not_safe_is_said_at_the_start(given: dict[str, Any], named: str) -> None:
    with pytest.raises(BadEnvironment, match=named):
        made(**given)


def test_a_provider_on_this_machine_needs_no_certificate() -> None:
    assert made(oidc_base_url="http://127.0.0.1:9400").token_url == "http://127.0.0.1:9400/token"


def test_the_demo_has_a_stand_in_until_a_client_is_named() -> None:
    provider = openid.provider(Environment(demo=True, host="0.0.0.0", port=8123))
    assert provider is not None
    assert provider.authorize_url == "/demo/gubuy/authorize"
    assert provider.token_url == "http://127.0.0.1:8123/demo/gubuy/token"
    assert "iduruguay" in made(demo=True).token_url
