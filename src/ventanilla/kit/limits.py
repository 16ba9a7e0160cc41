"""How often something may be done: counted in Django's cache, so in one process or, with REDIS_URL, in all together.

A window slides by two counters: of the last window only the part that still reaches back counts. Neither the cache nor
the log sees an address or another key: both are kept as a keyed digest.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache as remembered
from ipaddress import ip_address
from math import ceil

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from ventanilla.kit import clock

logger = structlog.get_logger(__name__)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
NETWORK_BITS_OF_IPV6 = 64
"""A household or a server gets at least a /64, and may change its address inside at will."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds."""

    count: int
    seconds: int


class TooMany(Exception):
    """Somebody does this too often; may try again in `retry_seconds`. Doors answer it with 429 by themselves."""

    def __init__(self, name: str, retry_seconds: int) -> None:
        super().__init__(name, retry_seconds)
        self.name = name
        self.retry_seconds = retry_seconds


@remembered
def parse(rate: str) -> Limit:
    """`20/h`, `5/10m`: s, m, h, d. Raises ValueError."""
    found = _RATE.fullmatch(rate)
    if not found:
        raise ValueError(rate)
    limit = Limit(int(found[1]), int(found[2] or 1) * _UNITS[found[3]])
    if not limit.count or not limit.seconds:
        raise ValueError(rate)
    return limit


def limited(
    request: HttpRequest, name: str, *, per_address: str = "", key: str = "", per_key: str = "", per_door: str = ""
) -> None:
    """Count one use of the door `name` by this address, by this key (a user, a code, an e-mail) and by everybody.

    Raises TooMany, and then counts none: whoever is refused is not refused for longer by trying.
    """
    asked = [
        (f"{name}.address", client_network(request), per_address),
        (f"{name}.key", key, per_key if key else ""),
        (f"{name}.door", "", per_door),
    ]
    taken: list[tuple[str, str, str]] = []
    for kind, who, rate in asked:
        if not rate:
            continue
        if not consume(kind, who, rate):
            for earlier in taken:
                give_back(*earlier)
            raise TooMany(name, retry_after(kind, who, rate))
        taken.append((kind, who, rate))


def consume(name: str, key: str, rate: str | Limit) -> bool:
    """Count one use, unless it is one too many."""
    limit = _scaled(rate)
    if limit is None:
        return True
    now, before = _places(name, key, limit)
    try:
        count = _counted(now.place, limit)
        if count + _weighed(cache.get(before, 0), now, limit) <= limit.count:
            return True
        cache.decr(now.place)
    except ValueError:
        # Forgotten between two steps, as an old or crowded-out counter is.
        return True
    except Exception as problem:
        # Without its counters the house stays open: people are served, and the operator is told.
        logger.error("limits_unavailable", problem=type(problem).__name__)
        return True
    return False


def _counted(place: str, limit: Limit) -> int:
    try:
        return int(cache.incr(place))
    except ValueError:
        # The first one of its window; when two come at once, one of them makes the counter.
        cache.add(place, 0, 2 * limit.seconds)
        return int(cache.incr(place))


def give_back(name: str, key: str, rate: str | Limit) -> None:
    """Uncount one use, as when it failed for a reason of ours."""
    limit = _scaled(rate)
    if limit is None:
        return
    now, _before = _places(name, key, limit)
    try:
        if cache.get(now.place, 0) > 0:
            cache.decr(now.place)
    except Exception as problem:
        logger.error("limits_unavailable", problem=type(problem).__name__)


def remaining(name: str, key: str, rate: str | Limit) -> int:
    """How many uses are left at this moment; counts none."""
    limit = _scaled(rate)
    if limit is None:
        return _count_of(rate)
    now, before = _places(name, key, limit)
    try:
        used = cache.get(now.place, 0) + _weighed(cache.get(before, 0), now, limit)
    except Exception as problem:
        logger.error("limits_unavailable", problem=type(problem).__name__)
        return limit.count
    return max(0, int(limit.count - used))


def retry_after(name: str, key: str, rate: str | Limit) -> int:
    """Seconds until one more use is allowed, rounded up; at least 1."""
    limit = _scaled(rate)
    if limit is None:
        return 1
    now, before = _places(name, key, limit)
    try:
        current, last = cache.get(now.place, 0), cache.get(before, 0)
    except Exception as problem:
        logger.error("limits_unavailable", problem=type(problem).__name__)
        return 1
    if current < limit.count:
        # The last window must go out of sight as far as that.
        fraction = 1 - (limit.count - current - 1) / last if last else 0.0
        wait = (fraction - now.fraction) * limit.seconds
    else:
        # It becomes the last window, and then its first use must go out of sight.
        wait = (1 - now.fraction + 1 / current) * limit.seconds
    return max(1, ceil(wait))


def client_network(request: HttpRequest) -> str:
    """Whom an address limit counts: the IPv4 address, or the IPv6 network of 64 bits; "" when there is no address.

    The server has already put the right one in the request: config/asgi.py believes proxies that are named, no others.
    """
    return network_of(request.META.get("REMOTE_ADDR") or "")


def network_of(text: str) -> str:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None or address.version == 4:
        return str(mapped or address)
    return address.exploded[: NETWORK_BITS_OF_IPV6 // 4 + NETWORK_BITS_OF_IPV6 // 16 - 1] + "::/64"


@dataclass(frozen=True, slots=True)
class _Now:
    """The current window's counter, and how much of the window is over (0 to 1)."""

    place: str
    fraction: float


def _places(name: str, key: str, limit: Limit) -> tuple[_Now, str]:
    number, over = divmod(clock.now().timestamp(), limit.seconds)
    digest = hashlib.blake2b(
        f"{name}\0{limit.count}/{limit.seconds}\0{key}".encode(), key=_secret(settings.SECRET_KEY), digest_size=16
    ).hexdigest()
    return _Now(f"limit:{digest}:{int(number)}", over / limit.seconds), f"limit:{digest}:{int(number) - 1}"


@remembered
def _secret(secret_key: str) -> bytes:
    return hashlib.sha256(b"limits" + secret_key.encode()).digest()


def _weighed(last: int, now: _Now, limit: Limit) -> float:
    return last * (1 - now.fraction)


def _count_of(rate: str | Limit) -> int:
    return (parse(rate) if isinstance(rate, str) else rate).count


def _scaled(rate: str | Limit) -> Limit | None:
    """As VENTANILLA_RATE_LIMITS stretches it; None when limits are off."""
    limit = parse(rate) if isinstance(rate, str) else rate
    scale: float = settings.RATE_LIMITS_SCALE
    if scale == 1:
        return limit
    return Limit(max(1, round(limit.count * scale)), limit.seconds) if scale > 0 else None
