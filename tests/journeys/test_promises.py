"""What was promised on a Friday evening, by hand: paused, resumed, reopened, late once, under another calendar."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import clocks, desk
from ventanilla.flow.close import close, reopen
from ventanilla.flow.reply import announce_complexity, note, reply
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation import actions as calendars
from ventanilla.worklist.models import Row

ROSA = "Rosa Pérez <rosa@example.org>"
ZONE = ZoneInfo("America/Montevideo")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """September 2026: the 4th is a Friday, the 7th a Monday; no holiday falls in it."""
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def hands() -> Iterator[clock.FakeClock]:
    with clock.frozen(at(4, 20)) as made:
        yield made


@pytest.fixture
def case(hands: clock.FakeClock, stage: Stage) -> Case:
    """Friday at eight in the evening."""
    return case_of(deliver(stage, letter(ROSA, "Poda", "Hay un árbol caído", message_id="r@example.org")))


@pytest.fixture
def actor(stage: Stage) -> Actor:
    return staff(stage.agent_user.pk)


def due(case: Case) -> datetime | None:
    found: datetime | None = Row.objects.get(case_id=case.pk).next_due_at
    return found


def test_friday_evening_is_due_on_monday_evening_and_she_is_told(case: Case) -> None:
    """The weekend does not count: four of the 24 hours are of Friday, the other twenty of Monday."""
    assert due(case) == at(7, 20)
    assert "lunes 7 de septiembre a las 20:00" in OutboxMessage.objects.get().text


def test_the_clock_stands_while_she_owes_an_answer(
    stage: Stage, case: Case, hands: clock.FakeClock, actor: Actor
) -> None:
    hands.instant = at(7, 10)
    desk.set_waiting(actor, case.pk, True)
    assert due(case) is None
    hands.instant = at(9, 15)
    deliver(stage, letter(ROSA, "Re", "En Rivera", In_Reply_To="<r@example.org>"))
    # Ten of Monday's hours were left on pausing at 10: 20:00 less 10:00.
    assert due(case) == at(10, 1)
    assert Row.objects.get(case_id=case.pk).state == "open"


def test_late_is_marked_once(case: Case, hands: clock.FakeClock, actor: Actor) -> None:
    hands.instant = at(7, 16, 1)
    clocks.tick()
    clocks.tick()
    assert Fact.objects.filter(kind="sla.warned", case_id=case.pk).count() == 1
    hands.instant = at(7, 20, 1)
    clocks.tick()
    clocks.tick()
    assert Fact.objects.filter(kind="sla.breached", case_id=case.pk).count() == 1
    reply(actor, case.pk, "Vamos mañana")
    missed = Fact.objects.get(kind="sla.missed", case_id=case.pk)
    assert missed.is_within_target is False
    assert due(case) is None


def test_a_calendar_that_changes_moves_open_promises_and_no_kept_one(
    stage: Stage, case: Case, hands: clock.FakeClock, actor: Actor
) -> None:
    kept = case_of(deliver(stage, letter("luis@example.org", "Luz", "x")))
    reply(actor, kept.pk, "Listo")
    first = Row.objects.get(case_id=kept.pk).first_response_due_at
    calendars.set_day(stage.calendar, at(7, 0).date(), "Paro")
    clocks.recount()
    assert due(case) == at(8, 20)
    assert Row.objects.get(case_id=kept.pk).first_response_due_at == first


def test_what_is_complex_gets_a_new_date_that_she_hears_before_the_old_one(
    case: Case, hands: clock.FakeClock, actor: Actor
) -> None:
    hands.instant = at(7, 9)
    announce_complexity(actor, case.pk, at(11, 12), "Tiene que verlo un perito.")
    assert due(case) == at(11, 12)
    told = OutboxMessage.objects.latest("pk")
    assert "viernes 11 de septiembre a las 12:00" in told.text
    assert told.recipients[0]["value"] == "rosa@example.org"


def test_a_reopened_case_owes_a_new_answer(stage: Stage, case: Case, hands: clock.FakeClock, actor: Actor) -> None:
    hands.instant = at(7, 9)
    close(actor, case.pk, type="claim", service_id=None, text="Listo")
    assert due(case) is None
    hands.instant = at(8, 10)
    deliver(stage, letter(ROSA, "Re", "Sigue igual", In_Reply_To="<r@example.org>"))
    assert due(case) == at(9, 10)
    assert Row.objects.get(case_id=case.pk).agent_user_id == stage.agent_user.pk


def test_closing_without_an_answer_neither_keeps_nor_breaks_a_promise(
    case: Case, hands: clock.FakeClock, actor: Actor
) -> None:
    hands.advance(timedelta(days=9))
    note(actor, case.pk, "Repetida")
    close(actor, case.pk, type="claim", service_id=None, outcome="duplicate")
    assert not Fact.objects.filter(kind__in=["sla.met", "sla.missed"], case_id=case.pk).exists()
    assert reopen(actor, case.pk, "Me equivoqué").state == "open"
