"""A person asks for something on the portal, from the first page to the receipt."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from ventanilla.cases.models import Case, EntryFile
from ventanilla.cases.queries import messages
from ventanilla.delivery.models import OutboxMessage
from ventanilla.flow.desk import retry_delivery
from ventanilla.intake.actions import change_account
from ventanilla.intake.models import InboundDelivery
from ventanilla.intake.queries import accounts
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock
from ventanilla.organisation.actions import change_body
from ventanilla.privacy import actions as privacy
from ventanilla.privacy.queries import consents_of
from ventanilla.web.citizen import receipts
from ventanilla.web.citizen.tests.conftest import NEW, PDF, TEXT, Person, World, stored_files


def test_from_the_first_page_to_the_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(
        files=(("factura.pdf", PDF),),
        datos={
            "document": "1234567-2",
            "phone": "099 123 456",
            "assistance": ["lsu"],
            "assistance_other": "Letra grande",
        },
    )
    review = person.page("revisar")
    for words in (TEXT, "factura.pdf", "rosa@example.org", "1.234.567-2", "Alumbrado público", "Ley 18.331"):
        assert words in review
    sent = person.send()
    assert (sent.status_code, sent["Location"]) == (303, "/solicitudes/recibida/")
    case = Case.objects.get()
    assert (case.type, case.service_id, case.subject) == ("claim", world.service.pk, TEXT)
    entry = messages(case.pk)[0]
    assert entry.facts["assistance"] == "Lengua de señas uruguaya; Letra grande"
    assert (entry.facts["document"], entry.facts["phone"]) == ("1.234.567-2", "099 123 456")
    assert [file.name for file in EntryFile.objects.filter(entry=entry)] == ["factura.pdf"]
    assert len(consents_of(case.pk)) == 1
    receipt = person.receipt()
    shown = receipt.content.decode()
    assert receipt.status_code == 200
    assert case.code in shown
    assert "a más tardar el <strong>" in shown
    assert "r•••@example.org" in shown
    assert "clave=" not in shown
    assert OutboxMessage.objects.get().recipients[0]["value"] == "rosa@example.org"
    assert stored_files() == []
    assert "Tenés una solicitud sin terminar" not in person.page()
    assert person.client.get(f"/solicitudes/{case.code}/").status_code == 200


def test_without_mail_the_link_is_on_the_receipt_and_opens_the_case(world: World, person: Person) -> None:
    person.begin().answer_all(respuesta={"answer_by": "page", "email": "no-es-un-correo"})
    person.send()
    assert not OutboxMessage.objects.exists()
    found = re.search(r"/solicitudes/[0-9A-Z-]{9}/\?clave=[a-z2-7]+", person.receipt().content.decode())
    assert found is not None
    assert TEXT in Client().get(found[0], follow=True).content.decode()


def test_a_second_click_is_the_same_case_and_the_same_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    said = {"accepts": "on", "notice": person.notice()}
    before = dict(person.client.session.items())
    assert person.post("revisar", **said).status_code == 303
    first = person.receipt().content.decode()
    # After the first was answered.
    again = person.post("revisar", **said)
    assert (again.status_code, again["Location"]) == (303, "/solicitudes/recibida/")
    assert Case.objects.get().code in person.receipt().content.decode()
    # Sent again from a session that still holds the draft, as when its answer was lost on the way.
    store = person.client.session
    store.update({name: value for name, value in before.items() if name == "citizen_request"})
    store["citizen_request"]["files"] = []
    store.save()
    assert person.post("revisar", **said).status_code == 303
    assert Case.objects.count() == 1
    assert Case.objects.get().code in person.receipt().content.decode()
    assert Case.objects.get().code in first


def test_a_click_that_comes_while_the_first_is_being_filed_ends_at_its_receipt(world: World, person: Person) -> None:
    """Its files are gone already; the receipt was stored before they went."""
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    said = {"accepts": "on", "notice": person.notice()}
    draft = person.client.session["citizen_request"]
    person.post("revisar", **said)
    store = person.client.session
    store["citizen_request"] = draft
    store.save()
    assert person.post("revisar", **said)["Location"] == "/solicitudes/recibida/"
    assert Case.objects.count() == 1
    assert "citizen_request" not in person.client.session


def test_anonymous_where_the_body_allows_it(world: World, person: Person) -> None:
    change_body(world.body, allows_anonymous=True)
    person.begin().answer_all(respuesta={"answer_by": "page", "email": ""}, datos={"name": ""})
    person.send()
    assert messages(Case.objects.get().pk)[0].sender["name"] == ""


def test_consent_is_to_the_notice_in_force(world: World, person: Person) -> None:
    person.begin().answer_all()
    assert "Marcá la casilla" in person.said_to("revisar", notice=person.notice())
    notice = person.notice()
    privacy.publish(world.body, "Otro aviso.", SYSTEM)
    assert "El aviso de privacidad cambió" in person.said_to("revisar", accepts="on", notice=notice)
    assert Case.objects.count() == 0
    person.send()
    assert consents_of(Case.objects.get().pk)[0].notice.text == "Otro aviso."


def test_when_the_portal_is_closed_nothing_is_lost(world: World, person: Person) -> None:
    person.begin().answer_all()
    notice = person.notice()
    change_account(world.portal, is_active=False)
    page = person.said_to("revisar", accepts="on", notice=notice)
    assert "no recibe solicitudes por su sitio web" in page
    assert "Av. 18 de Julio 1360" in page
    assert "Por acá, ahora no" in person.page()
    change_account(world.portal, is_active=True)
    assert person.send().status_code == 303


def test_a_doubtful_request_gets_an_honest_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(texto={"text": TEXT, "detalle": "compre ya"})
    assert person.send().status_code == 303
    receipt = person.receipt()
    shown = receipt.content.decode()
    delivery = InboundDelivery.objects.get()
    assert (receipt.status_code, delivery.state, Case.objects.count()) == (202, "doubtful", 0)
    assert "la va a mirar una persona" in shown
    assert receipts.reference_of(delivery.pk) in shown
    assert "te mandamos un correo a r•••@example.org" in shown
    retry_delivery(SYSTEM, delivery.pk)
    shown = person.receipt().content.decode()
    assert Case.objects.get().code in shown
    assert person.client.get(f"/solicitudes/{Case.objects.get().code}/").status_code == 200


def test_too_fast_is_doubtful(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ventanilla.intake.rules.MIN_SECONDS_TO_FILL", 4.0)
    with clock.frozen(clock.now()) as now:
        person.begin().answer_all()
        now.advance(timedelta(seconds=3))
        person.send()
        assert InboundDelivery.objects.get().state == "doubtful"
    assert InboundDelivery.objects.get().envelope["door"] == "portal"


def test_uploads_and_sending_are_limited_by_address(world: World, person: Person) -> None:
    person.begin().answer_all()
    said = {"accepts": "on", "notice": person.notice()}
    draft = person.client.session["citizen_request"]
    states = []
    for _time in range(21):
        store = person.client.session
        store["citizen_request"] = draft
        store.save()
        states.append(person.post("revisar", **said).status_code)
    assert states == [303] * 20 + [429]
    assert person.client.session["citizen_request"]["answers"]["text"] == TEXT


def test_addresses_answer_beforehand(world: World, person: Person) -> None:
    page = person.client.get(NEW, {"tipo": "queja", "servicio": "alumbrado"}).content.decode()
    assert 'name="tipo" value="queja"' in page
    person.begin(tipo="queja", servicio="alumbrado")
    assert re.search(r'value="complaint"[^>]* checked', person.page("tipo"))


def test_no_mail_is_promised_that_nobody_sends(world: World, person: Person) -> None:
    """A body whose mailbox is out of use: the link is hers to keep."""
    (mailbox,) = [account for account in accounts() if account.channel == "email"]
    change_account(mailbox, is_active=False)
    person.begin().answer_all()
    person.send()
    shown = person.receipt().content.decode()
    assert "Te mandamos un correo" not in shown
    assert "clave=" in shown


def test_whoever_left_no_address_finds_her_code_on_the_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(texto={"text": TEXT, "detalle": "x"}, respuesta={"answer_by": "page", "email": ""})
    person.send()
    assert "clave=" not in person.receipt().content.decode()
    retry_delivery(SYSTEM, InboundDelivery.objects.get().pk)
    receipt = person.receipt()
    found = re.search(r"/solicitudes/[0-9A-Z-]{9}/\?clave=[a-z2-7]+", receipt.content.decode())
    assert receipt.status_code == 200
    assert found is not None
    assert TEXT in Client().get(found[0], follow=True).content.decode()
