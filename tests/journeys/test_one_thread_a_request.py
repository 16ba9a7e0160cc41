"""Each request runs whole in one thread, and gives back what it took from the database before it answers."""

import asyncio
import threading
import time
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from ventanilla.config.database import POOL_MAX_CONNECTIONS
from ventanilla.config.pages import PagesHandler
from ventanilla.organisation import queries as organisation

REQUESTS = 3 * POOL_MAX_CONNECTIONS


def whole(request: HttpRequest) -> HttpResponse:
    organisation.bodies()
    return HttpResponse(f"{request.method} {len(request.body)} {threading.current_thread().name}")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        (str(len(organisation.bodies())).encode() for _ in range(3)), content_type="text/plain"
    )


def broken(request: HttpRequest) -> HttpResponse:
    organisation.bodies()
    raise LookupError


urlpatterns = [path("whole/", whole), path("streamed/", streamed), path("broken/", broken)]


async def ask(handler: PagesHandler, address: str, body: bytes = b"") -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-length", str(len(body)).encode())]
    method = "POST" if body else "GET"
    await handler(
        {"type": "http", "method": method, "path": address, "query_string": b"", "headers": headers}, receive, send
    )
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])


def all_of(address: str, count: int = REQUESTS) -> list[tuple[int, bytes]]:
    async def together() -> list[tuple[int, bytes]]:
        handler = PagesHandler()
        return await asyncio.gather(*(ask(handler, address) for _ in range(count)))

    return asyncio.run(together())


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
@pytest.mark.parametrize(("address", "status"), [("/whole/", 200), ("/streamed/", 200), ("/broken/", 500)])
def test_connections_are_given_back(address: str, status: int) -> None:
    connection.close()
    answers = all_of(address)
    assert {answer[0] for answer in answers} == {status}
    pool = connection.pool
    assert pool is not None
    # The pool takes them back in a thread of its own.
    deadline = time.monotonic() + 10
    while (stats := pool.get_stats())["pool_available"] != stats["pool_size"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert stats["pool_available"] == stats["pool_size"] <= POOL_MAX_CONNECTIONS
    connection.close_pool()


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_what_is_streamed_arrives_whole() -> None:
    (answer,) = all_of("/streamed/", 1)
    assert answer == (200, b"000")


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_a_body_reaches_the_view() -> None:
    status, content = asyncio.run(ask(PagesHandler(), "/whole/", b"x" * 3_000_000))
    assert (status, content.split()[:2]) == (200, [b"POST", b"3000000"])
    assert content.split()[2].startswith(b"pages")
