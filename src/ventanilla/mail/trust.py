"""What a relay that we trust says about a message, and nothing that the message says about itself. Pure."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

MAX_HEADER_BYTES = 64 * 1024
MAX_VALUE_CHARACTERS = 4_000

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(
    rb"^(received|authentication-results)[ \t]*:((?:[^\n]*)(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE
)
_SPAM = re.compile(rb"^(received|x-spam-flag|x-spam-status)[ \t]*:[ \t]*([^\n]*)", re.IGNORECASE | re.MULTILINE)


def networks(text: str) -> list[Network]:
    """The networks of VENTANILLA_MAIL_TRUSTED_RELAYS, `10.0.0.0/8, ::1`. Raises ValueError."""
    return [ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]


def is_inside(peer: str, trusted: Sequence[Network]) -> bool:
    """`peer` is an address as the socket tells it; anything else is nowhere."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in trusted)


def authentication_results(content: bytes) -> str:
    """The topmost Authentication-Results that the relay itself wrote, unfolded, or "".

    A relay writes above what it got. Whatever stands under a second Received line came with the message: maybe forged.
    """
    if content[:2] == b"\r\n" or content[:1] == b"\n":
        return ""
    end = _HEADER_END.search(content, 0, MAX_HEADER_BYTES)
    received = 0
    for field in _FIELD.finditer(content, 0, end.start() + 1 if end else min(len(content), MAX_HEADER_BYTES)):
        if field[1].lower() == b"received":
            received += 1
            if received > 1:
                return ""
            continue
        text = field[2].decode("utf-8", "replace").replace("\x00", "")
        return " ".join(text.split())[:MAX_VALUE_CHARACTERS]
    return ""


def is_marked_spam(content: bytes) -> bool:
    """Whether the relay's filter says so: `X-Spam-Flag: YES` or `X-Spam-Status: Yes, …`, written by the relay itself.

    As above, what stands under a second Received line came with the message and says nothing.
    """
    end = _HEADER_END.search(content, 0, MAX_HEADER_BYTES)
    received = 0
    for field in _SPAM.finditer(content, 0, end.start() + 1 if end else min(len(content), MAX_HEADER_BYTES)):
        if field[1].lower() == b"received":
            received += 1
            if received > 1:
                return False
        elif field[2].strip().lower().startswith(b"yes"):
            return True
    return False
