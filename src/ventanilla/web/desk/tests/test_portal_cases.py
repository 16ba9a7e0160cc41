"""What agents see of a person who came by the portal, and how they answer her."""

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from ventanilla.cases import queries as cases
from ventanilla.delivery import queries as delivery
from ventanilla.flow import portal, viewing
from ventanilla.flow import reply as writing
from ventanilla.flow.errors import Refused
from ventanilla.flow.outgoing import send_due
from ventanilla.intake.actions import create_account
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Address
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.actions import change_body
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.tests.conftest import World, mail
from ventanilla.workforce.actions import certify, create_agent, create_team

HX = {"HX-Request": "true"}
IDENTITY = Address("gubuy", "uy-ci-12345672")


@pytest.fixture
def asked(world: World) -> Any:
    """File a request as a person does; gives her case and her key."""
    with scope({world.body.pk}):
        account = create_account(world.body, "portal", "ejemplo", "Portal")
        team = create_team(world.body, "portal", "Portal", [account])
        certify(create_agent(world.supervisor.user, [team], presence="available"), "portal", date(2026, 1, 1))
        change_body(world.body, allows_anonymous=True)

    def file(**said: Any) -> tuple[Any, str]:
        given: dict[str, Any] = {
            "request_id": portal.new_request_id(),
            "type": "claim",
            "subject": "Luz apagada",
            "text": "Está apagada hace un mes.",
            "name": "Rosa Pérez",
        }
        with scope({world.body.pk}):
            filed = portal.file_request(world.body, portal.Request(**{**given, **said}), {})
            assert filed.case is not None
            return world.case(filed.case.code), filed.key

    return file


def person(world: World, case: Any) -> str:
    return world.agent.client.get(f"/mostrador/{case.code}/persona/", headers=HX).content.decode()


def conversation(world: World, case: Any) -> str:
    return world.agent.client.get(f"/mostrador/{case.code}/").content.decode()


def viewer(world: World, case: Any, key: str) -> viewing.Viewer:
    with scope({world.body.pk}):
        found = viewing.with_key(world.case(case.code), key)
    assert found is not None
    return found[0]


def answer(world: World, case: Any, text: str, **more: str) -> Any:
    return world.agent.client.post(f"/mostrador/{case.code}/responder/", {"text": text, "then": "", **more})


def test_what_she_says_stands_there_as_claims(world: World, asked: Any) -> None:
    case, _key = asked(
        document="1.234.567-2",
        phone="099 123 456",
        email="rosa@example.org",
        facts={"assistance": "Lengua de señas uruguaya"},
    )
    shown = person(world, case)
    assert "Dice que su cédula es 1.234.567-2 (sin comprobar)" in shown
    assert 'href="tel:099123456"' in shown
    assert "<strong>Pidió:</strong> Lengua de señas uruguaya" in shown
    assert "Sin comprobar" in shown
    assert "No des datos personales hasta que responda desde su correo" in shown
    assert "Por correo y en su página." in shown
    written = conversation(world, case)
    assert "Se manda por correo y queda en su página." in written
    assert "Correo sin comprobar" in written


def test_a_proven_mailbox_and_a_sign_in_are_said_to_be_so(world: World, asked: Any) -> None:
    case, _key = asked(email="rosa@example.org", proven=[Address("email", "rosa@example.org"), IDENTITY])
    shown = person(world, case)
    assert "Correo comprobado" in shown
    assert "Cédula 1.234.567-2" in shown
    assert "Identidad comprobada" in shown
    assert "Sin comprobar" not in shown
    assert "sin comprobar" not in conversation(world, case).lower()


def test_the_notice_that_she_accepted_can_be_read(world: World, asked: Any) -> None:
    with scope({world.body.pk}):
        notice = portal.notice_of(world.body)
    case, _key = asked(notice_id=notice.pk)
    shown = person(world, case)
    assert "Aceptó el aviso de privacidad" in shown
    assert notice.text.split("\n")[0][:40] in shown


