"""Two touch the same thing in the same moment: nobody gets an error, nothing is lost, nothing is done twice."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from structlog.testing import capture_logs

from ventanilla.cases.models import Case, CaseState, Entry
from ventanilla.contacts.models import Contact, ContactAddress
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.patience import patient
from ventanilla.flow.receive import receive, receive_one
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import begin_mail, note, reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.intake.queries import raw
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.messages.contract import Address
from ventanilla.organisation.scoping import scope
from ventanilla.sla.models import Clock

ROSA = "Rosa Pérez <rosa@example.org>"
Deed = Callable[[], Any]


class Together:
    """Deeds in threads, with a connection and the body's scope of their own."""

    def __init__(self, stage: Stage) -> None:
        self._body_id = stage.body.pk

    def do(self, *deeds: Deed) -> list[Any]:
        """All in the same moment. What each gave or how it was refused; any other error is the test's."""
        ready = threading.Barrier(len(deeds))
        with ThreadPoolExecutor(len(deeds)) as pool:
            under_way = [pool.submit(self._run, deed, lambda: ready.wait(10)) for deed in deeds]
        return [outcome(one) for one in under_way]

    def queue_up(self, case: Case, *deeds: Deed) -> list[Any]:
        """Somebody holds the case until each has come to wait for it, one behind the other."""
        under_way: list[Future[Any]] = []
        with ThreadPoolExecutor(len(deeds)) as pool, transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            for deed in deeds:
                under_way.append(pool.submit(self._run, deed, int))
                wait_until_blocked(len(under_way))
        return [outcome(one) for one in under_way]

    def _run(self, deed: Deed, wait: Deed) -> Any:
        try:
            with scope({self._body_id}):
                connection.ensure_connection()
                wait()
                return deed()
        finally:
            connections.close_all()


def outcome(one: "Future[Any]") -> Any:
    try:
        return one.result()
    except Refused as refusal:
        return refusal


@pytest.fixture
def together(committed_stage: Stage) -> Together:
    return Together(committed_stage)


@pytest.fixture
def agent(committed_stage: Stage) -> Actor:
    return staff(committed_stage.agent_user.pk)


@pytest.fixture
def colleague(committed_stage: Stage) -> Actor:
    return staff(committed_stage.colleague.user.pk)


