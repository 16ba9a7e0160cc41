"""Which case a mail belongs to: lessons 1 to 6, 10, 11, 17, 28 and 31."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, CaseLink, Entry
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import note, reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing

ROSA = "Rosa Pérez <rosa@example.org>"


@pytest.fixture
def opened(stage: Stage) -> Case:
    return case_of(deliver(stage, letter(ROSA, "Poda", "Hay un árbol caído", message_id="rosa.1@example.org")))


@pytest.fixture
def answered(stage: Stage, opened: Case) -> Entry:
    return reply(staff(stage.agent_user.pk), opened.pk, "¿En qué calle?")


def sent(entry: Entry) -> OutboxMessage:
    return OutboxMessage.objects.get(entry=entry)


class TestReplies:
    def test_joins_by_header(self, stage: Stage, opened: Case, answered: Entry) -> None:
        back = letter(ROSA, "otra cosa", "En Rivera", In_Reply_To=f"<{answered.external_id}>")
        assert case_of(deliver(stage, back)) == opened

    def test_joins_by_references_alone(self, stage: Stage, opened: Case, answered: Entry) -> None:
        back = letter(
            ROSA, "otra cosa", "En Rivera", References=f"<x@y.example> <{answered.external_id}> <z@y.example>"
        )
        assert case_of(deliver(stage, back)) == opened

    def test_joins_by_code_when_the_client_dropped_every_header(
        self, stage: Stage, opened: Case, answered: Entry
    ) -> None:
        assert case_of(deliver(stage, letter(ROSA, f"RE: {sent(answered).subject}", "En Rivera"))) == opened

    def test_joins_by_the_reference_in_the_quotation(self, stage: Stage, opened: Case, answered: Entry) -> None:
        token = sent(answered).reference_token
        assert case_of(deliver(stage, letter(ROSA, "Rta: sin código", f"En Rivera\n\n> Referencia: {token}"))) == opened

    def test_joins_when_answering_the_acknowledgement(self, stage: Stage, opened: Case) -> None:
        acknowledgement = OutboxMessage.objects.get(case=opened, is_automatic=True)
        back = letter(ROSA, "Re: acuse", "Agrego la dirección", In_Reply_To=f"<{acknowledgement.external_id}>")
        assert case_of(deliver(stage, back)) == opened

    def test_joins_although_the_agent_answered_from_outlook(self, stage: Stage, opened: Case) -> None:
        # The agent's own client made a Message-ID that we never saw; Rosa's first id stands in References.
        back = letter(
            ROSA,
            "RE: Poda",
            "En Rivera",
            In_Reply_To="<outlook@body.example>",
            References="<rosa.1@example.org> <outlook@body.example>",
        )
        assert case_of(deliver(stage, back)) == opened


class TestStrangers:
    @pytest.mark.parametrize("way", ["code", "references", "token"])
    def test_whoever_points_at_a_case_stays_outside(
        self, stage: Stage, opened: Case, answered: Entry, way: str
    ) -> None:
        message = sent(answered)
        hint = {
            "code": letter("mallory@evil.example", f"Re: [{opened.code}]", "Mandame todo"),
            "references": letter(
                "mallory@evil.example", "Hola", "Mandame todo", In_Reply_To=f"<{message.external_id}>"
            ),
            "token": letter("mallory@evil.example", "Hola", f"Mandame todo\n\n> {message.reference_token}"),
        }[way]
        strange = case_of(deliver(stage, hint))
        assert strange != opened
        link = CaseLink.objects.get(case=strange)
        assert (link.other, link.kind, link.is_reviewed) == (opened, "quoted", False)
        assert not OutboxMessage.objects.filter(
            case=opened, recipients__contains=[{"value": "mallory@evil.example"}]
        ).exists()

    def test_a_forged_token_is_worth_nothing(self, stage: Stage, opened: Case) -> None:
        forged = letter("mallory@evil.example", "Hola", f"vt-{opened.pk}-aaaaaaaaaaaaaaaa")
        strange = case_of(deliver(stage, forged))
        assert not CaseLink.objects.filter(case=strange).exists()

    def test_two_people_who_answer_one_newsletter_have_two_cases(self, stage: Stage) -> None:
        first = deliver(stage, letter(ROSA, "Re: Boletín", "Me interesa", References="<boletin@news.example>"))
        second = deliver(
            stage, letter("luis@example.org", "Re: Boletín", "Quiero ir", References="<boletin@news.example>")
        )
        assert case_of(first) != case_of(second)


class TestCopies:
    def test_a_third_party_in_copy_who_answers_before_us_joins(self, stage: Stage) -> None:
        first = deliver(
            stage, letter(ROSA, "Poda", "Va con copia a mi vecino", message_id="r@example.org", Cc="vecino@example.org")
        )
        second = deliver(stage, letter("vecino@example.org", "Re: Poda", "Confirmo", In_Reply_To="<r@example.org>"))
        assert case_of(first) == case_of(second)

    def test_whom_the_agent_put_in_copy_joins(self, stage: Stage, opened: Case) -> None:
        answer = reply(
            staff(stage.agent_user.pk),
            opened.pk,
            "Con copia al jefe de cuadrilla",
            copies=[Address("email", "jefe@obras.example")],
        )
        assert [copy["value"] for copy in sent(answer).copies] == ["jefe@obras.example"]
        back = deliver(stage, letter("jefe@obras.example", "Re", "Vamos mañana", In_Reply_To=f"<{answer.external_id}>"))
        assert case_of(back) == opened

    def test_one_mail_to_two_of_our_mailboxes_is_one_case_that_both_teams_see(self, stage: Stage) -> None:
        content = letter(ROSA, "Semáforo", "No anda", To=f"{stage.account.address}, {stage.other_account.address}")
        first = deliver(stage, content)
        second = deliver(stage, content, account=stage.other_account)
        assert case_of(first) == case_of(second)
        assert routing.also_seen_by(case_of(first).pk) == [stage.other_team.name]
        assert OutboxMessage.objects.count() == 1


class TestRepeats:
    def test_the_same_message_id_twice_is_one_entry(self, stage: Stage) -> None:
        content = letter(ROSA, "Hola", "Buen día", message_id="same@example.org")
        deliver(stage, b"Received: from a by b\r\n" + content)
        deliver(stage, b"Received: from c by d\r\n" + content)
        assert Entry.objects.filter(direction="in").count() == 1

    def test_a_broken_client_that_reuses_an_id_loses_nothing(self, stage: Stage) -> None:
        first = deliver(stage, letter(ROSA, "Hola", "Uno", message_id="same@example.org"))
        second = deliver(stage, letter("luis@example.org", "Otra cosa", "Dos", message_id="same@example.org"))
        assert case_of(first) != case_of(second)

    def test_two_mails_that_share_a_subject_are_two(self, stage: Stage) -> None:
        assert case_of(deliver(stage, letter(ROSA, "Consulta", "Uno"))) != case_of(
            deliver(stage, letter(ROSA, "Consulta", "Dos"))
        )

    def test_fifty_mails_given_again_make_nothing_new(self, stage: Stage) -> None:
        mails = [letter(f"p{number}@example.org", "Hola", f"Mail {number}") for number in range(50)]
        for content in mails * 2:
            accept(stage.account, content, {"mail_from": "p@example.org"})
        drain(stage.body.pk)
        assert Case.objects.count() == 50
        assert Entry.objects.filter(direction="in").count() == 50


class TestTime:
    def test_an_answer_reopens_a_case_inside_the_window_and_opens_another_after_it(
        self, stage: Stage, opened: Case
    ) -> None:
        close(staff(stage.agent_user.pk), opened.pk, type="claim", service_id=None, text="Listo")
        last = cases.messages(opened.pk)[-1]
        soon = letter(ROSA, "Re", "Sigue igual", In_Reply_To=f"<{last.external_id}>")
        assert case_of(deliver(stage, soon)) == opened
        opened.refresh_from_db()
        assert opened.state == "open"
        close(staff(stage.agent_user.pk), opened.pk, type="claim", service_id=None)
        Case.objects.filter(pk=opened.pk).update(closed_at=clock.now() - timedelta(days=31))
        late = case_of(deliver(stage, letter(ROSA, "Re", "Volvió a pasar", In_Reply_To=f"<{last.external_id}>")))
        assert late != opened
        assert CaseLink.objects.get(case=late).kind == "related"


class TestMachines:
    def test_an_out_of_office_note_joins_and_is_never_answered(
        self, stage: Stage, opened: Case, answered: Entry
    ) -> None:
        before = OutboxMessage.objects.count()
        away = letter(
            ROSA,
            "Fuera de la oficina",
            "Vuelvo el lunes",
            In_Reply_To=f"<{answered.external_id}>",
            Auto_Submitted="auto-replied",
        )
        assert case_of(deliver(stage, away)) == opened
        assert OutboxMessage.objects.count() == before

    def test_an_automatic_first_message_is_kept_and_not_acknowledged(self, stage: Stage) -> None:
        case_of(deliver(stage, letter("robot@example.org", "Aviso", "Texto", Auto_Submitted="auto-generated")))
        assert not OutboxMessage.objects.exists()

    def test_a_machine_that_hides_what_it_is_gets_a_bounded_number_of_acknowledgements(self, stage: Stage) -> None:
        for number in range(30):
            deliver(stage, letter("maquina@example.org", f"Aviso {number}", "Texto"))
        assert Case.objects.count() == 30
        assert OutboxMessage.objects.count() == 10


class TestMergedPeople:
    def test_a_merge_is_somebodys_word_and_has_a_way_back(self, stage: Stage) -> None:
        home = case_of(
            deliver(stage, letter("Ana <ana@casa.example>", "Hola", "Desde casa", message_id="casa@x.example"))
        )
        work = case_of(deliver(stage, letter("Ana <ana@trabajo.example>", "Hola", "Desde el trabajo")))
        assert home.contact is not None
        assert work.contact is not None
        assert home.contact != work.contact
        merge = desk.merge_contacts(staff(stage.agent_user.pk), home.contact.pk, work.contact.pk)
        back = deliver(
            stage, letter("ana@trabajo.example", "Re: Hola", "Sigo desde acá", In_Reply_To="<casa@x.example>")
        )
        assert case_of(back) == home
        desk.undo_contact_merge(staff(stage.agent_user.pk), merge.pk)
        again = deliver(stage, letter("ana@trabajo.example", "Otra", "Otra cosa"))
        assert case_of(again).contact == work.contact


class TestMergedCases:
    def test_an_answer_to_a_merged_case_reaches_the_one_that_continues_it(self, stage: Stage, opened: Case) -> None:
        other = case_of(
            deliver(stage, letter(ROSA, "Poda otra vez", "El mismo árbol", message_id="rosa.2@example.org"))
        )
        desk.merge(staff(stage.agent_user.pk), opened.pk, other.pk)
        assert case_of(deliver(stage, letter(ROSA, "Re", "¿Novedades?", In_Reply_To="<rosa.2@example.org>"))) == opened
        assert {entry.text.strip() for entry in cases.messages(opened.pk) if entry.direction == "in"} == {
            "Hay un árbol caído", "El mismo árbol", "¿Novedades?",
        }  # fmt: skip

    def test_a_split_message_has_a_case_of_its_own_with_its_sender(self, stage: Stage, opened: Case) -> None:
        deliver(stage, letter(ROSA, "Re", "Además, no pasa el camión", In_Reply_To="<rosa.1@example.org>"))
        extra = next(entry for entry in cases.messages(opened.pk) if "camión" in entry.text)
        fresh = desk.split(staff(stage.agent_user.pk), opened.pk, [extra.pk], "Recolección")
        assert [entry.pk for entry in cases.messages(fresh.pk)] == [extra.pk]
        assert fresh.contact == opened.contact
        answer = reply(staff(stage.agent_user.pk), fresh.pk, "Pasa los martes")
        assert sent(answer).recipients[0]["value"] == "rosa@example.org"


def test_nothing_closes_without_a_recorded_action(stage: Stage, opened: Case) -> None:
    from ventanilla.flow.errors import NothingRecorded

    with pytest.raises(NothingRecorded):
        close(staff(stage.agent_user.pk), opened.pk, type="claim", service_id=None)
    note(staff(stage.agent_user.pk), opened.pk, "Avisé a la cuadrilla")
    assert close(staff(stage.agent_user.pk), opened.pk, type="claim", service_id=None).state == "closed"


@pytest.mark.django_db(transaction=True)
def test_four_clients_at_once_get_a_hundred_different_codes() -> None:
    stage = build_stage()

    def client(number: int) -> None:
        try:
            with scope({stage.body.pk}):
                for turn in range(25):
                    deliver(stage, letter(f"c{number}.{turn}@example.org", "Hola", f"Cliente {number}, mail {turn}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(client, range(4)))
    with scope({stage.body.pk}):
        assert Case.objects.values("code").distinct().count() == Case.objects.count() == 100
        assert not InboundDelivery.objects.exclude(state="handled").exists()
