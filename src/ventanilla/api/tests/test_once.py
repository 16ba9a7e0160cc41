"""Two requests with one key at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from ventanilla.api.tests.conftest import Program, World, mail


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_writes(transactional_db: None, world: World) -> None:
    code = world.receive(mail("Hola."))
    token = world.agent_program.token
    together = Barrier(4)

    def send() -> Any:
        try:
            together.wait(timeout=10)
            return Program(token, Client()).post(f"cases/{code}/notes", {"text": "Una vez."}, Idempotency_Key="a-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = [sent.result() for sent in [threads.submit(send) for _program in range(4)]]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    entries = world.agent_program.get(f"cases/{code}/entries").json()["items"]
    assert [entry["text"] for entry in entries if entry["kind"] == "note"] == ["Una vez."]
