"""Who attends a case, how it ends, and how it begins again."""

from typing import Any

import pytest

from ventanilla.api.tests.conftest import World, mail


@pytest.fixture
def code(world: World) -> str:
    """A case that `agente` attends."""
    return world.receive(mail("Se cayó una rama."))


def test_an_agent_hands_over_what_is_hers(world: World, code: str) -> None:
    response = world.agent_program.post(f"cases/{code}/assign", {"agent": "colega", "note": "Es de tu zona."})
    assert response.status_code == 200
    assert (response.json()["agent"], response.json()["team"]) == ("colega", "consultas")
    entries = world.agent_program.get(f"cases/{code}/entries").json()["items"]
    assert "Es de tu zona." in [entry["text"] for entry in entries if entry["kind"] == "note"]


def test_an_agent_does_not_give_away_a_colleagues_case(world: World, code: str) -> None:
    response = world.colleague_program.post(f"cases/{code}/assign", {"agent": None})
    assert response.status_code == 403
    assert "otra persona" in response.json()["detail"]


def test_an_agent_takes_a_case_and_gives_it_back(world: World, code: str) -> None:
    taken = world.colleague_program.post(f"cases/{code}/assign", {"agent": "colega"})
    assert taken.json()["agent"] == "colega"
    back = world.colleague_program.post(f"cases/{code}/assign", {"agent": None})
    assert (back.json()["agent"], back.json()["team"]) == (None, "consultas")


def test_a_supervisor_assigns_any_case(world: World, code: str) -> None:
    assert world.supervisor_program.post(f"cases/{code}/assign", {"agent": "colega"}).json()["agent"] == "colega"
    queued = world.supervisor_program.post(f"cases/{code}/assign", {"team": "consultas"}).json()
    assert (queued["agent"], queued["team"]) == (None, "consultas")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "agent"),
        ({"agent": "nadie"}, "agent"),
        ({"agent": "supervisora"}, "agent"),
        ({"agent": "extranjera"}, "agent"),
        ({"team": "no-existe"}, "team"),
        ({"agent": 3}, "agent"),
        ({"agent": "colega", "note": "x" * 2001}, "note"),
        ({"agent": "colega", "cuando": "ya"}, "cuando"),
    ],
)
def test_who_cannot_attend_is_told(world: World, code: str, body: Any, field: str) -> None:
    response = world.supervisor_program.post(f"cases/{code}/assign", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_nothing_closes_without_a_recorded_action(world: World, code: str) -> None:
    response = world.agent_program.post(f"cases/{code}/close", {})
    assert response.status_code == 409
    assert world.agent_program.get(f"cases/{code}").json()["state"] == "open"


def test_closing_with_a_last_answer(world: World, code: str) -> None:
    response = world.agent_program.post(
        f"cases/{code}/close", {"type": "complaint", "service": "arbolado", "text": "Ya la retiramos."}
    )
    case = response.json()
    assert response.status_code == 200
    assert (case["state"], case["type"], case["service"]) == ("closed", "complaint", "arbolado")
    assert case["closed_at"] is not None
    entries = world.agent_program.get(f"cases/{code}/entries").json()["items"]
    assert "Ya la retiramos." in [entry["text"] for entry in entries if entry["direction"] == "out"]


def test_closing_and_reopening_need_no_body(world: World, code: str) -> None:
    world.agent_program.post(f"cases/{code}/replies", {"text": "Listo."})
    assert world.agent_program.post(f"cases/{code}/close").json()["state"] == "closed"
    assert world.agent_program.post(f"cases/{code}/close").status_code == 409
    again = world.agent_program.post(f"cases/{code}/reopen")
    assert again.status_code == 200
    assert again.json()["state"] == "open"
    assert again.json()["closed_at"] is None
    assert world.agent_program.post(f"cases/{code}/reopen", {"reason": "Falta algo."}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "otra"}, "type"),
        ({"outcome": "perfecto"}, "outcome"),
        ({"service": "no-existe"}, "service"),
        ({"text": "x" * 100_001}, "text"),
        ({"motivo": "x"}, "motivo"),
    ],
)
def test_closing_with_nonsense(world: World, code: str, body: Any, field: str) -> None:
    response = world.agent_program.post(f"cases/{code}/close", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("what", ["assign", "close", "reopen"])
def test_only_who_answers_may(world: World, code: str, what: str) -> None:
    body = {"agent": "colega"} if what == "assign" else {}
    assert world.quality_program.post(f"cases/{code}/{what}", body).status_code == 403
    assert world.stranger_program.post(f"cases/{code}/{what}", body).status_code == 404
    assert world.nobody.post(f"cases/{code}/{what}", body).status_code == 401