def test_the_number_of_a_page_is_nowhere_to_be_seen(world: World, asked: Any) -> None:
    case, key = asked(name="")
    with scope({world.body.pk}):
        portal.add_message(viewer(world, case, key), "Agrego: es la de la esquina.", (), portal.new_request_id(), {})
        world_case = world.case(case.code)
        (page,) = [one.value for one in cases.participants(world_case.pk) if one.kind == "portal"]
    assert answer(world, case, "Va la cuadrilla.").status_code == 302
    pages = [
        conversation(world, case),
        person(world, case),
        world.agent.client.get("/mostrador/?vista=todas").content.decode(),
        world.supervisor.client.get("/supervision/").content.decode(),
        world.supervisor.client.get(f"/mostrador/personas/{world_case.contact_id}/unir/").content.decode(),
        world.agent.client.get(f"/mostrador/{case.code}/separar/").content.decode(),
    ]
    assert case.subject in pages[2]
    assert "Sin nombre" in pages[2]
    for shown in pages:
        assert page not in shown
    assert "/mostrador/originales/" not in pages[0]


def test_whoever_left_no_mail_reads_the_answer_on_her_page(world: World, asked: Any) -> None:
    case, key = asked()
    before = conversation(world, case)
    assert "La respuesta va a quedar en su página; no dejó correo." in before
    assert 'name="copies"' not in before
    assert answer(world, case, "Va la cuadrilla.").status_code == 302
    with scope({world.body.pk}):
        send_due()
    entry = world.timeline(case)[-1]
    assert (entry.channel, entry.text) == ("portal", "Va la cuadrilla.")
    assert "Está en su página" in conversation(world, case)
    with scope({world.body.pk}):
        viewing.note_seen(viewer(world, case, key), Purpose.FILER)
        assert delivery.of_entries([entry.pk])[entry.pk].state == "delivered"
    after = conversation(world, case)
    assert "Leída en su página" in after


def test_a_copy_of_what_stays_on_a_page_is_refused(world: World, asked: Any) -> None:
    case, _key = asked()
    refused = answer(world, case, "Va la cuadrilla.", copies="otra@example.org")
    assert refused.status_code == 422
    assert "no sale con copia" in refused.content.decode()
    with scope({world.body.pk}), pytest.raises(Refused):
        writing.reply(staff(world.agent.user.pk), case.pk, "Hola", copies=[Address("email", "otra@example.org")])


def test_whoever_left_a_mail_is_written_to_there(world: World, asked: Any) -> None:
    case, _key = asked(email="rosa@example.org")
    assert answer(world, case, "Va la cuadrilla.").status_code == 302
    entry = world.timeline(case)[-1]
    assert (entry.channel, entry.recipients[0]["value"]) == ("email", "rosa@example.org")


def test_the_timeline_says_what_she_did(world: World, asked: Any) -> None:
    case, key = asked(email="rosa@example.org", proven=[Address("email", "rosa@example.org")])
    answer(world, case, "Va la cuadrilla.")
    with scope({world.body.pk}):
        portal.close(viewer(world, case, key))
        portal.reopen(viewer(world, case, key))
        portal.new_key(viewer(world, case, key))
    shown = conversation(world, case)
    for words in (
        "La persona la dio por terminada.",
        "La persona la reabrió.",
        "La persona pidió un enlace nuevo",
    ):
        assert words in shown
    assert "cases." not in shown


def test_her_answer_by_mail_proves_the_mailbox(world: World, asked: Any) -> None:
    case, _key = asked(email="rosa@example.org")
    answer(world, case, "¿En qué esquina?")
    with scope({world.body.pk}):
        sent = delivery.of_entries([world.timeline(case)[-1].pk])
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = "rosa@example.org", "consultas@ejemplo.gub.uy", "Re: Luz"
    raw["Message-ID"], raw["In-Reply-To"] = "<a1@example.org>", f"<{next(iter(sent.values())).external_id}>"
    raw.set_content(
        "En Rivera y Soca.\n\nEl lun, 3 nov 2025 a las 10:15, Intendencia escribió:\n> "
        + next(iter(sent.values())).text
    )
    assert world.receive(raw.as_bytes()).pk == case.pk
    assert "Quedó comprobado que el correo es de la persona." in conversation(world, case)
    assert "Correo comprobado" in person(world, case)


