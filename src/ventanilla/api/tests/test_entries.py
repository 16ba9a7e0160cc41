"""The timeline of a case, and the files in it."""

import pytest

from ventanilla.api.tests.conftest import World, mail

KEYS = {
    "id", "kind", "channel", "direction", "text", "full_text", "html", "author", "at", "attachments", "delivery",
}  # fmt: skip


def test_the_conversation_is_told_oldest_first(world: World) -> None:
    code = world.receive(mail("Se cayó una rama.\n\n-- \nAna"))
    world.agent_program.post(f"cases/{code}/notes", {"text": "Avisé a la cuadrilla."})
    world.agent_program.post(f"cases/{code}/replies", {"text": "Va una cuadrilla mañana."})
    page = world.agent_program.get(f"cases/{code}/entries").json()
    entries = page["items"]
    assert page["next"] is None
    assert all(entry.keys() == KEYS for entry in entries)
    assert all(isinstance(entry["text"], str) and isinstance(entry["full_text"], str) for entry in entries)
    told = [(entry["kind"], entry["direction"], entry["author"], entry["delivery"]) for entry in entries]
    assert told == [
        ("message", "in", "Ana Pérez", None),
        ("message", "out", None, "queued"),
        ("note", "none", "agente", None),
        ("message", "out", "agente", "queued"),
    ]
    said, acknowledged, noted, answered = entries
    assert said["text"].strip() == "Se cayó una rama."
    assert "Ana" in said["full_text"]
    assert said["channel"] == acknowledged["channel"] == answered["channel"] == "email"
    assert noted["channel"] is None
    assert noted["text"] == "Avisé a la cuadrilla."


def test_what_happened_to_a_case_is_told_in_words(world: World) -> None:
    code = world.receive(mail("Hola."))
    world.agent_program.post(f"cases/{code}/notes", {"text": "Visto."})
    world.agent_program.post(f"cases/{code}/close", {"outcome": "no_answer_needed"})
    *_before, closed = world.agent_program.get(f"cases/{code}/entries").json()["items"]
    assert (closed["kind"], closed["direction"], closed["author"]) == ("event", "none", "agente")
    assert closed["text"] == "Se cerró."


def test_pages_hold_every_entry_once(world: World) -> None:
    code = world.receive(mail("Hola."))
    for number in range(5):
        world.agent_program.post(f"cases/{code}/notes", {"text": f"Nota {number}"})
    whole = [entry["id"] for entry in world.agent_program.get(f"cases/{code}/entries").json()["items"]]
    found: list[int] = []
    cursor = ""
    while cursor is not None and len(found) <= len(whole):
        page = world.agent_program.get(f"cases/{code}/entries", limit=2, cursor=cursor).json()
        found += [entry["id"] for entry in page["items"]]
        cursor = page["next"]
    assert len(whole) == 7
    assert found == whole


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJheWVyIiwxXQ", "WyIyMDI2LTAxLTAxIiwxXQ", "W1tdLHt9XQ"])
def test_a_cursor_of_another_list_is_refused(world: World, cursor: str) -> None:
    code = world.receive(mail("Hola."))
    response = world.agent_program.get(f"cases/{code}/entries", cursor=cursor)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "cursor"


def test_a_huge_id_in_a_cursor_finds_nothing(world: World) -> None:
    from ventanilla.api.paging import encode

    code = world.receive(mail("Hola."))
    cursor = encode("2026-01-01T00:00:00+00:00", 10**30)
    assert world.agent_program.get(f"cases/{code}/entries", cursor=cursor).status_code == 200


def test_a_file_is_told_and_may_be_fetched(world: World) -> None:
    content = b"<script>alert(1)</script>"
    code = world.receive(mail("Adjunto.", file=content))
    said = world.agent_program.get(f"cases/{code}/entries").json()["items"][0]
    (file,) = said["attachments"]
    assert file.keys() == {"id", "name", "type", "size", "url", "scan"}
    assert file["scan"] == "not_scanned"
    assert (file["name"], file["type"], file["size"]) == ("árbol caído.html", "text/html", len(content))
    assert file["url"] == f"/api/v1/files/{file['id']}"
    fetched = world.agent_program.get(f"files/{file['id']}")
    assert fetched.status_code == 200
    assert fetched.content == content
    assert fetched["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in fetched["Content-Security-Policy"]
    assert world.stranger_program.get(f"files/{file['id']}").status_code == 404
    assert world.nobody.get(f"files/{file['id']}").status_code == 401


@pytest.mark.parametrize(("file_id", "status"), [("1", 404), ("0", 422), ("x", 422), ("9" * 30, 422), ("-1", 422)])
def test_a_file_that_is_not_there(world: World, file_id: str, status: int) -> None:
    assert world.agent_program.get(f"files/{file_id}").status_code == status


def test_the_conversation_of_another_body_is_not_there(world: World) -> None:
    code = world.receive(mail("Hola."))
    assert world.stranger_program.get(f"cases/{code}/entries").status_code == 404
