"""Somebody files in another person's name: what she says herself is not for whoever only claimed her mailbox."""

from collections.abc import Sequence

import pytest
from django.test import Client

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk, keys, portal, viewing
from ventanilla.flow.errors import Refused
from ventanilla.flow.outgoing import send_due
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.reply import begin_mail, reply
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.actions import change_body

ROSA = "Rosa <rosa@example.org>"
EVA = Address("email", "eva@example.org")


def claimed(stage: Stage, proven: Sequence[Address] = ()) -> tuple[Case, str]:
    """Filed by a stranger who says that Rosa's mailbox is hers, and the key that she is shown."""
    asked = Request(portal.new_request_id(), "claim", "Agrego a lo mío.", email="rosa@example.org", proven=proven)
    done = file_request(stage.body, asked, {})
    assert done.case is not None
    return Case.objects.get(pk=done.case.pk), done.key


def page(case: Case, key: str) -> str:
    return Client().get(f"/solicitudes/{case.code}/?clave={key}", follow=True).content.decode()


def hers(stage: Stage) -> Case:
    return case_of(deliver(stage, letter(ROSA, "Mi denuncia", "Vivo en Secreto 1234")))


def test_her_case_goes_on_and_the_claimed_one_is_joined_to_it(stage: Stage) -> None:
    case, (claim, key) = hers(stage), claimed(stage)
    desk.merge(staff(stage.agent_user.pk), case.pk, claim.pk)
    reply(staff(stage.agent_user.pk), case.pk, "Va un móvil a Secreto 1234.")
    assert "Secreto 1234" not in page(claim, key)


def test_the_claimed_case_goes_on_and_hers_is_joined_to_it(stage: Stage) -> None:
    case, (claim, key) = hers(stage), claimed(stage)
    desk.merge(staff(stage.agent_user.pk), claim.pk, case.pk)
    reply(staff(stage.agent_user.pk), claim.pk, "Va un móvil a Secreto 1234.")
    assert "Secreto 1234" not in page(claim, key)


def test_two_claimed_cases_are_joined(stage: Stage) -> None:
    asked = Request(portal.new_request_id(), "claim", "Vivo en Secreto 1234", email="rosa@example.org")
    done = file_request(stage.body, asked, {})
    assert done.case is not None
    claim, key = claimed(stage)
    desk.merge(staff(stage.agent_user.pk), done.case.pk, claim.pk)
    assert "Secreto 1234" not in page(claim, key)


def test_she_writes_to_the_claimed_case_by_its_code_alone(stage: Stage) -> None:
    claim, key = claimed(stage)
    deliver(stage, letter(ROSA, f"[{claim.code}] No fui yo", "Vivo en Secreto 1234"))
    reply(staff(stage.agent_user.pk), claim.pk, "Vamos a Secreto 1234.")
    said = cases.last_inbound(claim.pk)
    assert said is not None
    assert said.text.strip() == "Vivo en Secreto 1234"
    seen = page(claim, key)
    assert "Secreto 1234" not in seen
    assert "Agrego a lo mío." in seen
    assert "r•••@example.org" in seen
    mailed = keys.key_of(claim, Address("email", "rosa@example.org"), Purpose.MAILBOX)
    assert page(claim, mailed).count("Secreto 1234") == 2


def test_the_same_with_another_mailbox_shown(stage: Stage) -> None:
    claim, _key = claimed(stage, proven=[EVA])
    deliver(stage, letter(ROSA, f"[{claim.code}] No fui yo", "Vivo en Secreto 1234"))
    viewer = viewing.with_addresses(claim, [EVA])
    assert viewer is not None
    assert not [one for one in viewing.timeline(viewer) if "Secreto" in one.text]


def test_nobody_hears_of_the_mailboxes_of_others(stage: Stage) -> None:
    people = [EVA, Address("email", "secreta@example.net")]
    case = begin_mail(staff(stage.agent_user.pk), stage.account.pk, people, [], "Aviso", "Hola")
    viewer = viewing.with_addresses(case, [EVA])
    assert viewer is not None
    assert viewer.other_mailbox == ""


def test_whoever_was_asked_neither_ends_her_case_nor_changes_its_keys(stage: Stage) -> None:
    case = hers(stage)
    reply(staff(stage.agent_user.pk), case.pk, "¿Podés ir?", to=[EVA])
    viewer = viewing.with_addresses(case, [EVA])
    assert viewer is not None
    for act in (portal.new_key, portal.close):
        with pytest.raises(Refused):
            act(viewer)
    case.refresh_from_db()
    assert (case.state, case.key_version) == ("open", 0)
    client = Client()
    session = client.session
    shown = {"identities": [["email", EVA.value, ""]], "level": 0, "name": "", "used_at": clock.now().timestamp()}
    session["citizen"] = {"mail": shown}
    session.save()
    seen = client.get(f"/solicitudes/{case.code}/").content.decode()
    assert "¿Podés ir?" in seen
    assert "cerrar/" not in seen
    assert "enlace-nuevo/" not in seen


