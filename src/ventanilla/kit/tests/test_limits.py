"""Limits let the honest through, stop the hasty, and forget neither who they are nor tell."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from ventanilla.kit import clock, limits
from ventanilla.kit.limits import TooMany, consume, limited, network_of, parse, remaining, retry_after

# The beginning of a window of an hour.
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty() -> None:
    cache.clear()


def from_address(address: str) -> Any:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_so_many_pass_and_the_next_does_not() -> None:
    with clock.frozen(NOW):
        assert [consume("door", "somebody", "3/h") for _ in range(5)] == [True, True, True, False, False]
        assert remaining("door", "somebody", "3/h") == 0
        assert consume("door", "another", "3/h")
        assert consume("window", "somebody", "3/h")


def test_the_window_slides() -> None:
    with clock.frozen(NOW) as now:
        assert all(consume("door", "a", "10/h") for _ in range(10))
        now.advance(timedelta(minutes=61))
        # All but a sixtieth of the last hour's ten still count.
        assert not consume("door", "a", "10/h")
        now.advance(timedelta(minutes=29))
        assert [consume("door", "a", "10/h") for _ in range(6)] == [True] * 5 + [False]
        now.advance(timedelta(hours=2))
        assert remaining("door", "a", "10/h") == 10


@pytest.mark.parametrize("used_minutes", [0, 17, 59, 61, 90, 119])
def test_what_it_says_to_wait_is_enough_and_not_a_second_more(used_minutes: int) -> None:
    with clock.frozen(NOW) as now:
        for minute in range(0, used_minutes + 1, 3):
            now.instant = NOW + timedelta(minutes=minute)
            consume("door", "a", "10/h")
        while consume("door", "a", "10/h"):
            pass
        wait = retry_after("door", "a", "10/h")
        before = now.instant
        now.instant = before + timedelta(seconds=wait - 2)
        assert not consume("door", "a", "10/h")
        now.instant = before + timedelta(seconds=wait)
        assert consume("door", "a", "10/h")


def test_who_is_refused_is_not_refused_for_longer_by_trying() -> None:
    with clock.frozen(NOW):
        for _ in range(50):
            consume("door", "a", "2/m")
        assert retry_after("door", "a", "2/m") <= 90


def test_a_door_counts_addresses_keys_and_everybody() -> None:
    with clock.frozen(NOW):
        limited(from_address("192.0.2.1"), "door", per_address="2/h", key="x@example.com", per_key="1/h")
        with pytest.raises(TooMany) as stopped:
            limited(from_address("192.0.2.9"), "door", per_address="2/h", key="x@example.com", per_key="1/h")
        assert stopped.value.retry_seconds > 3600
        # The use that failed for its key was not counted for its address.
        assert remaining("door.address", "192.0.2.9", "2/h") == 2
        limited(from_address("192.0.2.1"), "all", per_door="1/h")
        with pytest.raises(TooMany):
            limited(from_address("192.0.2.2"), "all", per_door="1/h")


def test_an_ipv6_household_is_one() -> None:
    assert network_of("2001:db8:1:2::a") == network_of("2001:db8:1:2:ffff::b") != network_of("2001:db8:1:3::a")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("fe80::1%eth0") == network_of("fe80::2")
    assert network_of("unix") == network_of("") == ""


def test_neither_cache_nor_log_sees_who(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("add", "get", "incr"):
        real = getattr(cache, name)

        def noted(key: str, *rest: Any, _real: Any = real) -> Any:
            asked.append(key)
            return _real(key, *rest)

        monkeypatch.setattr(cache, name, noted)
    limited(from_address("192.0.2.1"), "door", per_address="2/h", key="x@example.com", per_key="1/h")
    assert asked
    assert not any("192.0.2" in key or "example" in key for key in asked)


def test_the_operator_stretches_them_or_turns_them_off(settings: Any) -> None:
    with clock.frozen(NOW):
        settings.RATE_LIMITS_SCALE = 2
        assert [consume("door", "a", "1/h") for _ in range(3)] == [True, True, False]
        settings.RATE_LIMITS_SCALE = 0
        assert all(consume("door", "a", "1/h") for _ in range(20))


def test_a_lost_counter_stops_nobody(settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    }
    assert consume("door", "a", "1/h")
    assert remaining("door", "a", "1/h") == 1


@pytest.mark.parametrize("text", ["", "20", "x/h", "0/h", "5/0m", "5/y"])
def test_a_rate_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_counting_is_cheap() -> None:
    best = min(_seconds() for _ in range(5))
    assert best < 100e-6, best


def _seconds() -> float:
    began = perf_counter()
    for number in range(300):
        limits.consume("door", str(number % 7), "100000/h")
    return (perf_counter() - began) / 300
