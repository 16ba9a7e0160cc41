"""Putting messages into the outbox."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ventanilla.delivery import actions, queries
from ventanilla.delivery.models import OutboxMessage
from ventanilla.delivery.tests.conftest import NOON, Desk
from ventanilla.journal.actors import SYSTEM
from ventanilla.journal.models import Fact
from ventanilla.messages.contract import Address


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'delivery.send' AND status = 'todo'")
        return int(cursor.fetchone()[0])


def test_a_batch_costs_one_insert(desk: Desk) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.queue(2)
    with CaptureQueriesContext(connection) as many:
        desk.queue(50)
    assert len(few) <= len(many) <= 2


def test_what_is_queued_is_ready_to_send(desk: Desk) -> None:
    (message,) = desk.queue(
        copies=[Address("email", "otro@example.org")],
        reference_token="vt-1-aaaaaaaaaaaaaaaa",
        in_reply_to="uno@x",
        references=["uno@x"],
    )
    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_attempt_at, message.created_at) == ("queued", 0, NOON, NOON)
    assert message.recipients == [{"kind": "email", "value": "rosa@example.org", "name": "Rosa"}]
    assert message.copies[0]["value"] == "otro@example.org"
    assert message.external_id.startswith("vt-1-aaaaaaaaaaaaaaaa.")
    assert message.external_id.endswith("@ejemplo.gub.uy")
    assert message.public_body == desk.body
    assert queries.waiting_count() == 1
    assert queries.of_entries([desk.entry.pk]) == {desk.entry.pk: message}


def test_what_the_database_cannot_hold_is_left_out(desk: Desk) -> None:
    (message,) = desk.queue(subject="a\x00b\ud800", text="\x00x", recipients=[Address("email", "r@x.uy", "R\x00")])
    message.refresh_from_db()
    assert (message.subject, message.text, message.recipients[0]["name"]) == ("ab?", "x", "R")


@pytest.mark.django_db(transaction=True)
def test_the_sender_is_woken_once_and_only_by_what_is_committed(committed_desk: Desk) -> None:
    with transaction.atomic():
        committed_desk.queue(2)
        committed_desk.queue(2)
        assert waiting_jobs() == 0
    assert waiting_jobs() == 1

    class Undone(Exception):
        pass

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    def queue_and_undo() -> None:
        with transaction.atomic():
            committed_desk.queue()
            raise Undone

    with pytest.raises(Undone):
        queue_and_undo()
    assert waiting_jobs() == 0
    assert OutboxMessage.objects.count() == 4


@pytest.mark.parametrize("state", ["failed", "bounced"])
def test_an_agent_tries_again(desk: Desk, state: str) -> None:
    (message,) = desk.queue()
    OutboxMessage.objects.update(state=state, attempts=11, problem="No anduvo")
    again = actions.retry(message.pk, SYSTEM)
    again.refresh_from_db()
    assert (again.state, again.attempts, again.problem, again.external_id) == ("queued", 0, "", message.external_id)
    assert Fact.objects.filter(kind="delivery.retried", case_id=desk.case.pk).exists()


@pytest.mark.parametrize("state", ["queued", "sent", "delivered"])
def test_what_is_not_lost_is_not_doubled(desk: Desk, state: str) -> None:
    (message,) = desk.queue()
    OutboxMessage.objects.update(state=state)
    with pytest.raises(actions.NothingToRetry):
        actions.retry(message.pk, SYSTEM)
