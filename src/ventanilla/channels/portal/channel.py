"""The portal channel of the house."""

from collections.abc import Mapping, Sequence
from typing import Any

from ventanilla.channels.portal import forms
from ventanilla.messages.contract import (
    Channel,
    Inbound,
    InboundMessage,
    Limits,
    OutboundMessage,
    RawDelivery,
    Tools,
)

ATTACHMENT_LIMIT_BYTES = 25_000_000


class PortalChannel:
    """Options: `attachment_limit_bytes`.

    Nothing leaves the house by this channel: an answer stands on the person's page the moment it is written.
    """

    name = "portal"

    def __init__(self, options: Mapping[str, Any], tools: Tools) -> None:
        self.limits = Limits(attachment_bytes=int(options.get("attachment_limit_bytes") or ATTACHMENT_LIMIT_BYTES))

    def read(self, raw: RawDelivery) -> Sequence[Inbound]:
        return [forms.read(raw)]

    def send(self, message: OutboundMessage) -> str:
        return message.external_id

    def write(self, message: InboundMessage) -> bytes:
        return forms.write(message)


def create(options: Mapping[str, Any], tools: Tools) -> Channel:
    """The factory that the entry point `portal` names."""
    return PortalChannel(options, tools)
