"""Sends what is due, and lets the case's row follow."""

from ventanilla.delivery import actions as delivery
from ventanilla.delivery import queries as outbox
from ventanilla.delivery.models import OutboxMessage, OutboxState
from ventanilla.kit import live
from ventanilla.organisation.scoping import scope
from ventanilla.worklist import actions as worklist

MESSAGES_A_RUN = 1_000


def send_due(limit: int = MESSAGES_A_RUN) -> int:
    """Send up to `limit` messages of every body; how many were tried."""
    return delivery.send_due(limit, follow)


def follow(messages: list[OutboxMessage]) -> None:
    """Messages changed: mark the cases where something did not reach the person, unmark those where it now did."""
    for message in messages:
        if message.case is None:
            continue
        with scope({message.public_body_id}):
            worklist.set_failed_delivery(message.case.pk, outbox.has_trouble(message.case.pk))
        if message.state != OutboxState.SENT:
            live.publish(live.body_group(message.public_body_id), "case", codes=[message.case.code])
