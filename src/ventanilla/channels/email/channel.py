"""The e-mail channel of the house."""

from collections.abc import Mapping, Sequence
from typing import Any

from ventanilla.channels.email import addresses, description, reading, sending
from ventanilla.messages.contract import Channel, Inbound, Limits, OutboundMessage, RawDelivery, Tools

ATTACHMENT_LIMIT_BYTES = 25_000_000
"""What the large providers take; a body with other habits sets the option `attachment_limit_bytes`."""


class EmailChannel:
    """Options: `address` (the account's own), `attachment_limit_bytes`, and those of `sending`."""

    name = "email"

    def __init__(self, options: Mapping[str, Any], tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._sender = sending.Sender(options, tools.secrets)
        self.limits = Limits(attachment_bytes=int(options.get("attachment_limit_bytes") or ATTACHMENT_LIMIT_BYTES))

    def read(self, raw: RawDelivery) -> Sequence[Inbound]:
        return reading.read(raw, own_address=str(self._options.get("address") or ""))

    def send(self, message: OutboundMessage) -> str:
        return self._sender.send(message)

    def close(self) -> None:
        """Hang up on the mail server, whose connection several messages share."""
        self._sender.close()

    def describe(self, content: bytes) -> Mapping[str, Any]:
        return description.describe(content)

    def self_test(self) -> Sequence[str]:
        """What is wrong with the account's settings, each with its mend; greets the outgoing server, if the account
        has one, and signs in."""
        problems = []
        address = str(self._options.get("address") or "")
        if not address:
            problems.append("La cuenta no tiene dirección de correo: escribí la dirección en la opción «address».")
        elif not addresses.normalise(address):
            problems.append(f"«{address}» no es una dirección de correo: corregí la opción «address».")
        if self._options.get("smtp_url"):
            problems += sending.self_test(self._options, self._tools.secrets)
        return problems


def create(options: Mapping[str, Any], tools: Tools) -> Channel:
    """The factory that the entry point `email` names."""
    return EmailChannel(options, tools)
