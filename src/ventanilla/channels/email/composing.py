"""Writes an outgoing mail: the common language to the bytes of RFC 5322 and MIME.

No clock, no network. The headers are written here and not by the standard library, whose folding turns long identifiers
into encoded words. Every line ends in CRLF and is 7-bit, unless an address itself is not ASCII (RFC 6531). The same
message gives the same bytes, so that a repeated attempt repeats them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from ventanilla.channels.email import parts
from ventanilla.messages.contract import Address, Attachment, OutboundMessage, SendingFailed

MAX_REFERENCES = 20
"""The first and the newest; RFC 5322 asks for the whole chain, but a header of any length breaks programs."""
MAX_IDENTIFIER_CHARACTERS = 900
"""A line may hold 998."""
MAX_SUBJECT_CHARACTERS = 400

_IDENTIFIER = re.compile(r"[!-;=?-~]+")
_ADDRESS = re.compile(r"[^\s<>,;:()\[\]\\\"@\x00-\x20\x7f]+@[^\s<>,;:()\[\]\\\"@\x00-\x20\x7f]+")
_QUOTED_ADDRESS = re.compile(r"\"(?:[^\"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])+\"@[^\s<>,;:()\[\]\\\"@]+")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def compose(message: OutboundMessage, options: Mapping[str, Any], now: datetime) -> bytes:
    """The whole mail. Option `plus_addressing` (false) puts the reference into the Reply-To as well.

    Raises SendingFailed when an address cannot stand in a header or nobody is left to write to.
    """
    nonce = parts.boundary_nonce(message.external_id)
    headers = [*_headers(message, options, now), *_body_headers()]
    body = _body(message, nonce)
    return "\r\n".join(headers).encode("utf-8") + b"\r\n" + body


def envelope_recipients(message: OutboundMessage) -> list[str]:
    """Every address the mail server is told, each once, in the form it stands on the wire. Raises SendingFailed."""
    return [wire_address(address.value) for address in _each_once([*message.recipients, *message.copies])]


def wire_address(value: str) -> str:
    """The address with its domain in ASCII; the local part stays as it is. Raises SendingFailed."""
    address = value.strip()
    if not (_ADDRESS.fullmatch(address) or _QUOTED_ADDRESS.fullmatch(address)) or len(address) > 320:
        raise SendingFailed(
            "La dirección de destino no está bien escrita. Corregila y volvé a enviar.", is_permanent=True
        )
    local, __, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise SendingFailed(
                "El dominio de la dirección de destino no es válido. Corregilo y volvé a enviar.", is_permanent=True
            ) from None
    return f"{local}@{domain}"


def _headers(message: OutboundMessage, options: Mapping[str, Any], now: datetime) -> list[str]:
    recipients = _each_once(message.recipients)
    known = {address.value.lower() for address in recipients}
    copies = [address for address in _each_once(message.copies) if address.value.lower() not in known]
    if not recipients:
        recipients, copies = copies, []
    if not recipients:
        raise SendingFailed("El mensaje no tiene a quién enviarse: agregá una dirección.", is_permanent=True)
    lines = [
        f"From: {_mailbox(Address('email', message.account, message.account_name))}",
        f"To: {_mailboxes(recipients)}",
    ]
    if copies:
        lines.append(f"Cc: {_mailboxes(copies)}")
    token = message.reference_token if _IDENTIFIER.fullmatch(message.reference_token) else ""
    if token and options.get("plus_addressing"):
        local, __, domain = message.account.rpartition("@")
        lines.append(f"Reply-To: {_mailbox(Address('email', f'{local}+{token}@{domain}', message.account_name))}")
    lines += [
        f"Subject: {parts.unstructured(parts.one_line(message.subject)[:MAX_SUBJECT_CHARACTERS], len('Subject: '))}",
        f"Date: {format_datetime(message.created_at or now)}",
        f"Message-ID: {_bracketed(message.external_id)}",
    ]
    answered = _identifiers([message.in_reply_to])
    if answered:
        lines.append(f"In-Reply-To: {_bracketed(answered[0])}")
    chain = _chain(
        [identifier for identifier in _identifiers(message.references) if identifier not in answered] + answered
    )
    if chain:
        lines.append("References: " + "\r\n ".join(_bracketed(identifier) for identifier in chain))
    if token:
        lines.append(f"X-Ventanilla-Reference: {token}")
    if message.is_automatic:
        lines += [
            f"Auto-Submitted: {'auto-replied' if answered else 'auto-generated'}",
            "X-Auto-Response-Suppress: All",
        ]
    return lines


def _body_headers() -> list[str]:
    return ["Content-Language: es", "MIME-Version: 1.0"]


def _body(message: OutboundMessage, nonce: str) -> bytes:
    """Headers of the outermost part, the empty line, and the body."""
    inline = [file for file in message.attachments if file.content_id and f"cid:{file.content_id}" in message.html]
    attached: Sequence[Attachment] = [file for file in message.attachments if file not in inline]
    html = parts.text_part(parts.html_page(message), "html")
    if inline:
        html = parts.multipart("related", f"{nonce}r", [html, *(parts.file_part(file) for file in inline)])
    said = parts.multipart("alternative", f"{nonce}a", [parts.text_part(parts.plain_text(message), "plain"), html])
    if not attached:
        return said
    return parts.multipart("mixed", f"{nonce}m", [said, *(parts.file_part(file) for file in attached)])


def _each_once(addresses: Sequence[Address]) -> list[Address]:
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.value.lower(), address)
    return list(found.values())


def _mailboxes(addresses: Sequence[Address]) -> str:
    return ",\r\n ".join(_mailbox(address) for address in addresses)


def _mailbox(address: Address) -> str:
    wire = wire_address(address.value)
    name = parts.one_line(address.name)[:200]
    if not name or name.lower() == address.value.lower():
        return wire
    if not name.isascii() or "=?" in name:
        return f"{parts.encoded_words(name, len('From: '))}\r\n <{wire}>"
    if not _PHRASE.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{wire}>'
    return f"{name} <{wire}>"


def _bracketed(identifier: str) -> str:
    return f"<{identifier}>"


def _identifiers(candidates: Sequence[str]) -> list[str]:
    """Those that can stand in a header: some programs' have spaces or letters beyond ASCII, and are left out."""
    bare = (candidate.strip().strip("<>") for candidate in candidates)
    fit = (one for one in bare if _IDENTIFIER.fullmatch(one) and len(one) <= MAX_IDENTIFIER_CHARACTERS)
    return list(dict.fromkeys(fit))


def _chain(identifiers: list[str]) -> list[str]:
    if len(identifiers) <= MAX_REFERENCES:
        return identifiers
    return [identifiers[0], *identifiers[-(MAX_REFERENCES - 1) :]]
