"""Every installed channel passes the one suite; a channel that breaks a promise is caught."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.channels.conformance import CHECKS, BrokenPromise, Sample, check
from ventanilla.messages import registry
from ventanilla.messages.contract import (
    Address,
    InboundMessage,
    OutboundMessage,
    RawDelivery,
    SendingFailed,
    Tools,
    UnreadableDelivery,
)

CHANNELS = Path(__file__).parents[2] / "src" / "ventanilla" / "channels"
ANSWER = OutboundMessage(
    external_id="one@ejemplo.gub.uy",
    account="consultas@ejemplo.gub.uy",
    account_name="Intendencia de Ejemplo",
    recipients=[Address("email", "ana@example.org", "Ana")],
    subject="[K7M4-X9PT] Su consulta",
    text="Buenas tardes.",
)


def email_mails() -> list[bytes]:
    fixtures = CHANNELS / "email" / "tests" / "fixtures"
    return [path.read_bytes() for path in sorted(fixtures.glob("*.eml"))]


PORTAL_REQUEST = """{"id": "5f1d", "sent_at": "2026-02-13T15:59:00-03:00", "type": "information", "service": "",
"sender": {"kind": "email", "value": "ana@example.org", "name": "Ana"}, "subject": "Luz",
"text": "Se rompió la luz de la esquina."}""".encode()
PORTAL_FILE = (
    b'{"id": "5f1e", "sender": {"kind": "portal", "value": "p-1"}, "text": "",'
    b' "files": [{"name": "nota.txt", "media_type": "text/plain", "content": "aG9sYQ=="}]}'
)

SAMPLES: dict[str, Callable[[], Sample]] = {
    "email": lambda: Sample(
        factory=registry.factory("email"),
        options={"address": "consultas@ejemplo.gub.uy"},
        readable=email_mails(),
        unreadable=[b"", b"\x00" * 64, b"From: nobody\n\n"],
        # No envelope: what it says of the sender makes more mails readable.
        # Without a server it must say so, rather than pretend.
        outbound=ANSWER,
    ),
    "portal": lambda: Sample(
        factory=registry.factory("portal"),
        readable=[PORTAL_REQUEST, PORTAL_FILE],
        unreadable=[
            b"",
            b"{}",
            b"[" * 100_000,
            PORTAL_REQUEST.replace(b"information", b"petition"),
            PORTAL_REQUEST.replace(b'"Se rompi', b'[]},"'),
            PORTAL_FILE.replace(b"aG9sYQ==", b"%%"),
        ],
        outbound=ANSWER,
    ),
}


def test_every_installed_channel_has_its_sample() -> None:
    assert set(registry.names()) == set(SAMPLES)


@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_it_keeps_the_promise(name: str, promise: Callable[[Sample], None]) -> None:
    promise(SAMPLES[name]())


class Good:
    """A channel of plain lines `id|sender|text`, whole in itself."""

    name = "lines"

    def __init__(self, options: Mapping[str, Any], tools: Tools) -> None:
        self._tools = tools

    def read(self, raw: RawDelivery) -> list[InboundMessage]:
        try:
            external_id, sender, text = raw.content.decode().strip().split("|")
        except ValueError:
            raise UnreadableDelivery("La línea no tiene identificador, remitente y texto.") from None
        if not external_id or not sender:
            raise UnreadableDelivery("La línea no dice quién escribe.")
        return [InboundMessage(external_id, Address("line", sender), self.sent_at(raw), "", text)]

    def sent_at(self, raw: RawDelivery) -> datetime:
        return raw.received_at

    def send(self, message: OutboundMessage) -> str:
        return message.external_id


class Forgetful(Good):
    def sent_at(self, raw: RawDelivery) -> datetime:
        return raw.received_at.replace(tzinfo=None)


class Fickle(Good):
    count = 0

    def read(self, raw: RawDelivery) -> list[InboundMessage]:
        Fickle.count += 1
        return [replace(one, text=f"{one.text} {Fickle.count}") for one in super().read(raw)]


class Stumbling(Good):
    def read(self, raw: RawDelivery) -> list[InboundMessage]:
        if b"|" not in raw.content:
            raise KeyError("text")
        return super().read(raw)


class Trusting(Good):
    def handshake(self, query: Mapping[str, str]) -> str:
        return query.get("challenge", "")

    def authenticate(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return True


class Mute(Good):
    def send(self, message: OutboundMessage) -> str:
        raise SendingFailed(" ")


class Shouting(Good):
    name = "LINES"


def sample(factory: type[Good]) -> Sample:
    return Sample(factory=factory, readable=[b"1|ana|Hola"], unreadable=[b"nothing"], outbound=ANSWER)


def test_a_good_channel_passes() -> None:
    check(sample(Good))


@pytest.mark.parametrize("broken", [Forgetful, Fickle, Trusting, Mute, Shouting])
def test_a_broken_promise_is_caught(broken: type[Good]) -> None:
    with pytest.raises(BrokenPromise):
        check(sample(broken))


def test_a_channel_that_stumbles_is_caught() -> None:
    with pytest.raises(KeyError):
        check(sample(Stumbling))
