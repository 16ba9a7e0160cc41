"""A person files on the web, is answered, and follows her case; whoever only claims to be her sees nothing of it."""

import re
from email.message import EmailMessage

import pytest

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, Entry, Participant
from ventanilla.contacts.models import Contact
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow import portal, viewing
from ventanilla.flow.accept import accept
from ventanilla.flow.desk import merge
from ventanilla.flow.errors import Refused
from ventanilla.flow.outgoing import send_due
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import note, reply
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Address, Attachment
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.actions import change_body
from ventanilla.privacy import queries as privacy
from ventanilla.sla import queries as promises
from ventanilla.worklist.models import Row

HER = "rosa@example.org"
LINK = re.compile(r"/solicitudes/([0-9A-Z-]{9})/\?clave=([a-z2-7]+)")


def asked(**changes: object) -> Request:
    said: dict[str, object] = {
        "request_id": portal.new_request_id(),
        "type": "claim",
        "service": "licencia-de-conducir",
        "subject": "Licencia demorada",
        "text": "La pedí hace un mes.",
        "name": "Rosa Pérez",
        "email": HER,
        "phone": "099 123 456",
    }
    return Request(**{**said, **changes})  # type: ignore[arg-type] # a test's own keywords


def case_of(filed: portal.Filed) -> Case:
    assert filed.case is not None
    return Case.objects.get(pk=filed.case.pk)


def mailed_key(case: Case) -> str:
    message = OutboxMessage.objects.filter(case=case, is_automatic=True).latest("pk")
    found = LINK.search(message.text)
    assert found is not None
    assert found[1] == case.code
    return found[2]


def answered_by_mail(case: Case, text: str, stage: Stage, sender: str = HER) -> None:
    sent = OutboxMessage.objects.filter(case=case).latest("pk")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, stage.account.address, f"Re: {sent.subject}"
    mail["In-Reply-To"] = f"<{sent.external_id}>"
    mail["Message-ID"] = f"<{portal.new_request_id()}@example.org>"
    mail.set_content(
        f"{text}\n\nEl lun, 3 nov 2025 a las 10:15, Intendencia escribió:\n> " + sent.text.replace("\n", "\n> ")
    )
    accept(stage.account, mail.as_bytes(), {})
    drain(stage.body.pk)


def test_a_request_becomes_a_case_with_a_code_a_promise_and_a_mail(stage: Stage) -> None:
    notice = portal.notice_of(stage.body)
    filed = file_request(stage.body, asked(notice_id=notice.pk), {})
    case = case_of(filed)
    assert (filed.state, filed.mailed_to) == ("filed", HER)
    assert (case.type, case.subject, case.service_id) == ("claim", "Licencia demorada", stage.service.pk)
    assert filed.promised_at is not None
    assert filed.promised_at == promises.clocks_of(case.pk)[0].due_at
    row = Row.objects.get(case=case)
    assert (row.channel, row.is_unread) == ("portal", True)
    consents = privacy.consents_of(case.pk)
    assert [(one.notice_id, one.channel) for one in consents] == [(notice.pk, "portal")]
    entry = cases.messages(case.pk)[0]
    assert entry.facts["phone"] == "099 123 456"
    receipt = OutboxMessage.objects.get(case=case)
    assert (receipt.channel, receipt.recipients[0]["value"]) == ("email", HER)
    assert mailed_key(case) not in Entry.objects.get(pk=receipt.entry_id).text
    assert receipt.in_reply_to == ""


def test_a_form_sent_twice_is_one_case(stage: Stage) -> None:
    request = asked()
    first = file_request(stage.body, request, {})
    second = file_request(stage.body, request, {})
    assert case_of(first).pk == case_of(second).pk
    assert Case.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_the_answer_goes_by_mail_and_stands_on_her_page(stage: Stage) -> None:
    case = case_of(file_request(stage.body, asked(), {}))
    note(staff(stage.agent_user.pk), case.pk, "Secreto de la casa.")
    entry = reply(staff(stage.agent_user.pk), case.pk, "Ya está pronta.")
    assert (entry.channel, entry.recipients[0]["value"]) == ("email", HER)
    assert entry.in_reply_to == OutboxMessage.objects.filter(is_automatic=True).get().external_id
    opened = viewing.with_key(case, mailed_key(case))
    assert opened is not None
    viewer, purpose = opened
    assert purpose is Purpose.MAILBOX
    said = [one.text for one in viewing.timeline(viewer)]
    assert "Ya está pronta." in said
    assert not any("Secreto" in text for text in said)


def test_without_an_address_she_reads_it_on_her_page_alone(stage: Stage) -> None:
    filed = file_request(stage.body, asked(email="", phone=""), {})
    case = case_of(filed)
    assert not OutboxMessage.objects.exists()
    entry = reply(staff(stage.agent_user.pk), case.pk, "Venga mañana.")
    assert entry.channel == "portal"
    send_due()
    opened = viewing.with_key(case, filed.key)
    assert opened is not None
    viewer, purpose = opened
    assert [one.text for one in viewing.timeline(viewer)] == ["La pedí hace un mes.", "Venga mañana."]
    viewing.note_seen(viewer, purpose)
    assert OutboxMessage.objects.get().state == "delivered"


