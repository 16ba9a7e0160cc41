"""Nobody fills the disk through a door: what is too large is refused on its way in, announced or not."""

import asyncio
import http.client
import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from ventanilla.config import body_limit
from ventanilla.config.asgi import application

MEGABYTE = b"a" * 2**20


@pytest.fixture
def house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The house on a port of its own, with a limit of 2 MB for pages."""
    monkeypatch.setattr(body_limit, "PAGE_MAX_BYTES", 2 * 2**20)
    monkeypatch.setattr(body_limit, "THROWN_AWAY_MAX_BYTES", 6 * 2**20)
    server = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="off", log_config=None, proxy_headers=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def post(port: int, path: str, megabytes: int, *, is_announced: bool) -> tuple[int, str, bytes]:
    body: Any = MEGABYTE * megabytes if is_announced else iter([MEGABYTE] * megabytes)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("POST", path, body, {"Content-Type": "text/plain"}, encode_chunked=not is_announced)
        response = line.getresponse()
        return response.status, response.headers["Content-Type"], response.read()


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_page_takes_so_much_and_says_when_it_is_more(house: int, is_announced: bool) -> None:
    status, media_type, content = post(house, "/ingresar/", 5, is_announced=is_announced)
    assert (status, media_type) == (413, "text/plain; charset=utf-8")
    assert content.decode() == "Lo que mandaste pesa más de 2 MB, y no lo recibimos."
    assert post(house, "/ingresar/", 1, is_announced=is_announced)[0] == 403


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_program_gets_a_problem_document(house: int, is_announced: bool) -> None:
    status, media_type, content = post(house, "/api/v1/cases/x/notes", 3, is_announced=is_announced)
    assert (status, media_type) == (413, "application/problem+json")
    assert json.loads(content)["type"] == "urn:ventanilla:problem:too-large"
    # A raw message may be as large as by mail; this one only lacks its token.
    assert post(house, "/api/v1/deliveries/x@example.com", 3, is_announced=is_announced)[0] == 401


def test_a_flood_without_end_is_cut(house: int) -> None:
    head = b"POST /ingresar/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house), 10) as line:
        line.sendall(head)
        with pytest.raises(OSError):
            _pour(line)


def _pour(line: socket.socket) -> None:
    for _ in range(100):
        line.sendall(MEGABYTE)


def test_nothing_of_it_stays_on_the_disk(house: int) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    post(house, "/ingresar/", 5, is_announced=False)
    assert {path for path in Path(tempfile.gettempdir()).iterdir() if path.suffix == ".upload"} <= before
