"""The clock stands still when told to, here or everywhere."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ventanilla.kit import clock

INSTANT = datetime(2026, 2, 13, 19, 0, tzinfo=UTC)


def elsewhere() -> datetime:
    """What another thread reads."""
    seen: list[datetime] = []
    thread = threading.Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()
    return seen[0]


def test_it_is_aware_and_runs() -> None:
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first


def test_it_stands_still_until_moved() -> None:
    with clock.frozen(INSTANT) as held:
        assert clock.now() == INSTANT
        held.advance(timedelta(hours=2))
        assert clock.now() == INSTANT + timedelta(hours=2)
    assert clock.now() > INSTANT + timedelta(hours=2)


def test_other_threads_see_it_only_when_asked() -> None:
    with clock.frozen(INSTANT):
        assert elsewhere() != INSTANT
    with clock.frozen(INSTANT, everywhere=True):
        assert elsewhere() == INSTANT
    assert elsewhere() != INSTANT


def test_it_refuses_an_instant_without_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 2, 13)):  # noqa: DTZ001 # the point
        pass
