"""When somebody has guessed often enough. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures within `window` lock for `lock`."""

    failures: int
    window: timedelta
    lock: timedelta


OF_A_NAME = Patience(5, timedelta(minutes=15), timedelta(minutes=15))
"""Five guesses in a quarter of an hour make some 350,000 a year: hopeless against twelve characters."""
OF_A_SECOND_FACTOR = Patience(5, timedelta(minutes=15), timedelta(minutes=15))
OF_AN_ADDRESS = Patience(30, timedelta(minutes=15), timedelta(minutes=15))
"""Higher: a whole office may share one address, and mistakes of colleagues add up."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """What is known of one name or address."""

    failures: int
    counted_since_at: datetime
    locked_until_at: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until_at is not None and now < self.locked_until_at


def after_failure(attempts: Attempts, patience: Patience, now: datetime) -> Attempts:
    """One more; the count begins anew when its window is over, or the lock that it led to."""
    is_over = now >= attempts.counted_since_at + patience.window or attempts.locked_until_at is not None
    counted = Attempts(1, now) if is_over else replace(attempts, failures=attempts.failures + 1)
    return replace(counted, locked_until_at=now + patience.lock) if counted.failures >= patience.failures else counted