def test_what_she_adds_joins_her_case(stage: Stage) -> None:
    filed = file_request(stage.body, asked(email=""), {})
    case = case_of(filed)
    reply(staff(stage.agent_user.pk), case.pk, "¿Qué día la pidió?", wait_for_citizen=True)
    opened = viewing.with_key(case, filed.key)
    assert opened is not None
    file = Attachment("foto.txt", "text/plain", b"hola")
    assert portal.add_message(opened[0], "El 3 de noviembre.", [file], portal.new_request_id(), {}) == "filed"
    assert Case.objects.count() == 1
    assert case_of(filed).state == "open"
    last = cases.messages(case.pk)[-1]
    assert (last.text, last.direction, [one.name for one in cases.files_of(last.pk)]) == (
        "El 3 de noviembre.",
        "in",
        ["foto.txt"],
    )


def test_she_ends_it_and_opens_it_again_within_the_window(stage: Stage) -> None:
    filed = file_request(stage.body, asked(email=""), {})
    opened = viewing.with_key(case_of(filed), filed.key)
    assert opened is not None
    assert portal.close(opened[0]).state == "closed"
    with pytest.raises(Refused):
        portal.close(opened[0])
    again = viewing.with_key(case_of(filed), filed.key)
    assert again is not None
    assert portal.reopen(again[0]).state == "open"
    assert any(one.state == "running" for one in promises.clocks_of(case_of(filed).pk))
    closed = viewing.with_key(portal.close(again[0]), filed.key)
    assert closed is not None
    with clock.frozen(clock.now() + viewing.timedelta(days=31)), pytest.raises(Refused):
        portal.reopen(closed[0])


def test_new_keys_make_the_old_ones_worthless(stage: Stage) -> None:
    filed = file_request(stage.body, asked(email=""), {})
    opened = viewing.with_key(case_of(filed), filed.key)
    assert opened is not None
    fresh = portal.new_key(opened[0])
    assert viewing.with_key(case_of(filed), filed.key) is None
    assert viewing.with_key(case_of(filed), fresh) is not None


def test_nobody_anonymous_where_the_body_wants_a_name(stage: Stage) -> None:
    nameless = asked(name="", email="", phone="")
    with pytest.raises(Refused):
        file_request(stage.body, nameless, {})
    change_body(stage.body, allows_anonymous=True)
    filed = file_request(stage.body, nameless, {})
    assert filed.key


def test_whoever_files_in_her_name_loses_sight_when_she_speaks(stage: Stage) -> None:
    """The filer has a key; the mailbox is another's. Her answer by mail ends what the filer may see."""
    filed = file_request(stage.body, asked(), {})
    case = case_of(filed)
    assert viewing.with_key(case, filed.key) is not None
    reply(staff(stage.agent_user.pk), case.pk, "¿Es usted?")
    answered_by_mail(case, "Yo no pedí nada; mi cédula es otra.", stage)
    assert Case.objects.count() == 1
    assert Participant.objects.get(case=case, kind="email").proven_at is not None
    assert viewing.with_key(case_of(filed), filed.key) is None
    hers = viewing.with_key(case_of(filed), mailed_key(case))
    assert hers is not None
    assert any("mi cédula" in one.text for one in viewing.timeline(hers[0]))


def test_a_quoted_link_loses_its_key_before_staff_read_it(stage: Stage) -> None:
    case = case_of(file_request(stage.body, asked(), {}))
    key = mailed_key(case)
    answered_by_mail(case, "Gracias.", stage)
    assert not any(key in one.text + one.full_text + one.html for one in cases.messages(case.pk))
    assert any("clave=…" in one.full_text for one in cases.messages(case.pk))


def test_opening_the_mailed_link_proves_the_mailbox(stage: Stage) -> None:
    filed = file_request(stage.body, asked(), {})
    opened = viewing.with_key(case_of(filed), mailed_key(case_of(filed)))
    assert opened is not None
    viewing.note_seen(*opened)
    assert viewing.with_key(case_of(filed), filed.key) is None


def test_two_peoples_joined_cases_stay_two_peoples(stage: Stage) -> None:
    mine, other = (
        file_request(stage.body, asked(email=""), {}),
        file_request(stage.body, asked(email="eva@example.org"), {}),
    )
    merge(staff(stage.agent_user.pk), case_of(mine).pk, case_of(other).pk)
    reply(staff(stage.agent_user.pk), case_of(mine).pk, "Para Eva.", to=[Address("email", "eva@example.org")])
    opened = viewing.with_key(case_of(mine), mine.key)
    assert opened is not None
    assert [one.text for one in viewing.timeline(opened[0]) if one.text] == ["La pedí hace un mes."]


def test_a_sign_in_shows_her_cases_and_hers_alone(stage: Stage) -> None:
    her = Address("gubuy", "uy-ci-12345672")
    filed = file_request(stage.body, asked(proven=[her]), {})
    file_request(stage.body, asked(name="Eva", email="eva@example.org"), {})
    assert [case.pk for case in viewing.own_cases(stage.body.pk, [her])] == [case_of(filed).pk]
    assert viewing.own_cases(stage.body.pk, []) == []
    viewer = viewing.with_addresses(case_of(filed), [her])
    assert viewer is not None
    assert viewer.speaks_as == Address("email", HER, "Rosa Pérez")
    assert viewing.with_addresses(case_of(filed), [Address("email", "eva@example.org")]) is None


def test_an_address_that_was_only_claimed_merges_nobody(stage: Stage) -> None:
    """The claim shares the contact's address, and shows nothing of the contact's other cases."""
    file_request(stage.body, asked(), {})
    filed = file_request(stage.body, asked(name="Otro"), {})
    assert Contact.objects.count() == 1
    opened = viewing.with_key(case_of(filed), filed.key)
    assert opened is not None
    assert {one.case_id for one in viewing.timeline(opened[0])} == {case_of(filed).pk}
