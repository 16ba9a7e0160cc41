"""What every channel must do, ours or a stranger's. A channel brings examples; the suite asks the same of all.

To test a channel of your own, give the suite a `Sample` (docs/new_channel.md) and call `check`, or each check by
itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ventanilla.messages.contract import (
    Amendment,
    Channel,
    Hooked,
    Inbound,
    InboundMessage,
    Limited,
    OutboundMessage,
    RawDelivery,
    Receipt,
    SelfTested,
    SendingFailed,
    Tools,
    UnreadableDelivery,
)
from ventanilla.messages.registry import Factory

RECEIVED_AT = datetime(2026, 2, 13, 19, 0, tzinfo=UTC)
RUBBISH = (b"", b"\x00" * 64, bytes(range(256)), b"{", b"[]", b"null", "¡ñandú!".encode("latin-1"), b"<" * 5000)


@dataclass(frozen=True, slots=True)
class Sample:
    """One channel with what it needs to be tried.

    `readable` are deliveries that it must read; `unreadable` some that it must refuse with words. `outbound` is a
    message that it can send with these options, or None where sending needs a server that the test does not have.
    """

    factory: Factory
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    readable: Sequence[bytes] = ()
    unreadable: Sequence[bytes] = ()
    envelope: Mapping[str, Any] = field(default_factory=dict)
    outbound: OutboundMessage | None = None

    def channel(self) -> Channel:
        return self.factory(self.options, Tools(now=lambda: RECEIVED_AT, secrets=self.secrets))

    def raw(self, content: bytes) -> RawDelivery:
        return RawDelivery(1, "account", RECEIVED_AT, content, self.envelope)


class BrokenPromise(AssertionError):
    """A channel that does not do what the contract says."""


def _demand(is_kept: bool, promise: str) -> None:
    if not is_kept:
        raise BrokenPromise(promise)


def has_the_three_names(sample: Sample) -> None:
    channel = sample.channel()
    _demand(isinstance(channel, Channel), "a channel has `name`, `read` and `send`")
    _demand(bool(channel.name) and channel.name == channel.name.lower(), "`name` is a word in lower case")
    if isinstance(channel, Limited):
        sizes = (channel.limits.characters, channel.limits.attachment_bytes)
        _demand(all(size is None or size > 0 for size in sizes), "a limit is None or positive")


def reading_twice_gives_the_same(sample: Sample) -> None:
    for content in sample.readable:
        first = sample.channel().read(sample.raw(content))
        second = sample.channel().read(sample.raw(content))
        _demand(list(first) == list(second), "reading twice gives equal messages")


def what_is_read_has_ids_and_times(sample: Sample) -> None:
    for content in sample.readable:
        found = sample.channel().read(sample.raw(content))
        _demand(bool(found), "a readable delivery says something")
        for one in found:
            _said_properly(one)


def _said_properly(one: Inbound) -> None:
    match one:
        case InboundMessage():
            _demand(bool(one.external_id), "a message has an external id")
            _demand(one.sent_at.utcoffset() is not None, "`sent_at` has a time zone")
            _demand(bool(one.sender.kind), "a sender has a kind")
            _demand(all(file.name and "/" in file.media_type for file in one.attachments), "a file has name and type")
            _demand("\x00" not in one.text + one.full_text + one.subject, "a text has no NUL, which no database keeps")
        case Receipt() | Amendment():
            _demand(one.happened_at.utcoffset() is not None, "`happened_at` has a time zone")


def rubbish_is_refused_with_words(sample: Sample) -> None:
    """Some rubbish is readable to a lenient channel; what it cannot read it refuses, and never stumbles."""
    for content in (*sample.unreadable, *RUBBISH):
        try:
            found = sample.channel().read(sample.raw(content))
        except UnreadableDelivery as refusal:
            _demand(bool(str(refusal).strip()), "a refusal says why, in Spanish, for the agent who sees it")
        else:
            _demand(content not in sample.unreadable, "what is unreadable raises UnreadableDelivery")
            for one in found:
                _said_properly(one)


def a_wrong_signature_is_refused_before_reading(sample: Sample) -> None:
    channel = sample.channel()
    if isinstance(channel, Hooked):
        for content in (*sample.readable, *RUBBISH):
            _demand(not channel.authenticate({}, content), "a call without signature is refused")
            _demand(
                not channel.authenticate({"X-Hub-Signature-256": "sha256=" + "0" * 64}, content),
                "a call with a wrong signature is refused",
            )


def sending_returns_an_id_or_says_why_not(sample: Sample) -> None:
    if sample.outbound is None:
        return
    try:
        sent = sample.channel().send(sample.outbound)
    except SendingFailed as failure:
        _demand(bool(failure.reason.strip()), "a failure says why")
    else:
        _demand(bool(sent), "sending returns the provider's id")


def self_test_speaks(sample: Sample) -> None:
    channel = sample.channel()
    if isinstance(channel, SelfTested):
        _demand(all(problem.strip() for problem in channel.self_test()), "a problem is told in words")


CHECKS: tuple[Callable[[Sample], None], ...] = (
    has_the_three_names,
    reading_twice_gives_the_same,
    what_is_read_has_ids_and_times,
    rubbish_is_refused_with_words,
    a_wrong_signature_is_refused_before_reading,
    sending_returns_an_id_or_says_why_not,
    self_test_speaks,
)


def check(sample: Sample) -> None:
    """Every promise of the contract. Raises BrokenPromise."""
    for promise in CHECKS:
        promise(sample)
