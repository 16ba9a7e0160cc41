"""Replies, notes, forwards and new mails: what they do, and that nothing typed is ever lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ventanilla.delivery import queries as delivery
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import staff
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.tests.conftest import World, mail


def answer(world: World, case: Any, person: Any = None, **data: Any) -> Any:
    client = (person or world.agent).client
    return client.post(f"/mostrador/{case.code}/responder/", {"text": "Traé la cédula.", "then": "", **data})


def last(world: World, case: Any) -> Any:
    return [entry for entry in world.timeline(case) if entry.kind != "event"][-1]


def test_a_reply_goes_to_whoever_spoke_with_copies_and_files(world: World) -> None:
    case = world.receive(mail("¿Qué llevo?"))
    file = SimpleUploadedFile("requisitos.pdf", b"%PDF-1.7", content_type="application/pdf")
    sent = answer(world, case, copies="Jefa <jefa@ejemplo.gub.uy>; otra@ejemplo.gub.uy", attachments=[file])
    assert sent.status_code == 302
    entry = last(world, case)
    assert entry.text == "Traé la cédula."
    assert [(one["value"], one["is_copied"]) for one in entry.recipients] == [
        ("lucia@example.com", False),
        ("jefa@ejemplo.gub.uy", True),
        ("otra@ejemplo.gub.uy", True),
    ]
    assert [one.name for one in entry.files.all()] == ["requisitos.pdf"]
    assert "en cola de envío" in world.agent.client.get(f"/mostrador/{case.code}/").text.lower()


def test_a_reply_can_close_or_wait(world: World) -> None:
    case = world.receive(mail("Uno"))
    answer(world, case, then="close", type="complaint", service=world.service.pk)
    closed = world.case(case.code)
    assert (closed.state, closed.type, closed.service_id) == ("closed", "complaint", world.service.pk)
    other = world.receive(mail("Dos", sender="b@example.com"))
    answer(world, other, then="wait")
    assert world.case(other.code).state == "waiting_citizen"


def test_news_since_the_page_was_opened_stops_the_reply_once(world: World) -> None:
    case = world.receive(mail("Uno", message_id="<a@example.com>"))
    seen = max(entry.pk for entry in world.timeline(case))
    world.receive(mail("Encontré otro dato", message_id="<b@example.com>", in_reply_to="<a@example.com>"))
    stopped = answer(world, case, last_id=seen)
    assert stopped.status_code == 409
    assert "Traé la cédula." in stopped.text
    assert "Encontré otro dato" in stopped.text
    assert last(world, case).direction == "in"
    again = answer(world, case, last_id=stopped.context["timeline"].last_id)
    assert again.status_code == 302
    assert last(world, case).direction == "out"


def test_a_colleagues_reply_is_news_too(world: World) -> None:
    case = world.receive(mail("Uno"))
    seen = max(entry.pk for entry in world.timeline(case))
    with scope({world.body.pk}):
        reply(staff(world.colleague.user.pk), case.pk, "Ya le contesto yo")
    assert answer(world, case, last_id=seen).status_code == 409


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "   "}, "Escribí algo antes de enviar."),
        ({"copies": "esto no es"}, "no es una dirección de correo"),
        ({"text": "x" * 100_001}, "100"),
    ],
)
def test_errors_are_said_in_plain_spanish_and_lose_nothing(world: World, data: dict[str, str], said: str) -> None:
    case = world.receive(mail("Uno"))
    refused = answer(world, case, **{"copies": "a@example.com", "text": "Lo que escribí", **data})
    assert refused.status_code == 422
    assert said in refused.text
    for typed in ({"copies": "a@example.com", "text": "Lo que escribí"} | data).values():
        assert typed.strip()[:50] in refused.text


def test_too_many_bytes_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ventanilla.web.desk.forms.fields.TOTAL_FILES_BYTES", 3)
    case = world.receive(mail("Uno"))
    refused = answer(world, case, attachments=[SimpleUploadedFile("a.txt", b"1234")])
    assert refused.status_code == 422
    assert "20 MB" in refused.text


def test_an_undeliverable_address_is_told_before_writing(world: World) -> None:
    from ventanilla.contacts.actions import mark_undeliverable

    case = world.receive(mail("Uno"))
    with scope({world.body.pk}):
        mark_undeliverable("email", "lucia@example.com")
    assert "rebotó antes" in world.agent.client.get(f"/mostrador/{case.code}/").text


def test_sending_forgets_the_draft(world: World) -> None:
    case = world.receive(mail("Uno"))
    world.agent.client.post(f"/mostrador/{case.code}/borrador/reply/", {"draft": "A medias"})
    answer(world, case)
    assert "A medias" not in world.agent.client.get(f"/mostrador/{case.code}/").text


def test_a_note_is_internal(world: World) -> None:
    case = world.receive(mail("Uno"))
    assert world.agent.client.post(f"/mostrador/{case.code}/nota/", {"text": "Ojo con esto"}).status_code == 302
    entry = last(world, case)
    assert (entry.kind, entry.text) == ("note", "Ojo con esto")
    empty = world.agent.client.post(f"/mostrador/{case.code}/nota/", {"text": ""})
    assert empty.status_code == 422
    assert "Escribí la nota" in empty.text


def test_a_forward_goes_to_an_outsider_who_does_not_join(world: World) -> None:
    case = world.receive(mail("Uno"))
    entry = last(world, case)
    first = next(one for one in world.timeline(case) if one.direction == "in")
    data = {"to": "perito@example.org", "text": "¿Qué opinás?", "entries": [first.pk]}
    assert world.agent.client.post(f"/mostrador/{case.code}/reenviar/", data).status_code == 302
    sent = last(world, case)
    assert sent.pk != entry.pk
    assert sent.recipients[0]["value"] == "perito@example.org"
    assert "Uno" in sent.text
    wrongs: tuple[dict[str, Any], ...] = ({"to": ""}, {"entries": []}, {"text": ""}, {"entries": [999_999]})
    for wrong in wrongs:
        refused = world.agent.client.post(f"/mostrador/{case.code}/reenviar/", data | wrong)
        assert refused.status_code == 422, wrong


def test_an_agent_begins_a_mail(world: World) -> None:
    page = world.agent.client.get("/mostrador/nuevo/?para=rosa@example.org")
    assert "rosa@example.org" in page.text
    data = {
        "account": world.account.pk, "to": "rosa@example.org", "copies": "", "subject": "Su trámite",
        "text": "Buenas", "type": "information", "service": "",
    }  # fmt: skip
    begun = world.agent.client.post("/mostrador/nuevo/", data)
    assert begun.status_code == 302
    case = world.case(begun["Location"].strip("/").split("/")[-1])
    assert case.subject == "Su trámite"
    with scope({world.body.pk}):
        assert delivery.of_entries([last(world, case).pk])
    refused = world.agent.client.post("/mostrador/nuevo/", data | {"to": "", "subject": "Lo que escribí"})
    assert refused.status_code == 422
    assert "Lo que escribí" in refused.text
    assert world.agent.client.post("/mostrador/nuevo/", data | {"account": 999}).status_code == 422


def test_only_who_may_answer_writes(world: World) -> None:
    case = world.receive(mail("Uno"))
    for address in (
        "responder",
        "nota",
        "reenviar",
        "tomar",
        "cerrar",
        "asignar",
        "unir",
        "separar",
        "vincular",
        "cambiar",
    ):
        assert world.quality.client.post(f"/mostrador/{case.code}/{address}/", {"text": "x"}).status_code == 403, (
            address
        )
        assert world.stranger.client.post(f"/mostrador/{case.code}/{address}/", {"text": "x"}).status_code == 404, (
            address
        )
    assert "data-composer" not in world.quality.client.get(f"/mostrador/{case.code}/").text
