"""Drains what waits, body by body; and lets doors that must answer with a code share a batch."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from ventanilla.flow.receive import BATCH, Received, receive, receive_these
from ventanilla.intake import queries as intake

logger = structlog.get_logger(__name__)

BATCHES_A_RUN = 500
"""A run ends some time, so that a worker can be stopped; the sweep goes on where it ended."""

COMING_SECONDS = 0.04
"""So long a batch waits at most for those that are on their way; somebody who comes alone never waits."""

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
    """Deliveries of one body whose doors wait for the answer. While one thread files, the others' gather; then one of
    them files all that came, and those that are on their way: a batch costs little more than a message, and filing
    takes turns in any case."""

    def __init__(self) -> None:
        mutex = threading.Lock()
        self._has_arrived = threading.Condition(mutex)
        self._has_filed = threading.Condition(mutex)
        self._is_filing = False
        self._inside = 0
        self._expected = 0
        """As many as were inside at once of late: whoever was answered a moment ago comes again a moment later."""
        self._waiting: list[int] = []
        self._received: dict[int, Received] = {}

    def comes(self) -> None:
        with self._has_arrived:
            self._inside += 1
            self._expected = max(self._expected, self._inside)

    def leaves(self) -> None:
        with self._has_arrived:
            self._inside -= 1

    def receive(self, body_id: int, delivery_id: int) -> Received:
        with self._has_arrived:
            self._waiting.append(delivery_id)
            self._has_arrived.notify_all()
        while True:
            with self._has_filed:
                self._has_filed.wait_for(lambda: delivery_id in self._received or not self._is_filing)
                if delivery_id in self._received:
                    return self._received.pop(delivery_id)
                self._is_filing = True
                if not self._has_arrived.wait_for(self._are_all_here, COMING_SECONDS):
                    self._expected = self._inside
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            received: dict[int, Received] = {}
            try:
                received = self._file(body_id, batch)
            finally:
                with self._has_filed:
                    self._is_filing = False
                    self._received.update(received)
                    # Whoever was not told tries for herself; this thread gives up on its own, which the sweep finds.
                    self._waiting.extend(pk for pk in batch if pk != delivery_id and pk not in received)
                    self._has_filed.notify_all()
            if delivery_id in batch and delivery_id not in received:
                return Received("waiting", [])

    def _are_all_here(self) -> bool:
        return len(self._waiting) >= min(self._expected, BATCH)

    def _file(self, body_id: int, batch: list[int]) -> dict[int, Received]:
        try:
            return receive_these(body_id, batch)
        except Exception as problem:
            logger.error("shared_receiving_failed", body_id=body_id, problem=type(problem).__name__)
            return {}


_gatherings: defaultdict[int, _Gathering] = defaultdict(_Gathering)


@contextmanager
def coming(body_id: int) -> Iterator[None]:
    """Say that a delivery of the body is about to be stored here, and that its door will wait for the answer."""
    gathering = _gatherings[body_id]
    gathering.comes()
    try:
        yield
    finally:
        gathering.leaves()


def receive_now(body_id: int, delivery_id: int) -> Received:
    """Handle a delivery for a door that must answer with a code, together with those that wait at the same time."""
    return _gatherings[body_id].receive(body_id, delivery_id)
