"""Replies, notes, and doing each once."""

from typing import Any

import pytest

from ventanilla.api.tests.conftest import Program, World, mail


@pytest.fixture
def code(world: World) -> str:
    return world.receive(mail("Se cayó una rama."))


def texts(program: Program, code: str, kind: str) -> list[str]:
    entries = program.get(f"cases/{code}/entries").json()["items"]
    return [entry["text"] for entry in entries if entry["kind"] == kind and entry["author"] == "agente"]


def test_a_reply_goes_out_and_stops_the_clock(world: World, code: str) -> None:
    response = world.agent_program.post(f"cases/{code}/replies", {"text": "Va una cuadrilla."})
    assert response.status_code == 202
    assert response.json().keys() == {"id", "case", "delivery"}
    assert response.json()["delivery"] == "queued"
    entry = world.agent_program.get(f"cases/{code}/entries").json()["items"][-1]
    assert (entry["id"], entry["text"], entry["direction"]) == (response.json()["id"], "Va una cuadrilla.", "out")
    assert world.agent_program.get(f"cases/{code}").json()["first_responded_at"] is not None


def test_a_reply_may_name_its_channel(world: World, code: str) -> None:
    assert world.agent_program.post(f"cases/{code}/replies", {"text": "Sí.", "channel": "email"}).status_code == 202
    refused = world.agent_program.post(f"cases/{code}/replies", {"text": "Sí.", "channel": "facebook"})
    assert refused.status_code == 409
    assert "cuenta" in refused.json()["detail"]


def test_a_supervisor_answers_any_case_of_her_body(world: World, code: str) -> None:
    assert world.supervisor_program.post(f"cases/{code}/replies", {"text": "Sí."}).status_code == 202


def test_a_note_stays_inside(world: World, code: str) -> None:
    response = world.agent_program.post(f"cases/{code}/notes", {"text": "Llamé a la cuadrilla."})
    assert response.status_code == 201
    assert response.json().keys() == {"id", "case"}
    assert texts(world.agent_program, code, "note") == ["Llamé a la cuadrilla."]


@pytest.mark.parametrize("what", ["replies", "notes"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n\t"}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["x"]}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "x", "texto": "y"}, "texto"),
        ([], "body"),
        ("texto", "body"),
        (None, "body"),
    ],
)
def test_what_makes_no_text_is_told(world: World, code: str, what: str, body: Any, field: str) -> None:
    response = world.agent_program.post(f"cases/{code}/{what}", body)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert texts(world.agent_program, code, "message") == texts(world.agent_program, code, "note") == []


@pytest.mark.parametrize("what", ["replies", "notes"])
def test_only_who_answers_writes(world: World, code: str, what: str) -> None:
    assert world.quality_program.get(f"cases/{code}").status_code == 200
    assert world.quality_program.post(f"cases/{code}/{what}", {"text": "x"}).status_code == 403
    assert world.stranger_program.post(f"cases/{code}/{what}", {"text": "x"}).status_code == 404
    assert world.nobody.post(f"cases/{code}/{what}", {"text": "x"}).status_code == 401
    assert world.agent_program.post(f"cases/K7M4-X9PT/{what}", {"text": "x"}).status_code == 404


@pytest.mark.parametrize("what", ["replies", "notes"])
def test_the_same_key_writes_once(world: World, code: str, what: str) -> None:
    first = world.agent_program.post(f"cases/{code}/{what}", {"text": "Una vez."}, Idempotency_Key="a-1")
    again = world.agent_program.post(f"cases/{code}/{what}", {"text": "Una vez."}, Idempotency_Key="a-1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    kind = "message" if what == "replies" else "note"
    assert texts(world.agent_program, code, kind) == ["Una vez."]


def test_a_key_for_another_request_is_refused(world: World, code: str) -> None:
    post = world.agent_program.post
    assert post(f"cases/{code}/notes", {"text": "Una."}, Idempotency_Key="a-1").status_code == 201
    assert post(f"cases/{code}/notes", {"text": "Otra."}, Idempotency_Key="a-1").status_code == 422
    assert post(f"cases/{code}/replies", {"text": "Una."}, Idempotency_Key="a-1").status_code == 422
    assert texts(world.agent_program, code, "note") == ["Una."]


def test_a_key_belongs_to_its_token(world: World, code: str) -> None:
    for program in (world.agent_program, world.supervisor_program):
        response = program.post(f"cases/{code}/notes", {"text": "Una."}, Idempotency_Key="a-1")
        assert response.status_code == 201
        assert "Idempotent-Replayed" not in response


def test_a_request_that_failed_may_be_sent_again_with_its_key(world: World, code: str) -> None:
    refused = {"text": "Sí.", "channel": "facebook"}
    for _attempt in range(2):
        response = world.agent_program.post(f"cases/{code}/replies", refused, Idempotency_Key="a-1")
        assert response.status_code == 409
    assert world.agent_program.post(f"cases/{code}/replies", {"text": "Sí."}, Idempotency_Key="a-1").status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "con espacio", "ñ"])
def test_a_key_that_is_no_key(world: World, code: str, key: str) -> None:
    response = world.agent_program.post(f"cases/{code}/notes", {"text": "x"}, Idempotency_Key=key)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
