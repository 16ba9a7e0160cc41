"""Asks the provider over HTTP: bounded in time and size, and without following anybody elsewhere."""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import requests
from django.db import connection
from requests import PreparedRequest
from urllib3.exceptions import HTTPError

from ventanilla.kit.openid.provider import Provider, ProviderNotBelieved, ProviderUnreachable

ANSWER_MAX_BYTES = 256 * 1024
_CHUNK_BYTES = 16 * 1024

Credentials = Callable[[PreparedRequest], PreparedRequest]


def nobody(request: PreparedRequest) -> PreparedRequest:
    """No credentials; said aloud, for otherwise the library looks for some in the machine's .netrc."""
    return request


def bearer(access_token: str) -> Credentials:
    return _header(f"Bearer {access_token}")


def basic(client_id: str, client_secret: str) -> Credentials:
    """RFC 6749 2.3.1: both are form-encoded before they are joined."""
    joined = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return _header(f"Basic {b64encode(joined.encode()).decode()}")


def _header(value: str) -> Credentials:
    def sign(request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = value
        return request

    return sign


def ask(
    provider: Provider,
    url: str,
    *,
    what: str,
    credentials: Credentials = nobody,
    form: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object at the address; posts the form if there is one. `what` names the question in reasons.

    Raises ProviderUnreachable and ProviderNotBelieved.
    """
    if _is_in_transaction():
        raise RuntimeError("The provider is asked outside transactions: its slowness must not hold rows.")
    deadline = time.monotonic() + provider.timeout_seconds
    try:
        with (
            requests.Session() as session,
            session.request(
                "GET" if form is None else "POST",
                url,
                data=form,
                headers={"Accept": "application/json"},
                auth=credentials,
                timeout=provider.timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            status = answer.status_code
            content = _read(answer, deadline, what)
    except (requests.RequestException, HTTPError, OSError):
        # Not chained: the library's message holds the address and may hold more.
        raise ProviderUnreachable(f"{what}_unreachable") from None
    if status >= 500 or status == 429:
        raise ProviderUnreachable(f"{what}_{status}")
    if status != 200:
        raise ProviderNotBelieved(f"{what}_{status}")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise ProviderNotBelieved(f"{what}_not_json") from None
    if not isinstance(found, dict):
        raise ProviderNotBelieved(f"{what}_not_json")
    return found


def _read(answer: requests.Response, deadline: float, what: str) -> bytes:
    """The whole body, as it trickles in: the library's own time-out begins anew with each byte."""
    content = b""
    while chunk := answer.raw.read1(_CHUNK_BYTES, decode_content=True):
        content += chunk
        if len(content) > ANSWER_MAX_BYTES:
            raise ProviderNotBelieved(f"{what}_too_long")
        if time.monotonic() > deadline:
            raise ProviderUnreachable(f"{what}_slow")
    return content


def _is_in_transaction() -> bool:
    """Whether rows could be held meanwhile; the transaction that Django rolls a test back with holds nobody up."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
