"""Channels are found by entry point."""

import pytest

from ventanilla.messages import registry
from ventanilla.messages.contract import Channel, Tools


def test_every_channel_of_the_house_is_found_and_made() -> None:
    assert "email" in registry.names()
    for name in registry.names():
        channel = registry.create(name, {}, Tools(now=None))
        assert isinstance(channel, Channel)
        assert channel.name == name


def test_an_unknown_channel_is_told_by_its_name() -> None:
    with pytest.raises(registry.UnknownChannel, match="paloma"):
        registry.create("paloma", {}, Tools(now=None))
