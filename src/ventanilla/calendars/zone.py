"""A time zone as stretches of constant offset, so that the clock's jumps need no walking.

`zoneinfo` answers for one instant and does not list its jumps. They are sought once a zone and process, day by day
and then by halves to the second, between the two bounds below (about 25 ms), and kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000  # in microseconds, the unit of positions and amounts
SECONDS_A_DAY = 86_400
FIRST_SECOND = 0
LAST_SECOND = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
"""Bounds of every calendar, in seconds of UTC: from 1970 to the end of 2099."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The `i`-th stretch begins at `starts[i]` and stands `offsets[i]` ahead of UTC; both in microseconds."""

    starts: tuple[int, ...]
    offsets: tuple[int, ...]


@lru_cache(maxsize=64)
def segments_of(zone: ZoneInfo) -> Segments:
    """Every stretch of constant offset of a zone between the bounds."""
    starts = [FIRST_SECOND]
    offsets = [_offset(FIRST_SECOND, zone)]
    for second in range(FIRST_SECOND + SECONDS_A_DAY, LAST_SECOND + 1, SECONDS_A_DAY):
        offset = _offset(second, zone)
        if offset != offsets[-1]:
            starts.append(_jump_between(second - SECONDS_A_DAY, second, zone))
            offsets.append(offset)
    return Segments(tuple(second * SECOND for second in starts), tuple(offsets))


def _offset(second: int, zone: ZoneInfo) -> int:
    return (datetime.fromtimestamp(second, zone).utcoffset() or timedelta(0)) // MICROSECOND


def _jump_between(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second with the later offset."""
    old = _offset(before, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def to_microseconds(instant: datetime) -> int:
    """Microseconds of UTC since 1970. ValueError for a naive datetime, which names no instant, or beyond the bounds."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant must carry its time zone")
    return _within_bounds((instant - EPOCH) // MICROSECOND)


def from_microseconds(microseconds: int, zone: ZoneInfo) -> datetime:
    """The instant, as the zone's clock shows it; beyond the bounds ValueError."""
    return (EPOCH + timedelta(microseconds=_within_bounds(microseconds))).astimezone(zone)


def _within_bounds(microseconds: int) -> int:
    if not FIRST_SECOND <= microseconds <= LAST_SECOND * SECOND:
        raise ValueError("calendars reach from 1970 to 2099")
    return microseconds
