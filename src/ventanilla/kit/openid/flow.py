"""Leave to the provider, come back, and leave it for good."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ventanilla.kit.openid import tokens, transport
from ventanilla.kit.openid.provider import Provider, ProviderNotBelieved


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must be kept in the browser's session from leaving to coming back; good for one use.

    `state` ties the return to the browser, `nonce` the token to the attempt, `verifier` (RFC 7636, or "") the code.
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came back. `claims` are those of the id_token, `userinfo` those of the provider's page of the person."""

    claims: dict[str, Any]
    userinfo: dict[str, Any]
    id_token: str


def leave(provider: Provider, return_url: str, *, acr_values: str = "") -> tuple[str, Attempt]:
    """Where to send the browser, and what to keep meanwhile."""
    verifier = secrets.token_urlsafe(48) if provider.uses_pkce else ""
    attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), verifier)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_url,
        "scope": provider.scopes,
        "state": attempt.state,
        "nonce": attempt.nonce,
    }
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        asked["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        asked["code_challenge_method"] = "S256"
    if acr_values:
        asked["acr_values"] = acr_values
    return with_query(provider.authorize_url, asked), attempt


def come_back(provider: Provider, attempt: Attempt, *, code: str, return_url: str, issuer: str = "") -> SignedIn:
    """Change the code for the person. Raises ProviderUnreachable and ProviderNotBelieved.

    `issuer` is the `iss` of the return address, where the provider puts one (RFC 9207). Asks the network up to four
    times; call it outside transactions.
    """
    if issuer and issuer not in provider.issuers:
        raise ProviderNotBelieved("issuer_of_return")
    access_token, id_token = _exchange(provider, attempt, code, return_url)
    claims = tokens.believed(provider, id_token, nonce=attempt.nonce, access_token=access_token)
    userinfo = transport.ask(
        provider, provider.userinfo_url, what="userinfo", credentials=transport.bearer(access_token)
    )
    # Core 5.3.2: without this, the page of another person could be slipped under a good token.
    if userinfo.get("sub") != claims["sub"]:
        raise ProviderNotBelieved("userinfo_of_another")
    return SignedIn(claims, userinfo, id_token)


def _exchange(provider: Provider, attempt: Attempt, code: str, return_url: str) -> tuple[str, str]:
    """The access token and the id_token for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": return_url}
    if attempt.verifier:
        form["code_verifier"] = attempt.verifier
    if provider.sends_secret_in_body:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        credentials: transport.Credentials = transport.nobody
    else:
        credentials = transport.basic(provider.client_id, provider.client_secret)
    answer = transport.ask(provider, provider.token_url, what="code", credentials=credentials, form=form)
    access_token, id_token = answer.get("access_token"), answer.get("id_token")
    if str(answer.get("token_type", "")).lower() != "bearer":
        raise ProviderNotBelieved("token_type")
    if not (isinstance(access_token, str) and isinstance(id_token, str) and access_token.isascii()):
        raise ProviderNotBelieved("no_token")
    return access_token, id_token


def leave_for_good(provider: Provider, id_token: str, return_url: str, state: str) -> str:
    """Where to send the browser so that the provider ends its session too; "" when it has no such address."""
    if not provider.logout_url:
        return ""
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": return_url, "state": state}
    return with_query(provider.logout_url, {name: value for name, value in asked.items() if value})


def with_query(url: str, values: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"
