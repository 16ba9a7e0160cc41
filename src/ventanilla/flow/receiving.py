"""Drains what waits, body by body; and lets doors that must answer with a code share a batch."""

import threading
import time
from collections import defaultdict

import structlog

from ventanilla.flow.receive import BATCH, Received, receive, receive_these
from ventanilla.intake import queries as intake

logger = structlog.get_logger(__name__)

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


class _Gathering:
    """Deliveries of one body whose doors wait for the answer. While one thread files, the others' gather behind it; the
    next one files them all: a batch costs little more than a message, and filing takes turns in any case."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._mutex = threading.Lock()
        self._waiting: list[int] = []
        self._received: dict[int, Received] = {}

    def receive(self, body_id: int, delivery_id: int) -> Received:
        with self._mutex:
            self._waiting.append(delivery_id)
        with self._turn:
            while True:
                with self._mutex:
                    done = self._received.pop(delivery_id, None)
                    if done is not None:
                        return done
                    batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                received = self._file(body_id, batch)
                with self._mutex:
                    self._received.update(received)
                    # Whoever was not told tries for herself; this thread gives up on its own, which the sweep finds.
                    self._waiting.extend(pk for pk in batch if pk != delivery_id and pk not in received)
                if delivery_id in batch and delivery_id not in received:
                    return Received("waiting", [])

    def _file(self, body_id: int, batch: list[int]) -> dict[int, Received]:
        try:
            return receive_these(body_id, batch)
        except Exception as problem:
            logger.error("shared_receiving_failed", body_id=body_id, problem=type(problem).__name__)
            return {}


_gatherings: defaultdict[int, _Gathering] = defaultdict(_Gathering)


def receive_now(body_id: int, delivery_id: int) -> Received:
    """Handle a delivery for a door that must answer with a code, together with those that wait at the same time."""
    return _gatherings[body_id].receive(body_id, delivery_id)
