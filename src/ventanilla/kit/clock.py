"""The one place that asks what time it is, so that tests can answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar["FakeClock | None"] = ContextVar("frozen_clock", default=None)
_process_clock: "FakeClock | None" = None


class FakeClock:
    """A clock that stands still until told to move."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a clock needs a timezone-aware instant")
        self.instant = instant

    def advance(self, by: timedelta) -> None:
        self.instant += by


def now() -> datetime:
    """The current instant, timezone-aware (UTC)."""
    clock = _frozen.get() or _process_clock
    return clock.instant if clock else datetime.now(UTC)


@contextmanager
def frozen(instant: datetime, *, everywhere: bool = False) -> Iterator[FakeClock]:
    """Stop the clock inside the block; `everywhere` also for the other threads of this process."""
    global _process_clock
    clock = FakeClock(instant)
    token = _frozen.set(clock)
    if everywhere:
        _process_clock = clock
    try:
        yield clock
    finally:
        _frozen.reset(token)
        if everywhere:
            _process_clock = None