def test_mail_says_nothing_of_proof_until_there_is_any(world: World) -> None:
    case = world.receive(mail("Hola"))
    assert "Sin comprobar" not in person(world, case)
    assert "sin comprobar" not in conversation(world, case)


def test_what_is_split_off_stays_in_her_sight(world: World, asked: Any) -> None:
    case, key = asked(proven=[IDENTITY], wants_mail=False)
    with scope({world.body.pk}):
        portal.add_message(viewer(world, case, key), "Otra cosa: hay un pozo.", (), portal.new_request_id(), {})
        other = cases.messages(case.pk)[-1]
    done = world.agent.client.post(
        f"/mostrador/{case.code}/separar/", {"entries": str(other.pk), "subject": "Pozo en la calle"}
    )
    fresh = world.case(done["Location"].split("/")[2])
    with scope({world.body.pk}):
        before = {(one.kind, one.value): one for one in cases.participants(case.pk)}
        after = {(one.kind, one.value): one for one in cases.participants(fresh.pk)}
        assert {place: (one.contact_id, one.proven_at) for place, one in after.items() if one.kind == "portal"} == {
            place: (one.contact_id, one.proven_at) for place, one in before.items() if one.kind == "portal"
        }
        ((parted, fresh_key),) = viewing.parted_from(viewer(world, case, key))
    assert parted.pk == fresh.pk
    answer(world, fresh, "Lo tapan mañana.")
    with scope({world.body.pk}):
        said = [one.text for one in viewing.timeline(viewer(world, fresh, fresh_key))]
    assert said == ["Otra cosa: hay un pozo.", "Lo tapan mañana."]


def test_a_link_older_than_a_join_opens_what_goes_on(world: World, asked: Any) -> None:
    (kept, _kept_key), (case, key) = asked(name="Eva"), asked()
    done = world.agent.client.post(
        f"/mostrador/{kept.code}/unir/", {"code": case.code, "is_sure": "1", "keeps": "this"}
    )
    assert done.status_code == 302
    with scope({world.body.pk}):
        key_there = viewing.key_where_it_continues(world.case(case.code), key)
        assert [one.text for one in viewing.timeline(viewer(world, kept, key_there))] == ["Está apagada hace un mes."]
        portal.new_key(viewer(world, kept, key_there))
        assert viewing.key_where_it_continues(world.case(case.code), key) == ""


def test_a_join_does_not_forget_what_was_proven(world: World, asked: Any) -> None:
    """Somebody filed one in her name; hers is joined to it. The stranger's key shows nothing of hers."""
    hers = Address("email", "rosa@example.org")
    (his, his_key), (own, _key) = (
        asked(email=hers.value),
        asked(email=hers.value, text="Mi padrón es 4521.", proven=[hers]),
    )
    world.agent.client.post(f"/mostrador/{his.code}/unir/", {"code": own.code, "is_sure": "1", "keeps": "this"})
    with scope({world.body.pk}):
        assert viewing.with_key(world.case(his.code), his_key) is None


def test_agents_close_and_reopen_it(world: World, asked: Any) -> None:
    case, _key = asked()
    answer(world, case, "Listo.")
    client = world.agent.client
    assert client.post(f"/mostrador/{case.code}/cerrar/", {"type": "claim", "outcome": "answered"}).status_code == 302
    assert world.case(case.code).state == "closed"
    assert 'value="withdrawn"' not in client.get(f"/mostrador/{case.code}/cerrar/").content.decode()
    assert client.post(f"/mostrador/{case.code}/reabrir/", {"reason": ""}).status_code == 302
    assert world.case(case.code).state == "open"
