"""Step one: keep the bytes, commit, answer the sender. Nothing here tries to understand them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from ventanilla.intake.actions import Stored, store
from ventanilla.intake.models import ChannelAccount
from ventanilla.kit import queue


def accept(
    account: ChannelAccount, content: bytes, envelope: Mapping[str, Any], *, is_received_by_door: bool = False
) -> Stored:
    """Store a delivery once and have it received soon: by a job, or at once by the door that says so.

    When this returns the delivery is committed and the sender may be told so. Raises intake.actions.NotStored.
    """
    stored = store(account, content, envelope)
    if stored.is_new and not is_received_by_door:
        # Should the process die before this, the sweep (`intake.sweep`) finds the delivery.
        transaction.on_commit(
            lambda: queue.wake(
                "intake.receive", str(account.public_body_id), is_alone=True, body_id=account.public_body_id
            )
        )
    return stored
