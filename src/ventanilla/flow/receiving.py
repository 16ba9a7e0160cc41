"""Drains what waits, body by body."""

from ventanilla.flow.receive import receive
from ventanilla.intake import queries as intake

BATCHES_A_RUN = 500
"""A run ends some time, so that a worker can be stopped; the sweep goes on where it ended."""


def drain(body_id: int) -> int:
    """Receive batch after batch until none waits; how many deliveries were handled."""
    handled = 0
    for _batch in range(BATCHES_A_RUN):
        count = receive(body_id)
        if count == 0:
            break
        handled += count
    return handled


def sweep() -> int:
    return sum(drain(body_id) for body_id in intake.body_ids_with_waiting())
