"""Answers that hold for a moment: what an installation's settings are, asked for hundreds of times a second.

Only for doors that a flood of strangers uses, and only for what an administrator sets: a change shows after a second at
most, in every process. What anybody may see or do is never remembered.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 1.0

_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}
KEPT_MAX = 1_000
"""Keys may come from outside (a host's name); beyond this all is asked for again."""


def for_a_moment(ask: Callable[P, R]) -> Callable[P, R]:
    """Remember each answer for `SECONDS`. Arguments are hashable; the answer is shared between threads, and not
    changed."""

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        now = time.monotonic()
        place = (ask, args, tuple(sorted(kwargs.items())))
        known = _kept.get(place)
        if known is not None and now < known[0]:
            remembered: R = known[1]
            return remembered
        found = ask(*args, **kwargs)
        if len(_kept) >= KEPT_MAX:
            _kept.clear()
        _kept[place] = (now + SECONDS, found)
        return found

    return answer


def forget() -> None:
    """Ask for everything again."""
    _kept.clear()
