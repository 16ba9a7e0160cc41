"""Drains what waits, body by body."""

import time

from ventanilla.flow.receive import BATCH, receive
from ventanilla.intake import queries as intake

BATCHES_A_RUN = 500
"""A run ends some time, so that a worker can be stopped; the sweep goes on where it ended."""

GATHERING_SECONDS = 0.1
"""While mail pours in, a small batch waits this long for company: one costs about as much for 10 messages as for 50.
A mail that comes alone never waits."""


def drain(body_id: int) -> int:
    """Receive batch after batch until none waits; how many deliveries were handled."""
    handled = 0
    for _batch in range(BATCHES_A_RUN):
        count = receive(body_id)
        handled += count
        if count < BATCH:
            if body_id not in intake.body_ids_with_waiting():
                break
            time.sleep(GATHERING_SECONDS)
    return handled


def sweep() -> int:
    return sum(drain(body_id) for body_id in intake.body_ids_with_waiting())
