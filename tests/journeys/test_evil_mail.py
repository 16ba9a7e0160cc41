"""Mail that wants the house to answer itself, strangers, or the wrong person; and two hands on one case."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, Participant
from ventanilla.contacts import queries as contacts
from ventanilla.contacts.models import ContactAddress
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.receive import receive
from ventanilla.flow.reply import forward, note, reply
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as deliveries
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.sla import queries as sla
from ventanilla.worklist.models import Row

ROSA = "Rosa Pérez <rosa@example.org>"
ZONE = ZoneInfo("America/Montevideo")


@pytest.fixture
def opened(stage: Stage) -> Case:
    return case_of(deliver(stage, letter(ROSA, "Poda", "Hay un árbol caído", message_id="rosa.1@example.org")))


def bounce(message: OutboxMessage, address: str, status: str = "5.1.1") -> bytes:
    return (
        "From: Mail Delivery System <mailer-daemon@example.org>\r\nTo: consultas@ejemplo.gub.uy\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <b.{status}.{address}.{message.pk}>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\n"
        f"Action: {'failed' if status[0] == '5' else 'delayed'}\r\nStatus: {status}\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message.external_id}>\r\n\r\n--x--\r\n"
    ).encode()


class TestOurselves:
    @pytest.mark.parametrize(
        "who", ["consultas@ejemplo.gub.uy", "TRANSITO@Ejemplo.gub.uy", "consultas+x@ejemplo.gub.uy"]
    )
    def test_who_claims_to_be_us_gets_no_acknowledgement(self, stage: Stage, who: str) -> None:
        deliver(stage, letter(who, "Hola", "Soy ustedes"))
        deliver(stage, letter(ROSA, "Hola", "Contestame ahí", Reply_To=who))
        assert Row.objects.count() == 2
        assert all(
            recipient["value"] == "rosa@example.org"
            for message in OutboxMessage.objects.all()
            for recipient in message.recipients
        )

    def test_our_other_mailbox_in_copy_takes_no_part(self, stage: Stage) -> None:
        case = case_of(
            deliver(
                stage,
                letter(
                    ROSA,
                    "Hola",
                    "A las dos",
                    To="consultas@ejemplo.gub.uy, transito@ejemplo.gub.uy, Consultas+x@ejemplo.gub.uy",
                    Cc="otra@example.org",
                ),
            )
        )
        assert {person.value for person in Participant.objects.filter(case=case)} == {
            "rosa@example.org",
            "otra@example.org",
        }

    def test_an_agent_who_answers_all_does_not_write_to_us(self, stage: Stage, opened: Case) -> None:
        answer = reply(
            staff(stage.agent_user.pk),
            opened.pk,
            "Va",
            copies=[Address("email", "transito@ejemplo.gub.uy"), Address("email", "v@example.org")],
        )
        assert [one["value"] for one in OutboxMessage.objects.get(entry=answer).copies] == ["v@example.org"]


class TestBounces:
    def test_a_permanent_one_marks_the_case_and_the_address_until_she_writes_again(
        self, stage: Stage, opened: Case
    ) -> None:
        answer = reply(staff(stage.agent_user.pk), opened.pk, "Vamos mañana")
        deliver(stage, bounce(OutboxMessage.objects.get(entry=answer), "rosa@example.org"))
        assert Row.objects.get(case_id=opened.pk).has_failed_delivery
        assert contacts.undeliverable([Address("email", "rosa@example.org")])
        deliver(stage, letter(ROSA, "Re", "Ya anda mi correo", In_Reply_To=f"<{answer.external_id}>"))
        assert not contacts.undeliverable([Address("email", "rosa@example.org")])

    def test_a_temporary_one_marks_nothing(self, stage: Stage, opened: Case) -> None:
        answer = reply(staff(stage.agent_user.pk), opened.pk, "Vamos mañana")
        deliver(stage, bounce(OutboxMessage.objects.get(entry=answer), "rosa@example.org", "4.4.1"))
        assert not Row.objects.get(case_id=opened.pk).has_failed_delivery
        assert not ContactAddress.objects.filter(is_undeliverable=True).exists()

    def test_one_that_names_somebody_we_did_not_write_to_marks_nobody_else(self, stage: Stage, opened: Case) -> None:
        deliver(stage, letter("luis@example.org", "Hola", "Otra persona"))
        answer = reply(staff(stage.agent_user.pk), opened.pk, "Vamos mañana")
        deliver(stage, bounce(OutboxMessage.objects.get(entry=answer), "luis@example.org"))
        assert not contacts.undeliverable([Address("email", "luis@example.org")])


class TestOutsiders:
    def test_whom_a_message_was_forwarded_to_takes_no_part(self, stage: Stage, opened: Case) -> None:
        first = cases.messages(opened.pk)[0]
        sent = forward(
            staff(stage.agent_user.pk),
            opened.pk,
            [first.pk],
            [Address("email", "perito@obras.example")],
            "¿Qué opinás?",
        )
        back = case_of(
            deliver(stage, letter("perito@obras.example", "Re", "Es un plátano", In_Reply_To=f"<{sent.external_id}>"))
        )
        assert back != opened
        answer = reply(staff(stage.agent_user.pk), opened.pk, "Vamos")
        assert [one["value"] for one in OutboxMessage.objects.get(entry=answer).recipients] == ["rosa@example.org"]

    def test_a_thousand_recipients_make_no_crowd(self, stage: Stage) -> None:
        crowd = ", ".join(f"p{number}@example.org" for number in range(1000))
        case = case_of(deliver(stage, letter(ROSA, "Cadena", "Para todos", Cc=crowd)))
        assert Participant.objects.filter(case=case).count() == 1
        assert OutboxMessage.objects.count() == 1

    def test_an_address_written_thrice_is_one_person(self, stage: Stage) -> None:
        case = case_of(
            deliver(stage, letter("ROSA@Example.org", "Hola", "x", Cc="rosa@example.org, V@example.org, v@example.org"))
        )
        assert Participant.objects.filter(case=case).count() == 2


class TestDeliveriesTwice:
    def quarantined(self, stage: Stage) -> InboundDelivery:
        stored = accept(stage.account, b"", {})
        receive(stage.body.pk)
        found = deliveries.delivery(stored.delivery_id)
        assert found is not None
        assert found.state == "quarantined"
        return found

    def test_two_agents_who_decide_on_the_same_delivery(self, stage: Stage) -> None:
        first = self.quarantined(stage)
        second = deliveries.delivery(first.pk)
        assert second is not None
        intake.discard(first, "Vacío", staff(stage.agent_user.pk))
        with pytest.raises(intake.NotInQuarantine):
            intake.put_back(second, staff(stage.agent_user.pk))
        with pytest.raises(intake.NotInQuarantine):
            intake.discard(second, "Otra vez", staff(stage.agent_user.pk))
        with pytest.raises(Refused):
            desk.retry_delivery(staff(stage.agent_user.pk), first.pk)
        assert InboundDelivery.objects.get().state == "discarded"

    def test_a_late_failure_does_not_pull_back_what_another_process_handled(self, stage: Stage) -> None:
        stored = accept(stage.account, letter(ROSA, "Hola", "Texto"), {})
        stale = deliveries.delivery(stored.delivery_id)
        assert stale is not None
        receive(stage.body.pk)
        stale.attempts = 5
        intake.note_failure(stale)
        intake.quarantine(stale, "Nada")
        assert (InboundDelivery.objects.get().state, InboundDelivery.objects.get().attempts) == ("handled", 0)

    @pytest.mark.parametrize("mail_from", ["a\x00b@example.org", "a\ud800b@example.org", "á@example.org"])
    def test_a_strange_envelope_is_stored_all_the_same(self, stage: Stage, mail_from: str) -> None:
        case_of(deliver(stage, letter(ROSA, "Hola", "Texto"), mail_from=mail_from))


class TestClocksOfABatch:
    @pytest.fixture
    def monday(self) -> Iterator[clock.FakeClock]:
        with clock.frozen(datetime(2026, 9, 7, 10, 0, tzinfo=ZONE)) as hands:
            yield hands

    def test_each_resumes_and_begins_when_its_own_person_wrote(self, monday: clock.FakeClock, stage: Stage) -> None:
        """After an outage, mails of many hours are filed together."""
        mine = case_of(deliver(stage, letter(ROSA, "Poda", "x", message_id="r@example.org")))
        other = case_of(deliver(stage, letter("luis@example.org", "Luz", "x", message_id="l@example.org")))
        paused = case_of(deliver(stage, letter("eva@example.org", "Gas", "x", message_id="e@example.org")))
        desk.set_waiting(staff(stage.agent_user.pk), paused.pk, True)
        for case in (mine, other):
            reply(staff(stage.agent_user.pk), case.pk, "¿Dónde?")
        began: dict[str, datetime] = {}
        for name, sender, answers in [
            ("mine", ROSA, "r"),
            ("mine2", ROSA, "r"),
            ("paused", "eva@example.org", "e"),
            ("other", "luis@example.org", "l"),
        ]:
            monday.advance(timedelta(hours=3))
            began[name] = clock.now()
            accept(stage.account, letter(sender, "Re", name, In_Reply_To=f"<{answers}@example.org>"), {})
        monday.advance(timedelta(hours=10))
        assert receive(stage.body.pk) == 4

        def running(case: Case) -> Any:
            (found,) = [one for one in sla.clocks_of(case.pk) if one.state == "running"]
            return found

        assert running(mine).started_at == began["mine"]
        assert running(other).started_at == began["other"]
        assert running(paused).running_since == began["paused"]


class TestJoining:
    def test_merging_what_waits_for_an_answer_into_what_was_answered_keeps_the_promise(
        self, stage: Stage, opened: Case
    ) -> None:
        reply(staff(stage.agent_user.pk), opened.pk, "¿Dónde?", wait_for_citizen=True)
        fresh = case_of(deliver(stage, letter(ROSA, "Poda", "En Rivera 1234")))
        promised = Row.objects.get(case_id=fresh.pk).next_due_at
        assert promised is not None
        kept = desk.merge(staff(stage.agent_user.pk), opened.pk, fresh.pk)
        assert kept.state == "open"
        assert Row.objects.get(case_id=opened.pk).next_due_at == promised
        assert Row.objects.get(case_id=fresh.pk).next_due_at is None

    def test_merging_into_a_closed_case_promises_anew(self, stage: Stage, opened: Case) -> None:
        close(staff(stage.agent_user.pk), opened.pk, type="claim", service_id=None, text="Listo")
        fresh = case_of(deliver(stage, letter(ROSA, "Poda", "Sigue igual")))
        promised = Row.objects.get(case_id=fresh.pk).next_due_at
        assert desk.merge(staff(stage.agent_user.pk), opened.pk, fresh.pk).state == "open"
        assert Row.objects.get(case_id=opened.pk).next_due_at == promised is not None

    def test_a_split_with_its_answer_is_judged_by_when_the_answer_was_given(self, stage: Stage) -> None:
        with clock.frozen(datetime(2026, 9, 7, 10, 0, tzinfo=ZONE)) as hands:
            opened = case_of(deliver(stage, letter(ROSA, "Poda", "x", message_id="r@example.org")))
            deliver(stage, letter(ROSA, "Re", "Además, el camión", In_Reply_To="<r@example.org>"))
            hands.advance(timedelta(hours=1))
            answer = reply(staff(stage.agent_user.pk), opened.pk, "Pasa los martes")
            hands.advance(timedelta(days=9))
            asked = cases.messages(opened.pk)[2]
            assert "camión" in asked.text
            fresh = desk.split(staff(stage.agent_user.pk), opened.pk, [asked.pk, answer.pk], "Camión")
            (only,) = sla.clocks_of(fresh.pk)
            assert (only.state, only.stopped_at) == ("met", answer.at)

    def test_a_mail_to_a_case_merged_twice_reaches_the_last_one(self, stage: Stage, opened: Case) -> None:
        second = case_of(deliver(stage, letter(ROSA, "Poda", "dos", message_id="rosa.2@example.org")))
        third = case_of(deliver(stage, letter(ROSA, "Poda", "tres", message_id="rosa.3@example.org")))
        actor = staff(stage.agent_user.pk)
        desk.merge(actor, second.pk, opened.pk)
        desk.merge(actor, third.pk, second.pk)
        note(actor, opened.pk, "Unidas")
        close(actor, third.pk, type="claim", service_id=None)
        assert case_of(deliver(stage, letter(ROSA, "Re", "¿Y?", In_Reply_To="<rosa.1@example.org>"))) == third
        assert Row.objects.get(case_id=third.pk).state == "open"

    def test_a_bounce_of_a_merged_case_is_seen_where_it_goes_on(self, stage: Stage, opened: Case) -> None:
        answer = reply(staff(stage.agent_user.pk), opened.pk, "Vamos")
        kept = case_of(deliver(stage, letter(ROSA, "Poda", "dos")))
        desk.merge(staff(stage.agent_user.pk), kept.pk, opened.pk)
        deliver(stage, bounce(OutboxMessage.objects.get(entry=answer), "rosa@example.org"))
        assert Row.objects.get(case_id=kept.pk).has_failed_delivery


class TestMachinesWhileWaiting:
    def test_an_out_of_office_note_does_not_wake_a_waiting_or_closed_case(self, stage: Stage, opened: Case) -> None:
        actor = staff(stage.agent_user.pk)
        reply(actor, opened.pk, "¿Dónde?", wait_for_citizen=True)
        away = {"In_Reply_To": "<rosa.1@example.org>", "Auto_Submitted": "auto-replied"}
        deliver(stage, letter(ROSA, "Fuera de la oficina", "Vuelvo", **away))
        row = Row.objects.get(case_id=opened.pk)
        assert (row.state, row.next_due_at, row.is_unread) == ("waiting_citizen", None, False)
        close(actor, opened.pk, type="claim", service_id=None)
        deliver(stage, letter(ROSA, "Fuera de la oficina", "Vuelvo otro día", **away))
        assert Row.objects.get(case_id=opened.pk).state == "closed"
        assert OutboxMessage.objects.filter(is_automatic=True).count() == 1
