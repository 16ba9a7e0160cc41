"""Lists of cases, and one case."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.api.tests.conftest import World, mail

KEYS = {
    "code", "type", "state", "subject", "channel", "service", "contact", "agent", "team", "opened_at", "closed_at",
    "first_response_due_at", "first_responded_at", "resolution_due_at",
}  # fmt: skip


def codes(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["code"] for item in response.json()["items"]]


def test_a_case_tells_what_the_interface_promises(world: World) -> None:
    code = world.receive(mail("Se cayó una rama."))
    response = world.agent_program.get(f"cases/{code}")
    case = response.json()
    assert response.status_code == 200
    assert case.keys() == KEYS
    assert case["state"] == "open"
    assert case["type"] == "information"
    assert case["channel"] == "email"
    assert case["subject"] == "Poda de un árbol"
    assert case["contact"] == {"name": "Ana Pérez", "email": "ana@example.com", "phone": None}
    assert case["agent"] == "agente"
    assert case["team"] == "consultas"
    assert case["service"] is None
    assert case["first_response_due_at"] > case["opened_at"]
    assert case["first_responded_at"] is case["closed_at"] is case["resolution_due_at"] is None


def test_a_code_may_be_typed_carelessly(world: World) -> None:
    code = world.receive(mail("Hola."))
    assert world.agent_program.get(f"cases/{code.replace('-', '').lower()}").json()["code"] == code


@pytest.mark.parametrize("code", ["K7M4-X9PT", "x", "K7M4-X9P%00", "..", "ñandú", "%F0%9F%8C%B3", "a" * 500])
def test_a_code_of_no_case_is_404(world: World, code: str) -> None:
    assert world.agent_program.get(f"cases/{code}").status_code == 404


def test_a_list_pages_through_every_case_once_newest_activity_first(world: World) -> None:
    made = [world.receive(mail(f"Consulta {number}")) for number in range(7)]
    found: list[str] = []
    cursor = ""
    for _page in range(10):
        page = world.agent_program.get("cases", limit=3, cursor=cursor).json()
        found += [item["code"] for item in page["items"]]
        assert page.keys() == {"items", "next"}
        cursor = page["next"]
        if cursor is None:
            break
    assert found == made[::-1]


def test_a_list_costs_the_same_whatever_its_length(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            world.agent_program.get("cases", limit=100)
        return len(queries)

    world.receive(mail("Una.", sender="a1@example.com"))
    cost()  # the first call of a day also notes that the token was used
    few = cost()
    for number in range(5):
        world.receive(mail("Otra.", sender=f"b{number}@example.com"))
    assert cost() == few <= 15


def test_filters(world: World) -> None:
    mine = world.receive(mail("Consulta por la poda."))
    colleagues = world.receive(mail("Alumbrado apagado.", subject="Alumbrado", sender="beto@example.com"))
    nobodys = world.receive(mail("Bache.", subject="Un bache", sender="caro@example.com"))
    api = world.supervisor_program
    api.post(f"cases/{colleagues}/assign", {"agent": "colega"})
    api.post(f"cases/{nobodys}/assign", {"agent": None})
    api.post(f"cases/{mine}/notes", {"text": "Lo vi."})
    api.post(f"cases/{mine}/close", {"type": "complaint", "outcome": "no_answer_needed"})

    assert codes(api.get("cases", state="closed")) == [mine]
    assert codes(api.get("cases", type="complaint")) == [mine]
    assert codes(api.get("cases", channel="email")) == [mine, nobodys, colleagues]
    assert codes(api.get("cases", channel="facebook")) == []
    assert codes(api.get("cases", agent="colega")) == [colleagues]
    assert codes(world.colleague_program.get("cases", agent="me")) == [colleagues]
    assert codes(api.get("cases", agent="none")) == [nobodys]
    assert codes(api.get("cases", q="alumbrado")) == [colleagues]
    assert codes(api.get("cases", q="caro@example.com")) == [nobodys]
    assert codes(api.get("cases", q=mine)) == [mine]
    assert codes(api.get("cases", q="bache", state="closed")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "abierta"}, "state"),
        ({"type": "x"}, "type"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "muchos"}, "limit"),
        ({"cursor": "AAAA"}, "cursor"),
        ({"cursor": "WzEsMl0"}, "cursor"),
        ({"cursor": "W1tdLCBJbmZpbml0eSwgMV0"}, "cursor"),
        ({"cursor": "x" * 201}, "cursor"),
        ({"cursor": "ñ"}, "cursor"),
        ({"agent": "nadie"}, "agent"),
        ({"q": "a" * 201}, "q"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told(world: World, query: dict[str, str], field: str) -> None:
    response = world.agent_program.get("cases", **query)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["field"] == field
    assert error["message"]


@pytest.mark.parametrize("query", [{"q": "a\x00b"}, {"cursor": "\x00"}, {"channel": "\x00"}])
def test_nul_in_a_filter_is_refused(world: World, query: dict[str, str]) -> None:
    assert world.agent_program.get("cases", **query).status_code == 400


@pytest.mark.parametrize("text", ["'", '"', "a & | !", "((", ":*", "\\", "%", "a" * 200, "🌳", "<->"])
def test_any_search_text_is_answered(world: World, text: str) -> None:
    assert world.agent_program.get("cases", q=text).status_code == 200


def test_each_sees_the_cases_of_her_bodies_only(world: World) -> None:
    ours = world.receive(mail("Hola."))
    theirs = world.receive(mail("Hola.", sender="zoe@example.com"), world.other_account)
    assert codes(world.agent_program.get("cases")) == [ours]
    assert codes(world.supervisor_program.get("cases")) == [ours]
    assert codes(world.stranger_program.get("cases")) == [theirs]
    assert world.stranger_program.get(f"cases/{ours}").status_code == 404
    assert world.agent_program.get(f"cases/{theirs}").status_code == 404
