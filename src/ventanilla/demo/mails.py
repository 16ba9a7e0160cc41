"""The mails that people of the demo send, as bytes."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes to the demo body."""

    name: str
    address: str


def mail(
    writer: Writer,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    message_id: str,
    *,
    answers: str = "",
    references: Sequence[str] = (),
    html: str = "",
    picture_name: str = "",
    headers: Sequence[tuple[str, str]] = (),
) -> bytes:
    """One RFC 5322 message; ids come without brackets."""
    message = EmailMessage()
    local, _at, domain = writer.address.partition("@")
    message["From"] = Address(writer.name, local, domain)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    if answers:
        message["In-Reply-To"] = f"<{answers}>"
        message["References"] = " ".join(f"<{one}>" for one in [*references, answers])
    for name, value in headers:
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if picture_name:
        message.add_attachment(picture(), maintype="image", subtype="png", filename=picture_name)
    return message.as_bytes()


def answer_text(text: str, quoted: str, at: datetime, who: str) -> str:
    """An answer as Gmail writes it, with the whole conversation below."""
    lines = "\n".join(f"> {line}" for line in quoted.splitlines())
    return f"{text}\n\nEl {at:%d/%m/%Y} a las {at:%H:%M}, {who} escribió:\n\n{lines}\n"


def bounce(to: str, original_id: str, failed_address: str, subject: str, at: datetime, message_id: str) -> bytes:
    """A delivery status notification, RFC 3464."""
    boundary = "demo-dsn"
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@correo.example>\r\nTo: {to}\r\nDate: {format_datetime(at)}\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{message_id}>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        f'boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        f"<{failed_address}>: host mx.correo.example said: 550 5.1.1 User unknown\r\n\r\n"
        f"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.correo.example\r\n\r\nFinal-Recipient: rfc822; {failed_address}\r\nAction: failed\r\n"
        f"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {to}\r\nTo: {failed_address}\r\nMessage-ID: <{original_id}>\r\nSubject: =?utf-8?q?mensaje?=\r\n\r\n"
        f"--{boundary}--\r\n"
    ).encode()


@cache
def picture(width: int = 320, height: int = 200) -> bytes:
    """A small PNG of a dusk, so that attachments have something to show."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            glow = max(0, 90 - abs(x - width * 2 // 3)) if y < height * 2 // 3 else 0
            rows += bytes((min(255, 30 + y // 2 + glow), min(255, 50 + y // 3 + glow // 2), max(60, 140 - y // 2)))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )
