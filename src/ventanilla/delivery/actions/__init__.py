"""The only writers of the outbox."""

from ventanilla.delivery.actions.queueing import NewOutgoing, NothingToRetry, move_to_case, queue, retry
from ventanilla.delivery.actions.receipts import mark_read, record_receipt
from ventanilla.delivery.actions.sending import LEASE_SECONDS, send_due

__all__ = [
    "LEASE_SECONDS",
    "NewOutgoing",
    "NothingToRetry",
    "mark_read",
    "move_to_case",
    "queue",
    "record_receipt",
    "retry",
    "send_due",
]
