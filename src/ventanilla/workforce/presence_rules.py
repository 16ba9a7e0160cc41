"""What becomes of somebody's presence without her saying so. Pure.

The three spans are the body's own choice, no official number.
"""

from datetime import datetime, timedelta
from typing import Final

AVAILABLE: Final = "available"
PAUSED: Final = "paused"
AWAY: Final = "away"
GONE: Final = "gone"

AWAY_AFTER: Final = timedelta(minutes=10)
"""Without a sign of life."""
GONE_AFTER: Final = timedelta(hours=1)
"""Of being away."""
SHIFT_OVER_AFTER: Final = timedelta(hours=8)
"""A pause without a sign of life: no shift that Decreto 147/012 allows is that long (domain.md 2.2)."""


def by_itself(presence: str, changed_at: datetime | None, seen_at: datetime | None, now: datetime) -> str:
    """What it is by now. Of whoever was never seen nothing is known, and nothing changes; a pause ends by her word, or
    with her shift."""
    if seen_at is None:
        return presence
    silent = now - max(seen_at, changed_at or seen_at)
    if presence == AVAILABLE and silent >= AWAY_AFTER:
        return AWAY
    if presence == AWAY and now - (changed_at or seen_at) >= GONE_AFTER:
        return GONE
    if presence == PAUSED and silent >= SHIFT_OVER_AFTER:
        return GONE
    return presence


def at_an_act(presence: str) -> str:
    """What it is once she does something: whoever was only away is back; whoever paused or went says so herself."""
    return AVAILABLE if presence == AWAY else presence
