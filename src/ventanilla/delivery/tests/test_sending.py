"""Claiming, sending, recording."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from ventanilla.delivery import actions, queries
from ventanilla.delivery.actions import LEASE_SECONDS
from ventanilla.delivery.models import DeliveryReceipt, OutboxMessage
from ventanilla.delivery.tests.conftest import NOON, Desk
from ventanilla.journal.actors import SYSTEM
from ventanilla.journal.models import Fact
from ventanilla.messages.contract import (
    Address,
    OutboundMessage,
    PartlyRefused,
    SendingFailed,
    SendingNotConfigured,
    ServerUnreachable,
)


def only() -> OutboxMessage:
    message: OutboxMessage = OutboxMessage.objects.get()
    return message


def test_a_message_goes_out_whole(desk: Desk) -> None:
    desk.queue(
        copies=[Address("email", "c@x.uy", "C")],
        html="<p>Hola</p>",
        in_reply_to="u@x",
        references=["t@x", "u@x"],
        is_automatic=True,
    )
    changed: list[OutboxMessage] = []
    desk.clock.advance(timedelta(seconds=90))
    assert actions.send_due(10, changed.extend) == 1
    (said,) = desk.channel.sent
    message = only()
    assert said.external_id == message.external_id
    assert (said.account, said.account_name) == ("consultas@ejemplo.gub.uy", "Intendencia de Ejemplo")
    assert (said.recipients, said.copies) == (
        [Address("email", "rosa@example.org", "Rosa")],
        [Address("email", "c@x.uy", "C")],
    )
    assert (said.html, said.in_reply_to, said.references, said.is_automatic) == (
        "<p>Hola</p>",
        "u@x",
        ["t@x", "u@x"],
        True,
    )
    assert [(file.name, file.content) for file in said.attachments] == [("guía.pdf", b"PDF")]
    assert said.created_at == NOON
    assert (message.state, message.attempts, message.provider_id, message.claimed_until) == (
        "sent",
        1,
        message.external_id,
        None,
    )
    assert message.sent_at == NOON + timedelta(seconds=90)
    assert [one.pk for one in changed] == [message.pk]
    fact = Fact.objects.get(kind="delivery.sent")
    assert (fact.case_id, fact.elapsed_seconds, fact.details["attempts"]) == (desk.case.pk, 90, 1)
    assert desk.channel.closed == 1
    assert actions.send_due(10) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(committed_desk: Desk) -> None:
    seen: list[bool] = []
    committed_desk.channel.before = lambda message: seen.append(connection.in_atomic_block)
    committed_desk.queue()
    actions.send_due(10)
    assert seen == [False]


def test_a_refusal_for_good_is_told_at_once(desk: Desk) -> None:
    desk.queue()
    desk.channel.replies = [SendingFailed("No existe. Dijo: 550", is_permanent=True)]
    changed: list[OutboxMessage] = []
    actions.send_due(10, changed.extend)
    message = only()
    assert (message.state, message.problem) == ("failed", "No existe. Dijo: 550")
    assert queries.troubles() == [message]
    assert queries.has_trouble(desk.case.pk)
    assert queries.cases_with_trouble([desk.case.pk]) == {desk.case.pk}
    assert queries.troubles_count() == 1
    assert changed[0].state == "failed"
    assert Fact.objects.filter(kind="delivery.failed").exists()


def test_a_passing_failure_is_tried_again_for_three_days_then_given_up(desk: Desk) -> None:
    desk.queue()
    desk.channel.replies = [SendingFailed(f"Más tarde {number}") for number in range(20)]
    attempts = 0
    while only().state == "queued":
        assert actions.send_due(10) == 1
        attempts += 1
        message = only()
        if message.state == "queued":
            assert message.problem == f"Más tarde {attempts - 1}"
            assert actions.send_due(10) == 0
            desk.clock.instant = message.next_attempt_at
    message = only()
    assert (message.state, attempts) == ("failed", 11)
    assert message.problem == "Se intentó durante tres días y no se pudo enviar. Más tarde 10"
    assert timedelta(hours=56) < desk.clock.instant - NOON < timedelta(hours=87)


def test_a_failure_then_a_success(desk: Desk) -> None:
    desk.queue()
    desk.channel.replies = [SendingFailed("Más tarde")]
    actions.send_due(10)
    desk.clock.advance(timedelta(minutes=2))
    actions.send_due(10)
    assert (only().state, only().problem, only().attempts) == ("sent", "", 2)


def test_a_server_that_is_away_is_asked_once_a_run(desk: Desk) -> None:
    desk.queue(5)
    desk.channel.replies = [ServerUnreachable("No responde")] * 5
    actions.send_due(100)
    assert len(desk.channel.replies) == 4
    states = OutboxMessage.objects.order_by("pk").values_list("attempts", "claimed_until")
    assert list(states) == [(1, None), (0, None), (0, None), (0, None), (0, None)]


def test_an_account_rests_after_three_failures_in_a_row(desk: Desk) -> None:
    desk.queue(6)
    desk.channel.replies = [SendingFailed("Más tarde")] * 6
    actions.send_due(100)
    assert len(desk.channel.replies) == 3


@pytest.mark.django_db(transaction=True)
def test_a_dead_account_holds_up_no_other(committed_desk: Desk) -> None:
    desk = committed_desk
    desk.queue(3)
    desk.queue(3, account=desk.other_account)
    others_done = threading.Event()
    waited: list[bool] = []

    def hang(message: OutboundMessage) -> None:
        waited.append(others_done.wait(5))

    desk.channel.before = hang
    desk.channel.replies = [ServerUnreachable("No responde")]
    other = desk.channels[desk.other_account.pk]
    other.before = lambda message: others_done.set() if len(other.sent) == 2 else None
    actions.send_due(100)
    assert waited == [True]
    assert len(other.sent) == 3
    assert OutboxMessage.objects.filter(state="queued", account=desk.account).count() == 3


def test_a_fault_of_ours_stops_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.queue(2)
    desk.channel.replies = [KeyError("Rosa, rosa@example.org")]
    actions.send_due(10)
    assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == ["queued", "sent"]
    assert "rosa@example.org" not in caplog.text


def test_an_account_without_a_channel_waits(desk: Desk) -> None:
    desk.queue(2)
    desk.channels.clear()
    actions.send_due(10)
    assert "no está bien configurada" in OutboxMessage.objects.order_by("pk")[0].problem
    assert OutboxMessage.objects.filter(state="queued", claimed_until=None).count() == 2


def test_without_a_mail_server_mail_is_kept(desk: Desk) -> None:
    desk.queue(3)
    desk.channel.replies = [SendingNotConfigured("Falta el servidor")] * 3
    actions.send_due(10)
    first = OutboxMessage.objects.order_by("pk")[0]
    assert (first.state, first.attempts, first.problem) == ("queued", 0, "Falta el servidor")
    assert len(desk.channel.replies) == 2
    desk.channel.replies = []
    desk.clock.advance(timedelta(minutes=5))
    assert actions.send_due(10) == 3
    assert len(desk.channel.sent) == 3


def test_the_demo_shows_it_instead(desk: Desk, settings: Any) -> None:
    settings.IS_DEMO = True
    desk.queue(2)
    desk.channel.replies = [SendingNotConfigured("Falta el servidor")] * 2
    actions.send_due(10)
    assert list(OutboxMessage.objects.values_list("state", "provider_id", "text")) == [("sent", "demo", "Hola")] * 2
    assert len(queries.newest()) == 2


def test_some_were_refused(desk: Desk) -> None:
    desk.queue()
    desk.channel.replies = [PartlyRefused("No a todos.", provider_id="p1", refused={"c@x.uy": "550 No"})]
    changed: list[OutboxMessage] = []
    actions.send_due(10, changed.extend)
    message = only()
    assert (message.state, message.provider_id) == ("bounced", "p1")
    assert message.problem == "No a todos. c@x.uy: 550 No"
    assert message.sent_at is not None
    assert DeliveryReceipt.objects.get().address == "c@x.uy"
    assert {fact.kind for fact in Fact.objects.filter(kind__startswith="delivery.")} == {
        "delivery.sent",
        "delivery.bounced",
    }
    assert [one.state for one in changed] == ["bounced"]


def test_the_houses_own_mail_does_not_stay(desk: Desk) -> None:
    desk.queue(case_id=None, entry_id=None, text="https://x/clave/abc", html="<p>abc</p>")
    actions.send_due(10)
    assert (only().state, only().text, only().html) == ("sent", "", "")


def test_a_lease_is_respected_and_runs_out(desk: Desk) -> None:
    (message,) = desk.queue()
    desk.channel.before = _die_once()
    with pytest.raises(SystemExit):
        actions.send_due(10)
    assert only().attempts == 1
    assert actions.send_due(10) == 0
    desk.clock.advance(timedelta(seconds=LEASE_SECONDS))
    assert actions.send_due(10) == 1
    assert desk.channel.sent[0].external_id == message.external_id
    assert (only().state, only().attempts) == ("sent", 2)


def _die_once() -> Callable[[OutboundMessage], None]:
    deaths = iter([True])

    def before(message: OutboundMessage) -> None:
        if next(deaths, False):
            raise SystemExit

    return before


def test_a_batch_that_takes_long_gives_the_rest_back(desk: Desk) -> None:
    desk.queue(5)
    desk.channel.before = lambda message: desk.clock.advance(timedelta(seconds=LEASE_SECONDS / 3 + 1))
    actions.send_due(5)
    assert len(desk.channel.sent) == 2
    assert OutboxMessage.objects.filter(state="queued", attempts=0, claimed_until=None).count() == 3


def test_a_bounce_that_overtakes_the_record_stays(desk: Desk) -> None:
    desk.queue()

    def bounces(message: OutboundMessage) -> None:
        OutboxMessage.objects.update(state="bounced")

    desk.channel.before = bounces
    actions.send_due(10)
    assert only().state == "bounced"


def test_a_failure_after_the_lease_was_lost_says_nothing(desk: Desk) -> None:
    desk.queue()

    def taken_over(message: OutboundMessage) -> None:
        OutboxMessage.objects.update(claimed_until=NOON + timedelta(hours=9))
        raise SendingFailed("No", is_permanent=True)

    desk.channel.before = taken_over
    actions.send_due(10)
    assert only().state == "queued"


@pytest.mark.django_db(transaction=True)
def test_two_senders_share_the_work(committed_desk: Desk) -> None:
    desk = committed_desk
    desk.queue(40)

    def send() -> None:
        actions.send_due(100)
        connections.close_all()

    threads = [threading.Thread(target=send) for _sender in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({said.external_id for said in desk.channel.sent}) == len(desk.channel.sent) == 40
    assert OutboxMessage.objects.filter(state="sent").count() == 40


def test_what_failed_goes_out_when_an_agent_asks(desk: Desk) -> None:
    (message,) = desk.queue()
    desk.channel.replies = [SendingFailed("No", is_permanent=True)]
    actions.send_due(10)
    actions.retry(message.pk, SYSTEM)
    actions.send_due(10)
    assert only().state == "sent"
    assert not queries.has_trouble(desk.case.pk)
