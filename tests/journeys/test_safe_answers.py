"""Every address answers with what a browser must know, whoever asks; and nothing is believed of strangers."""

import asyncio
import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from ventanilla.config.middleware import ADMINISTRATION
from ventanilla.demo.stage import Stage

EXAMPLES: dict[str, Any] = {
    "int": 1,
    "str": "x",
    "slug": "x",
    "path": "x",
    "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
}
WATCHED = (
    "Content-Security-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cache-Control",
)
COUNT_AT_LEAST = 80


def addresses(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """One address of each pattern, its parameters filled with something."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        written = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            kind = next(kind for kind, known in get_converters().items() if type(known) is type(converter))
            value = EXAMPLES.get(kind, "K7M4-X9PT" if kind == "code" else "x")
            for form in (f"<{kind}:{name}>", f"<{name}>"):
                written = written.replace(form, str(value))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + written)
        elif isinstance(pattern, URLPattern) and "(" not in written and "^" not in written:
            yield before + written


def faults(path: str, response: Any) -> list[str]:
    """What is missing or too loose in an answer."""
    found = [f"{path}: no {name}" for name in WATCHED if name not in response]
    policy = response.get("Content-Security-Policy", "")
    if not policy.startswith(("default-src 'none'", "sandbox")):
        found.append(f"{path}: {policy}")
    is_locked = "sandbox" in policy and "allow-scripts" not in policy
    is_loose = "unsafe-" in policy or " *" in policy or "https:" in policy
    if is_loose and not is_locked and not path.startswith(ADMINISTRATION):
        found.append(f"{path}: {policy}")
    if "frame-ancestors 'none'" not in policy and response.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        found.append(f"{path}: may be framed")
    if response.get("X-Content-Type-Options") != "nosniff":
        found.append(f"{path}: may be sniffed")
    return found


@pytest.mark.parametrize("who", ["nobody", "agent", "supervisor"])
def test_every_address_tells_the_browser(stage: Stage, who: str) -> None:
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(stage.agent.user if who == "agent" else stage.supervisor)
    asked = [path for path in addresses() if path != "/ingresar/salir/"]
    assert len(asked) >= COUNT_AT_LEAST
    found = []
    for path in asked:
        response = client.get(path)
        found += faults(path, response)
        if who != "nobody" and response.status_code == 200 and path.startswith(("/mostrador/", "/supervision/")):
            kept = response["Cache-Control"]
            found += [] if "no-store" in kept and "private" in kept else [f"{path}: kept as {kept}"]
    found += faults("/no/existe/", client.get("/no/existe/"))
    assert not found, "\n".join(found)


def test_only_the_administration_is_looser() -> None:
    client = Client()
    assert "unsafe-eval" in client.get(ADMINISTRATION)["Content-Security-Policy"]
    assert "unsafe" not in client.get("/configuracion")["Content-Security-Policy"]


def test_a_secure_site_says_so(db: None, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000
    assert Client().get("/ingresar/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Client().get("/ingresar/")


# Proxies


def answer(app: Any, peer: str, *headers: tuple[bytes, bytes]) -> Any:
    """What the application under the proxy's layer is told of the client: address and scheme."""
    told: dict[str, Any] = {}

    async def under(scope: Any, receive: Any, send: Any) -> None:
        told.update(client=scope["client"][0], scheme=scope["scheme"])

    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": list(headers)}
    asyncio.run(app(under)(scope, None, None))
    return told["client"], told["scheme"]


FORGED = ((b"x-forwarded-for", b"192.0.2.66, 198.51.100.7, 10.0.0.2"), (b"x-forwarded-proto", b"https"))


def test_only_a_named_proxy_is_believed_and_of_what_it_says_the_last_stranger() -> None:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    assert configured.TRUSTED_PROXIES == []
    nobody = lambda under: ProxyHeadersMiddleware(under, trusted_hosts=[])  # noqa: E731
    named = lambda under: ProxyHeadersMiddleware(under, trusted_hosts=["10.0.0.0/8"])  # noqa: E731
    assert answer(nobody, "127.0.0.1", *FORGED) == ("127.0.0.1", "http")
    assert answer(named, "127.0.0.1", *FORGED) == ("127.0.0.1", "http")
    assert answer(named, "10.0.0.1", *FORGED) == ("198.51.100.7", "https")


def test_the_house_itself_stands_under_that_layer() -> None:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    from ventanilla.config.asgi import application

    assert isinstance(application, ProxyHeadersMiddleware)
    assert "127.0.0.1" not in application.trusted_hosts


# Weight


def test_style_and_script_are_compressed_once_and_kept_long(client: Client) -> None:
    from django.templatetags.static import static

    address = static("look/components.css")
    assert "?v=" in address
    plain = client.get(address)
    small = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 2
    assert small["Content-Length"] == str(len(small.content))
    assert small["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert small["ETag"] != plain["ETag"]
    assert small["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/look/components.css")["Cache-Control"] == "max-age=60, public"
    again = client.get(address, headers={"accept-encoding": "gzip", "if-none-match": small["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Encoding" not in client.get(address, headers={"accept-encoding": "gzip;q=0"})
    assert "Content-Encoding" not in client.get(address, headers={"accept-encoding": "gzip", "range": "bytes=0-99"})


def test_pages_are_compressed_with_a_length_that_tells_nothing(db: None, client: Client) -> None:
    sizes = {len(client.get("/ingresar/", headers={"accept-encoding": "gzip"}).content) for _ in range(12)}
    assert len(sizes) > 3


def test_files_and_programs_answers_are_not_compressed_again(stage: Stage) -> None:
    answered = Client().get("/api/v1/openapi.json", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answered


# Floods


def test_a_flood_is_answered_with_429_and_when_to_come_back(db: None, client: Client, settings: Any) -> None:
    from ventanilla.api import authentication

    settings.RATE_LIMITS_SCALE = 2 / 300
    assert authentication.WRONG_TRIES == "300/m"
    answers = [client.get("/api/v1/cases", headers={"authorization": "Bearer x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert answers[-1].json()["type"] == "urn:ventanilla:problem:too-many-requests"


def test_people_are_told_in_words_when_to_come_back(db: None, rf: Any) -> None:
    from ventanilla.config.middleware import TooManyMiddleware
    from ventanilla.kit.limits import TooMany

    answer = TooManyMiddleware(lambda request: HttpResponse()).process_exception(
        rf.get("/solicitudes/nueva/"), TooMany("portal.request", 130)
    )
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "130")
    assert "Probá de nuevo en 3 minutos." in answer.content.decode()
    assert TooManyMiddleware(lambda request: HttpResponse()).process_exception(rf.get("/"), ValueError()) is None