def test_a_forged_mail_does_not_send_her_answer_elsewhere(stage: Stage) -> None:
    case = hers(stage)
    deliver(stage, letter(ROSA, f"[{case.code}] Otra cosa", "Contestame acá", Reply_To="eva@example.org"))
    entry = reply(staff(stage.agent_user.pk), case.pk, "Va un móvil a Secreto 1234.")
    assert [one["value"] for one in entry.recipients] == ["rosa@example.org"]


def test_an_address_to_answer_at_counts_where_the_case_began_with_it(stage: Stage) -> None:
    first = letter(ROSA, "Poda", "Contestame al trabajo", message_id="a@x.example", Reply_To="rosa@work.example")
    case = case_of(deliver(stage, first))
    deliver(stage, letter(ROSA, "Re", "¿Y?", In_Reply_To="<a@x.example>", Reply_To="rosa@work.example"))
    entry = reply(staff(stage.agent_user.pk), case.pk, "Ya vamos.")
    assert [one["value"] for one in entry.recipients] == ["rosa@work.example"]


def test_a_forged_mail_puts_nobody_in_copy(stage: Stage) -> None:
    """He knows her mailbox and saw her code."""
    case = hers(stage)
    deliver(stage, letter(ROSA, f"[{case.code}] Otra cosa", "¿Y?", Cc="eva@example.org"))
    assert [person.value for person in cases.participants(case.pk)] == ["rosa@example.org"]
    told = next(one for one in cases.messages(case.pk) if one.direction == "out")
    deliver(stage, letter(ROSA, "Re", "Con copia", In_Reply_To=f"<{told.external_id}>", Cc="vecina@example.org"))
    assert [person.value for person in cases.participants(case.pk)] == ["rosa@example.org", "vecina@example.org"]


def test_a_reference_that_others_were_mailed_too_proves_nobody(stage: Stage) -> None:
    case = hers(stage)
    sent = reply(staff(stage.agent_user.pk), case.pk, "Va con copia.", copies=[EVA])
    deliver(stage, letter(ROSA, "Re", "Soy Rosa", In_Reply_To=f"<{sent.external_id}>"))
    assert [person.proven_at for person in cases.participants(case.pk)] == [None, None]


def test_a_reference_that_only_she_was_mailed_proves_her(stage: Stage) -> None:
    case = hers(stage)
    sent = reply(staff(stage.agent_user.pk), case.pk, "¿En qué calle?")
    deliver(stage, letter(ROSA, "Re", "Soy Rosa", In_Reply_To=f"<{sent.external_id}>"))
    (person,) = cases.participants(case.pk)
    assert person.proven_at is not None


def test_nobody_reads_for_her_what_waits_on_her_page(stage: Stage) -> None:
    change_body(stage.body, allows_anonymous=True)
    done = file_request(stage.body, Request(portal.new_request_id(), "claim", "Un pozo.", name="Rosa"), {})
    assert done.case is not None
    case = Case.objects.get(pk=done.case.pk)
    answer = reply(staff(stage.agent_user.pk), case.pk, "Ya vamos.")
    send_due()
    reply(staff(stage.agent_user.pk), case.pk, "¿Podés ir?", to=[EVA])
    eva = viewing.with_addresses(case, [EVA])
    rosa = viewing.with_key(case, done.key)
    assert eva is not None
    assert rosa is not None
    viewing.note_seen(eva)
    assert not OutboxMessage.objects.get(entry=answer).receipts.exists()
    viewing.note_seen(*rosa)
    assert OutboxMessage.objects.get(entry=answer).receipts.exists()


def test_a_contact_that_was_joined_by_mistake_reads_nothing_of_hers(stage: Stage) -> None:
    """He calls himself as she does, and an agent takes both for one person."""
    asked = Request(portal.new_request_id(), "claim", "Vivo en Secreto 1234", email="rosa@example.org", name="Rosa")
    done = file_request(stage.body, asked, {})
    assert done.case is not None
    case = Case.objects.get(pk=done.case.pk)
    his = case_of(deliver(stage, letter("Rosa <eva@example.org>", "Hola", "Soy Rosa")))
    assert case.contact_id is not None
    assert his.contact_id is not None
    desk.merge_contacts(staff(stage.agent_user.pk), case.contact_id, his.contact_id)
    deliver(stage, letter("Rosa <eva@example.org>", f"[{case.code}]", "¿Y lo mío?"))
    viewer = viewing.with_addresses(case, [EVA])
    assert viewer is not None
    assert [one.text.strip() for one in viewing.timeline(viewer)] == ["¿Y lo mío?"]
    with pytest.raises(Refused):
        portal.close(viewer)
