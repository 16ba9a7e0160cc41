"""The jumps of a zone, to the second, against the dates that were decreed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.calendars.tests.oracle import ZONES
from ventanilla.calendars.zone import EPOCH, MICROSECOND, SECOND, from_microseconds, segments_of, to_microseconds

HOUR = 3_600 * SECOND


def jumps_of(zone: str, first: str, last: str) -> list[tuple[str, float]]:
    """The jumps between two dates: the instant in UTC, and the offset in hours from then on."""
    segments = segments_of(ZoneInfo(zone))
    found = (
        (EPOCH + start * MICROSECOND, offset / HOUR)
        for start, offset in zip(segments.starts, segments.offsets, strict=True)
    )
    return [(start.isoformat()[:16], offset) for start, offset in found if first <= start.isoformat() < last]


def test_montevideo_left_summer_time_in_2015() -> None:
    assert jumps_of("America/Montevideo", "2014-01-01", "2100-01-01") == [
        ("2014-03-09T04:00", -3),
        ("2014-10-05T05:00", -2),
        ("2015-03-08T04:00", -3),
    ]


def test_madrid_still_changes() -> None:
    assert jumps_of("Europe/Madrid", "2026-01-01", "2027-01-01") == [("2026-03-29T01:00", 2), ("2026-10-25T01:00", 1)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_jump_is_found_to_the_second(zone: str) -> None:
    segments = segments_of(ZoneInfo(zone))
    before = segments.offsets[0]
    for start, offset in zip(segments.starts[1:], segments.offsets[1:], strict=True):
        at = EPOCH + start * MICROSECOND
        assert at.astimezone(ZoneInfo(zone)).utcoffset() == offset * MICROSECOND
        assert (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset() == before * MICROSECOND
        before = offset


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001 - bounds
def test_instants_survive_the_way_there_and_back(instant: datetime, zone: str) -> None:
    assert from_microseconds(to_microseconds(instant), ZoneInfo(zone)).astimezone(UTC) == instant
