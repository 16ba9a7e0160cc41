"""The channel as the house finds it."""

from datetime import UTC, datetime

from ventanilla.channels.email.channel import EmailChannel, create
from ventanilla.messages import registry
from ventanilla.messages.contract import Channel, InboundMessage, Limited, RawDelivery, SelfTested, Tools

NOW = datetime(2025, 11, 4, 13, 30, tzinfo=UTC)
TOOLS = Tools(now=lambda: NOW)


def test_it_is_found_by_entry_point() -> None:
    assert "email" in registry.names()
    assert isinstance(registry.create("email", {}, TOOLS), EmailChannel)


def test_it_keeps_the_contract() -> None:
    channel = create({"address": "consultas@ejemplo.gub.uy"}, TOOLS)
    assert isinstance(channel, Channel)
    assert isinstance(channel, Limited)
    assert isinstance(channel, SelfTested)
    assert channel.name == "email"
    assert channel.limits.attachment_bytes == 25_000_000
    assert not channel.limits.is_public


def test_the_guided_test_names_what_to_mend() -> None:
    for options in ({}, {"address": "no es una dirección"}):
        channel = EmailChannel(options, TOOLS)
        [problem] = channel.self_test()
        assert "address" in problem
    assert EmailChannel({"address": "consultas@ejemplo.gub.uy"}, TOOLS).self_test() == []


def test_it_leaves_the_accounts_own_address_out_of_the_recipients() -> None:
    content = b"From: ana@example.com\nTo: Consultas@ejemplo.gub.uy, beto@example.com\nMessage-ID: <a@b>\n\nHola"
    channel = create({"address": "consultas@ejemplo.gub.uy"}, TOOLS)
    [read] = channel.read(RawDelivery(1, "cuenta-1", NOW, content))
    assert isinstance(read, InboundMessage)
    assert [address.value for address in read.recipients] == ["beto@example.com"]
