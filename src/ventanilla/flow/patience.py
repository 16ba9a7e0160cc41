"""Does a piece of the line again when PostgreSQL broke it off for another's sake."""

import functools
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

logger = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS: Final = 4
PAUSE_SECONDS: Final = 0.05


def patient(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb that is a transaction of its own begin anew after a deadlock; the last attempt's error is raised.

    Batches and agents lock cases in one order, but what hangs on a case (clocks, rows, messages that were sent) is
    reached by many ways. Where two meet, one is rolled back whole and nobody need hear of it. Within a transaction of
    the caller's it is the caller who begins anew.
    """

    @functools.wraps(verb)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS):
            try:
                return verb(*arguments, **named)
            except OperationalError as problem:
                if connection.in_atomic_block or not isinstance(problem.__cause__, DeadlockDetected):
                    raise
                logger.warning("begun_anew", verb=verb.__name__)
                # Whoever was let through wakes up first.
                time.sleep(PAUSE_SECONDS * attempt)
        return verb(*arguments, **named)

    return run
