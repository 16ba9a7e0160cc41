"""The words every channel speaks: what was said, by whom, and what became of what we said.

Pure: no Django, no clock, no network. Instants are timezone-aware.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class UnreadableDelivery(Exception):
    """A delivery that its channel cannot read; it goes to quarantine, where agents see it.

    The message is plain Spanish, shown on screen.
    """


class SendingFailed(Exception):
    """A message that could not be sent.

    `is_permanent` says that trying again cannot help (an address that does not exist).
    """

    def __init__(self, reason: str, *, is_permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent


class SendingNotConfigured(SendingFailed):
    """The account has no way to send yet (no mail server is named, say): nothing was tried, and the message waits."""


class ServerUnreachable(SendingFailed):
    """Nothing of this account can go now, whatever the message: its server is away, or turns the account down."""


class PartlyRefused(SendingFailed):
    """The message was sent, but not to everybody: trying again would send it twice to the others.

    `provider_id` is what `send` would have returned; `refused` says why, by address.
    """

    def __init__(self, reason: str, *, provider_id: str, refused: Mapping[str, str]) -> None:
        super().__init__(reason, is_permanent=True)
        self.provider_id = provider_id
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached on a kind of channel: `kind` is "email", "phone", "facebook"…

    `value` is normalised by its channel (an e-mail address in lower case). `name` is what the sender calls herself: a
    claim, not a proof.
    """

    kind: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message or goes out with one.

    `media_type` is what the sender claims, in lower case. `content_id` is set when the text shows the file inline.
    """

    name: str
    media_type: str
    content: bytes
    content_id: str = ""

    @property
    def size_bytes(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class RawDelivery:
    """What arrived, byte for byte, before anybody understood it.

    `envelope` holds what the door knew and the bytes do not say (JSON values): for mail `mail_from`, `rcpt_to` (list),
    `peer`, `authentication_results` (only from a trusted relay).
    """

    id: int
    account: str
    received_at: datetime
    content: bytes
    envelope: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One thing a person said, free of any channel's vocabulary.

    `external_id` is unique within a channel, so a repeated delivery is harmless. `thread_key` is the provider's
    conversation id, or "". `sent_at` is timezone-aware. `is_automatic` marks out-of-office notes and the like:
    kept, never answered.
    """

    external_id: str
    sender: Address
    sent_at: datetime
    subject: str
    text: str
    """What was said, without quotation or signature; never null."""
    full_text: str = ""
    """The whole text, quotation and signature included."""
    html: str = ""
    """The whole body, cleaned; loads nothing from outside. "" when the person sent plain text."""
    recipients: Sequence[Address] = ()
    """To and Cc, without the account's own address."""
    reply_to: Address | None = None
    attachments: Sequence[Attachment] = ()
    thread_key: str = ""
    in_reply_to: Sequence[str] = ()
    """External ids that the message says it answers."""
    references: Sequence[str] = ()
    """External ids of the conversation, oldest first."""
    reference_tokens: Sequence[str] = ()
    """Everything in it that looks like our signed reply reference; the house tells genuine from forged."""
    quoted_code: str = ""
    """A tracking code that the message shows; a claim."""
    is_automatic: bool = False
    fingerprint: str = ""
    """Digest of what makes two deliveries the same message: with another fingerprint the same id is another."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Channel facts worth showing (JSON values): for mail `authentication_results`, `warnings`."""
    case_type: str = ""
    """What the person says that it is (a request type of the glossary), where the channel asks; else ""."""
    service: str = ""
    """Slug of the service that she chose, where the channel asks; else ""."""
    proven: Sequence[Address] = ()
    """Addresses that the door knows to be the sender's (she signed in, or opened a link mailed there); never taken
    from the message's own words."""


class ReceiptKind(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of something we sent.

    `external_id` is the provider id of our message, or "" when only the address is known. `is_permanent` matters for
    bounces: False means the mail server is still trying.
    """

    kind: ReceiptKind
    external_id: str
    happened_at: datetime
    address: str = ""
    reason: str = ""
    is_permanent: bool = True
    reference_tokens: Sequence[str] = ()


class AmendmentKind(StrEnum):
    EDITED = "edited"
    REMOVED = "removed"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to something said before."""

    kind: AmendmentKind
    external_id: str
    happened_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What the house wants said to a person, in the common language.

    `external_id` is chosen by the house before sending, so that a repeated attempt repeats the id. `subject` already
    carries the code. `html` may be "" (the channel makes it from the text).
    """

    external_id: str
    account: str
    account_name: str
    recipients: Sequence[Address]
    subject: str
    text: str
    html: str = ""
    copies: Sequence[Address] = ()
    attachments: Sequence[Attachment] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    reference_token: str = ""
    is_automatic: bool = False
    created_at: datetime | None = None


Inbound = InboundMessage | Receipt | Amendment


@runtime_checkable
class Channel(Protocol):
    """The core of a channel: three names."""

    name: str

    def read(self, raw: RawDelivery) -> Sequence[Inbound]:
        """Say what arrived. Raises UnreadableDelivery. Reading twice gives equal results."""
        ...

    def send(self, message: OutboundMessage) -> str:
        """Send and return the provider's id. Raises SendingFailed. Called outside any transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry; None is no limit."""

    characters: int | None = None
    reply_window_hours: int | None = None
    attachment_bytes: int | None = None
    is_public: bool = False


@runtime_checkable
class Limited(Protocol):
    limits: Limits


@runtime_checkable
class Hooked(Protocol):
    """A channel whose provider calls us; the door asks both before `accept`."""

    def handshake(self, query: Mapping[str, str]) -> str: ...

    def authenticate(self, headers: Mapping[str, str], raw: bytes) -> bool: ...


@runtime_checkable
class Polled(Protocol):
    def collect(self) -> Sequence[tuple[bytes, Mapping[str, Any]]]: ...


@runtime_checkable
class SelfTested(Protocol):
    def self_test(self) -> Sequence[str]:
        """Problems in plain Spanish, each with its mend; empty when all is well."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A channel that keeps a connection from one `send` to the next; the sender closes it after the last."""

    def close(self) -> None: ...


@runtime_checkable
class Describing(Protocol):
    """A channel that shows what it reads in a delivery, for operators and scripts (`ventanilla read-mail`)."""

    def describe(self, content: bytes) -> Mapping[str, Any]:
        """JSON values; `{"error": …}` when the bytes cannot be read."""
        ...


@runtime_checkable
class Written(Protocol):
    """A channel whose door is our own: the house writes the delivery that a person's form stands for."""

    def write(self, message: InboundMessage) -> bytes:
        """Bytes that `read` gives back as that message; the same message gives the same bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the house lends a channel.

    `options` are the account's own settings; `secrets` its decrypted secrets. `now` is the clock.
    """

    now: Any
    secrets: Mapping[str, str] = field(default_factory=dict)
    logger: Any = None
    http: Any = None
