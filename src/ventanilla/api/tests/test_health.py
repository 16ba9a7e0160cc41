"""Alive and ready."""

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ventanilla.api import health
from ventanilla.kit import queue


@pytest.fixture
def with_mail(settings: Any) -> Iterator[int]:
    """This process is said to run the mail listener, on a port where nobody listens; the port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    real = settings.ENVIRONMENT
    settings.ENVIRONMENT = SimpleNamespace(**real.model_dump() | {"mail_port": port, "mail_host": "127.0.0.1"})
    health.expect_mail_listener()
    yield port
    health.forget_mail_listener()


def greet(port: int, greeting: bytes) -> threading.Thread:
    """Answer one caller on the port with these bytes."""
    listening = socket.create_server(("127.0.0.1", port))

    def answer() -> None:
        with listening, listening.accept()[0] as talk:
            talk.sendall(greeting)
            talk.recv(100)

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_alive_asks_nobody(client: Client) -> None:
    """Without the `db` fixture any query would fail."""
    response = client.get("/salud/vivo")
    assert response.status_code == 200
    assert response.json() == {"alive": True}
    assert "no-store" in response["Cache-Control"]


def test_ready_when_every_part_works(client: Client, db: None) -> None:
    response = client.get("/salud/listo")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "parts": {"database": True, "jobs": True}}


def test_not_ready_while_jobs_wait_and_no_worker_lives(client: Client, db: None) -> None:
    queue.defer("intake.sweep")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '10 minutes'")
    response = client.get("/salud/listo")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "parts": {"database": True, "jobs": False}}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert client.get("/salud/listo").status_code == 200


def test_a_job_for_later_is_not_missed(client: Client, db: None) -> None:
    queue.defer("intake.sweep", after_seconds=3600)
    assert client.get("/salud/listo").status_code == 200


def test_ready_needs_the_mail_listener_where_it_should_run(client: Client, db: None, with_mail: int) -> None:
    response = client.get("/salud/listo")
    assert response.status_code == 503
    assert response.json()["parts"]["mail"] is False
    for greeting, is_ready in ((b"HTTP/1.1 200 OK\r\n", False), (b"220 ejemplo.gub.uy ESMTP\r\n", True)):
        answering = greet(with_mail, greeting)
        assert client.get("/salud/listo").json()["parts"]["mail"] is is_ready
        answering.join()


def test_a_database_that_is_gone_is_told_in_time(db: None, tmp_path: Any) -> None:
    assert health.is_database_answering()
    assert not health.is_database_answering(host=str(tmp_path))


@pytest.mark.parametrize("path", ["/salud/vivo", "/salud/listo"])
def test_health_only_tells(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