def wait_until_blocked(count: int) -> None:
    """So many connections of this database wait for somebody's lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # What a transaction has seen of other connections it sees again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
            )
            if cursor.fetchone() == (count,):
                return
        time.sleep(0.005)
    raise AssertionError("they do not wait")


def opened(stage: Stage, number: int) -> Case:
    return case_of(
        deliver(stage, letter(ROSA, f"Asunto {number}", "Buen día", message_id=f"caso.{number}@example.org"))
    )


def accepted(stage: Stage, message_id: str, **headers: str) -> int:
    text = headers.pop("text", "Agrego algo")
    sender, subject = headers.pop("sender", ROSA), headers.pop("subject", "Otra vez")
    content = letter(sender, subject, text, message_id=message_id, **headers)
    return accept(stage.account, content, {"mail_from": "rosa@example.org"}).delivery_id


def answering(number: int) -> dict[str, str]:
    return {"In_Reply_To": f"<caso.{number}@example.org>"}


def filed(message_id: str) -> Entry:
    """Where the message is; exactly once, at the first attempt."""
    entry: Entry = Entry.objects.select_related("case", "delivery").get(external_id=message_id)
    assert entry.delivery is not None
    assert (entry.delivery.state, entry.delivery.attempts) == ("handled", 0)
    return entry


def facts(kind: str, **wanted: Any) -> int:
    return Fact.objects.filter(kind=kind, **wanted).count()


def test_an_agent_writes_to_somebody_whose_first_mail_is_being_filed(
    committed_stage: Stage, together: Together, agent: Actor
) -> None:
    stage = committed_stage
    for turn in range(12):
        sender = Address("email", f"nueva{turn}@example.org", "Nueva")
        delivery_id = accepted(stage, f"nueva.{turn}@example.org", sender=sender.value)
        received, begun = together.do(
            partial(receive_one, delivery_id),
            partial(begin_mail, agent, stage.account.pk, [sender], [], "Le escribimos", "Buen día"),
        )
        entry = filed(f"nueva.{turn}@example.org")
        assert received.case_codes == [entry.case.code]
        assert isinstance(begun, Case)
        assert ContactAddress.objects.get(value=sender.value).contact_id == begun.contact_id == entry.contact_id
    assert Contact.objects.count() == 12


def test_two_agents_write_to_the_same_new_people_in_opposite_order(
    committed_stage: Stage, together: Together, agent: Actor, colleague: Actor
) -> None:
    for turn in range(8):
        people = [Address("email", f"{name}{turn}@example.org") for name in ("eva", "luis", "rosa")]
        made = together.do(
            partial(begin_mail, agent, committed_stage.account.pk, people, [], "Hola", "Buen día"),
            partial(begin_mail, colleague, committed_stage.account.pk, people[::-1], [], "Hola", "Buen día"),
        )
        assert all(isinstance(case, Case) for case in made)
    assert ContactAddress.objects.count() == Contact.objects.count() == 24


def test_a_merge_and_a_batch_lock_in_the_same_order(committed_stage: Stage, together: Together, agent: Actor) -> None:
    """The batch finds the newer case by a header and the older one by its code alone."""
    older, newer = opened(committed_stage, 1), opened(committed_stage, 2)
    accepted(committed_stage, "newer@example.org", **answering(2))
    accepted(committed_stage, "older@example.org", subject=f"Sobre [{older.code}]")
    with capture_logs() as logs:
        kept, count = together.queue_up(
            older, lambda: desk.merge(agent, newer.pk, older.pk), lambda: receive(committed_stage.body.pk)
        )
    assert (kept.pk, count, logs) == (newer.pk, 2, [])
    assert {filed(name).case_id for name in ("newer@example.org", "older@example.org")} == {newer.pk}


def test_a_batch_follows_a_chain_of_merges_that_grows_meanwhile(
    committed_stage: Stage, together: Together, agent: Actor
) -> None:
    first, second, third = (opened(committed_stage, number) for number in range(3))
    desk.merge(agent, second.pk, first.pk)
    accepted(committed_stage, "first@example.org", subject=f"Sobre [{first.code}]")
    with capture_logs() as logs:
        kept, count = together.queue_up(
            second, lambda: desk.merge(agent, third.pk, second.pk), lambda: receive(committed_stage.body.pk)
        )
    assert (kept.pk, count, logs) == (third.pk, 1, [])
    assert filed("first@example.org").case_id == third.pk


def test_who_is_broken_off_for_a_deadlock_begins_anew(committed_stage: Stage, together: Together, agent: Actor) -> None:
    older, newer = opened(committed_stage, 1), opened(committed_stage, 2)
    is_held = threading.Event()

    @patient
    def lock_the_other_way() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=newer.pk)
            if not is_held.is_set():
                is_held.set()
                wait_until_blocked(1)
            Case.objects.select_for_update().get(pk=older.pk)

    def merge() -> Case:
        is_held.wait(10)
        return desk.merge(agent, newer.pk, older.pk)

    with capture_logs() as logs:
        _nothing, kept = together.do(lock_the_other_way, merge)
    assert kept.pk == newer.pk
    assert {log["event"] for log in logs} == {"begun_anew"}
    assert Entry.objects.filter(event="cases.merged").count() == 2


def test_agents_work_while_messages_to_the_same_cases_are_filed(
    committed_stage: Stage, together: Together, agent: Actor, colleague: Actor
) -> None:
    stage, service = committed_stage, committed_stage.service.pk
    sent = []

    def attend(cases: Sequence[Case]) -> None:
        reply(agent, cases[0].pk, "Respuesta")
        close(agent, cases[1].pk, type="information", service_id=service)
        desk.merge(agent, cases[3].pk, cases[2].pk)
        close(agent, cases[4].pk, type="claim", service_id=service, text="Listo")

    def attend_too(cases: Sequence[Case]) -> None:
        desk.assign(colleague, cases[0].pk, agent_id=stage.colleague.pk, team_id=None)
        desk.merge(colleague, cases[4].pk, cases[5].pk)
        desk.assign_waiting()
        reply(colleague, cases[2].pk, "Otra respuesta")

    for turn in range(0, 8 * 6, 6):
        cases = [opened(stage, turn + place) for place in range(6)]
        names = [f"mas.{turn + place}@example.org" for place in range(6)]
        for place, name in reversed(list(enumerate(names))):
            accepted(stage, name, **(answering(turn + place) if place % 2 else {"subject": f"[{cases[place].code}]"}))
        note(agent, cases[1].pk, "Visto")
        outcomes = together.do(partial(receive, stage.body.pk), partial(attend, cases), partial(attend_too, cases))
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        homes = [filed(name).case_id for name in names]
        assert homes == [cases[place].pk for place in (0, 1, 3, 3, 4, 4)]
        sent += names
    assert InboundDelivery.objects.exclude(state="handled").count() == 0
    assert Entry.objects.filter(external_id__in=sent).count() == len(sent) == 48
    assert OutboxMessage.objects.filter(is_automatic=False).count() == 8 * 3


def test_two_agents_close_the_same_case(
    committed_stage: Stage, together: Together, agent: Actor, colleague: Actor
) -> None:
    for turn in range(8):
        case = opened(committed_stage, turn)
        both = [partial(close, who, case.pk, type="claim", service_id=None, text="Listo") for who in (agent, colleague)]
        outcomes = together.do(*both)
        assert sorted(type(one).__name__ for one in outcomes) == ["Case", "Refused"]
        assert facts("cases.closed", case_id=case.pk) == facts("sla.met", case_id=case.pk) == 1
        assert Entry.objects.filter(case=case, event="cases.closed").count() == 1
        assert OutboxMessage.objects.filter(case=case, is_automatic=False).count() == 1


def test_two_agents_answer_the_same_case_and_a_third_closes_it(
    committed_stage: Stage, together: Together, agent: Actor, colleague: Actor
) -> None:
    for turn in range(8):
        case = opened(committed_stage, turn)
        note(agent, case.pk, "Visto")
        first, second, closed = together.do(
            partial(reply, agent, case.pk, "Una"),
            partial(reply, colleague, case.pk, "Otra", wait_for_citizen=True),
            partial(close, agent, case.pk, type="claim", service_id=None),
        )
        assert (first.text, second.text, closed.state) == ("Una", "Otra", CaseState.CLOSED)
        answers = OutboxMessage.objects.filter(case=case, is_automatic=False)
        assert {one.entry_id for one in answers} == {first.pk, second.pk}
        (clock,) = Clock.objects.filter(case=case, kind="first_response")
        assert clock.state in ("met", "cancelled")
        assert facts("sla.met", case_id=case.pk) + facts("sla.cancelled", case_id=case.pk) == 1
        assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_two_drains_of_one_body_handle_each_message_once(committed_stage: Stage, together: Together) -> None:
    for turn in range(3):
        names = [f"dos.{turn}.{number}@example.org" for number in range(20)]
        for number, name in enumerate(names):
            accepted(committed_stage, name, sender=f"vecina{turn}.{number % 15}@example.org")
        together.do(*[lambda: drain(committed_stage.body.pk)] * 2)
        homes = {filed(name).case_id for name in names}
        assert len(homes) == 20
        assert facts("cases.opened", case_id__in=homes) == 20
        assert facts("routing.assigned", case_id__in=homes) + facts("routing.queued", case_id__in=homes) == 20
        assert OutboxMessage.objects.filter(case_id__in=homes).count() == 20
        assert Clock.objects.filter(case_id__in=homes).count() == 20
    assert Case.objects.count() == 60


def test_the_same_bytes_come_by_several_connections_at_once(committed_stage: Stage, together: Together) -> None:
    for turn in range(6):
        # The last ones are too large for the database and stand in storage.
        text = "relleno de un mensaje\n" * (20_000 if turn > 3 else 1)
        content = letter(ROSA, "Repetida", text, message_id=f"igual.{turn}@example.org")
        stored = together.do(*[partial(accept, committed_stage.account, content, {})] * 4)
        assert sorted(one.is_new for one in stored) == [False, False, False, True]
        (delivery_id,) = {one.delivery_id for one in stored}
        assert raw(InboundDelivery.objects.get(pk=delivery_id)).content == content
        outcomes = together.do(*[partial(receive_one, delivery_id)] * 2)
        assert {one.state for one in outcomes} == {"handled"}
        assert len({code for one in outcomes for code in one.case_codes}) == 1
        filed(f"igual.{turn}@example.org")
    assert InboundDelivery.objects.count() == Case.objects.count() == OutboxMessage.objects.count() == 6
