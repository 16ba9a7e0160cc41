"""Finds the channels by entry point, ours and strangers' alike."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from ventanilla.messages.contract import Channel, Tools

GROUP = "ventanilla.channels"
Factory = Callable[[Mapping[str, Any], Tools], Channel]


class UnknownChannel(LookupError):
    """No installed package offers a channel of that name."""


@cache
def factory(name: str) -> Factory:
    """The factory that the entry point `name` offers. Raises UnknownChannel."""
    for entry_point in entry_points(group=GROUP, name=name):
        loaded: Factory = entry_point.load()
        return loaded
    raise UnknownChannel(name)


def names() -> list[str]:
    """Of the installed channels. Which packages there are does not change while a process runs."""
    return list(_names())


@cache
def _names() -> tuple[str, ...]:
    """Looking through every installed package takes milliseconds, and each queue page asks."""
    return tuple(sorted({entry_point.name for entry_point in entry_points(group=GROUP)}))


def create(name: str, options: Mapping[str, Any], tools: Tools) -> Channel:
    return factory(name)(options, tools)
