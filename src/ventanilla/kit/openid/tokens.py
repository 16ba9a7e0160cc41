"""Which id_token is believed. Sources: OpenID Connect Core 1.0, 3.1.3.7; RFC 8725."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from ventanilla.kit import clock
from ventanilla.kit.openid import transport
from ventanilla.kit.openid.provider import Provider, ProviderNotBelieved

ALGORITHM = "RS256"
"""Pinned: whoever may choose the algorithm may sign with the public key, or not at all."""
LEEWAY_SECONDS = 60
"""How far two clocks may differ."""
KEYS_LIFETIME = timedelta(hours=1)
RSA_MIN_BITS = 2048

_keys: dict[str, tuple[datetime, dict[str, jwt.PyJWK]]] = {}
"""By address: when it was read, and the keys by their id. One a process: it saves a question, and decides nothing."""


def believed(provider: Provider, id_token: str, *, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of a token that stands up to every check. Raises ProviderNotBelieved and ProviderUnreachable."""
    key = _key_of(provider, id_token)
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=[ALGORITHM],
            audience=provider.client_id,
            issuer=sorted(provider.issuers),
            # Times are checked below, by the house's clock.
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidSignatureError:
        raise ProviderNotBelieved("signature") from None
    except jwt.InvalidIssuerError:
        raise ProviderNotBelieved("issuer") from None
    except jwt.InvalidAudienceError:
        raise ProviderNotBelieved("audience") from None
    except jwt.PyJWTError:
        raise ProviderNotBelieved("token") from None
    check_party(claims, provider.client_id)
    check_times(claims, clock.now())
    if not _is_same(claims.get("nonce"), nonce):
        raise ProviderNotBelieved("nonce")
    if "at_hash" in claims and not _is_same(claims["at_hash"], half_hash(access_token)):
        raise ProviderNotBelieved("at_hash")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise ProviderNotBelieved("sub")
    return claims


def check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several names the party that it was made for, and that is us."""
    audience = claims.get("aud")
    party = claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise ProviderNotBelieved("party")
    if party is not None and party != client_id:
        raise ProviderNotBelieved("party")


def check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """Made before now and ending after it, give or take `LEEWAY_SECONDS`."""
    moment = now.timestamp()
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times.values()):
        raise ProviderNotBelieved("times")
    if times["exp"] <= moment - LEEWAY_SECONDS:
        raise ProviderNotBelieved("expired")
    if max(times["iat"], times.get("nbf", 0)) > moment + LEEWAY_SECONDS:
        raise ProviderNotBelieved("from_the_future")


def half_hash(access_token: str) -> str:
    """`at_hash` of an access token: the left half of its SHA-256, base64url."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def forget_keys() -> None:
    """Ask for the keys anew at the next sign-in."""
    _keys.clear()


def _is_same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def _key_of(provider: Provider, id_token: str) -> jwt.PyJWK:
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.PyJWTError:
        raise ProviderNotBelieved("token") from None
    if header.get("alg") != ALGORITHM:
        raise ProviderNotBelieved("algorithm")
    key_id = header.get("kid")
    when, keys = _keys.get(provider.jwks_url, (None, {}))
    is_fresh = when is not None and when <= clock.now() < when + KEYS_LIFETIME
    found = _pick(keys, key_id) if is_fresh else None
    # A key that is not known may be new: the provider is asked once more, and only once.
    found = found or _pick(_read_keys(provider), key_id)
    if found is None:
        raise ProviderNotBelieved("unknown_key")
    return found


def _pick(keys: Mapping[str, jwt.PyJWK], key_id: object) -> jwt.PyJWK | None:
    """The key of that id; a token without one is believed only where there is no choice."""
    if key_id is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(key_id) if isinstance(key_id, str) else None


def _read_keys(provider: Provider) -> dict[str, jwt.PyJWK]:
    listed = transport.ask(provider, provider.jwks_url, what="keys").get("keys")
    keys = {}
    for entry in listed if isinstance(listed, list) else []:
        key = _usable(entry)
        if key is not None:
            keys[key.key_id or ""] = key
    _keys[provider.jwks_url] = (clock.now(), keys)
    return keys


def _usable(entry: object) -> jwt.PyJWK | None:
    """The key if it is a public one to check RS256 signatures with; others are no business of ours."""
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or "d" in entry:
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", ALGORITHM) != ALGORITHM:
        return None
    try:
        key = jwt.PyJWK(entry, algorithm=ALGORITHM)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if key.key.key_size >= RSA_MIN_BITS else None
