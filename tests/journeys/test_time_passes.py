"""A promise on its way: the queue shows it, a warning goes out, the calendar changes, and it falls due."""

from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow import clocks
from ventanilla.flow.accept import accept
from ventanilla.flow.desk import set_waiting
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import announce_complexity, reply
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.kit.clock import FakeClock
from ventanilla.organisation.actions import set_day, set_week
from ventanilla.sla import events
from ventanilla.sla import queries as sla
from ventanilla.worklist.models import Row

MONTEVIDEO = ZoneInfo("America/Montevideo")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MONTEVIDEO)


@pytest.fixture
def monday(stage: Stage) -> Iterator[FakeClock]:
    """Monday 2 February 2026 at 10:00: no holiday near."""
    with clock.frozen(local("2026-02-02 10:00")) as fake:
        yield fake


def arrive(stage: Stage) -> Row:
    message = EmailMessage()
    message["From"] = "Rosa Pérez <rosa@example.org>"
    message["To"] = stage.account.address
    message["Subject"] = "Licencia vencida"
    message["Message-ID"] = "<uno@example.org>"
    message.set_content("¿Qué necesito para renovarla?")
    envelope = {"mail_from": "rosa@example.org", "rcpt_to": [stage.account.address]}
    accept(stage.account, message.as_bytes(), envelope)
    drain(stage.body.pk)
    found: Row = Row.objects.get()
    return found


def told(kind: str) -> int:
    return Fact.objects.filter(kind=kind).count()


def test_a_promise_is_shown_warned_of_and_missed(stage: Stage, monday: FakeClock) -> None:
    row = arrive(stage)
    assert row.next_due_at == row.first_response_due_at == local("2026-02-03 10:00")
    monday.instant = local("2026-02-02 16:58")
    assert clocks.tick() == 0
    monday.instant = local("2026-02-02 17:30")  # the house stood still at 16:59
    assert clocks.tick() == 0
    monday.instant = local("2026-02-03 09:00")
    assert (clocks.tick(), clocks.tick(), told(events.WARNED)) == (1, 0, 1)
    monday.instant = local("2026-02-03 10:01")
    assert (clocks.tick(), clocks.tick(), told(events.BREACHED)) == (1, 0, 1)
    reply(staff(stage.agent_user.pk), row.case_id, "Cédula y foto.")
    assert told(events.MISSED) == 1
    assert Row.objects.get().next_due_at is None


def test_a_day_of_mourning_reaches_the_queue(stage: Stage, monday: FakeClock) -> None:
    row = arrive(stage)
    set_day(stage.calendar, date(2026, 2, 3), "Duelo departamental")
    assert clocks.recount() == 1
    assert Row.objects.get().next_due_at == local("2026-02-04 10:00")
    assert sla.promised_at(row.case_id) == local("2026-02-04 10:00")
    (promise,) = sla.clocks_of(row.case_id)
    assert any("Duelo departamental" in line for line in sla.explain(promise))
    assert clocks.recount() == 0


def test_the_round_of_each_minute_finds_what_no_wake_announced(stage: Stage, monday: FakeClock) -> None:
    arrive(stage)
    set_day(stage.calendar, date(2026, 2, 3), "Duelo departamental")
    assert clocks.tick() == 1
    assert Row.objects.get().next_due_at == local("2026-02-04 10:00")


def test_time_stands_still_while_the_person_owes_an_answer(stage: Stage, monday: FakeClock) -> None:
    row = arrive(stage)
    by = staff(stage.agent_user.pk)
    monday.instant = local("2026-02-02 15:00")
    set_waiting(by, row.case_id, True)
    assert Row.objects.get().is_paused
    monday.instant = local("2026-02-05 09:00")
    assert clocks.tick() == 0
    set_waiting(by, row.case_id, False)
    shown = Row.objects.get()
    assert (shown.is_paused, shown.next_due_at) == (False, local("2026-02-06 04:00"))


def test_a_week_without_hours_loses_no_mail(stage: Stage, monday: FakeClock) -> None:
    set_week(stage.calendar, {})
    row = arrive(stage)
    assert row.next_due_at is None
    assert OutboxMessage.objects.filter(is_automatic=True).count() == 1
    # Of the policies that count by that calendar one has a message to count.
    assert (told(events.UNCOUNTABLE), len(sla.troubles())) == (1, 2)
    set_week(stage.calendar, dict.fromkeys(range(5), "9 a 17"))
    assert clocks.recount() == 1
    assert Row.objects.get().next_due_at == local("2026-02-03 10:00")


def test_the_new_date_that_was_announced_is_shown(stage: Stage, monday: FakeClock) -> None:
    row = arrive(stage)
    new_due_at = local("2026-02-11 12:00")
    announce_complexity(staff(stage.agent_user.pk), row.case_id, new_due_at, "Lo estamos estudiando con Tránsito.")
    assert told(events.EXTENDED) == 1
    shown = Row.objects.get()
    assert new_due_at in (shown.next_due_at, shown.first_response_due_at, shown.resolution_due_at)
