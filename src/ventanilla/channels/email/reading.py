"""Bytes of a mail to what the house understands."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ventanilla.channels.email import addresses, automatic, bodies, bounces, dates, quotations, subjects
from ventanilla.channels.email.addresses import Mailbox
from ventanilla.channels.email.bodies import Body
from ventanilla.channels.email.headers import Headers, split
from ventanilla.channels.email.mime import Tree
from ventanilla.messages import codes, references
from ventanilla.messages.contract import (
    Address,
    Attachment,
    Inbound,
    InboundMessage,
    RawDelivery,
    Receipt,
    ReceiptKind,
    UnreadableDelivery,
)

_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_LOOSE_ID = re.compile(r"[^\s<>,;]{1,400}@[^\s<>,;]{1,400}")
_MBOX_LINE = re.compile(rb"\A>?From [^\n]{1,300}\n")
_MAIL_FIELDS = frozenset(
    (
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "received",
        "mime-version",
        "content-type",
        "sender",
        "reply-to",
        "return-path",
        "delivered-to",
        "bcc",
    )
)
_MAX_REFERENCES = 100
_DIGESTED_BYTES = 1_048_576


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Everything a mail says, before the house decides what it is. Ids stand without angle brackets."""

    headers: Headers
    senders: Sequence[Mailbox]
    """The address to take for the writer first; empty when the mail names none."""
    reply_to: Mailbox | None
    recipients: Sequence[Mailbox]
    subject: str
    body: Body
    reply: str
    message_id: str
    """"" when the mail has none."""
    in_reply_to: Sequence[str]
    references: Sequence[str]
    notices: Sequence[bounces.Notice]
    is_automatic: bool
    content: bytes
    body_start: int

    @property
    def is_bounce(self) -> bool:
        return any(notice.kind is ReceiptKind.BOUNCED for notice in self.notices)


def parse(content: bytes, *, mail_from: str | None = None) -> ParsedMail:
    """Read a mail. `mail_from` is the envelope's sender: "" is the null path of bounces, None is not known.

    Raises UnreadableDelivery when the bytes are no mail or are nested without end.
    """
    content = _prepared(content)
    headers, body_start = split(content)
    if not any(name in _MAIL_FIELDS for name in headers) and not mail_from:
        raise UnreadableDelivery("Lo que llegó no es un correo: no tiene encabezados que se puedan leer.")
    tree = Tree(content)
    root = tree.read(headers, body_start, len(content))
    if tree.is_too_deep:
        raise UnreadableDelivery("El correo tiene demasiadas partes una dentro de otra; no se puede leer sin riesgo.")
    body = bodies.read(root)
    if tree.is_cut:
        body.warnings.append(
            "El correo traía demasiadas partes; se muestran las primeras. El correo completo está guardado."
        )
    subject = headers.text("subject")
    raw_from = headers.text("from")
    senders = _senders(headers, mail_from)
    reply_to = next(iter(addresses.parse(headers.raw("reply-to"))), None)
    has_null_path = mail_from == "" or headers.raw("return-path").replace(" ", "") == "<>"
    notices = bounces.read(root, headers, subject, raw_from, body.text, has_null_path=has_null_path)
    is_report = root.media_type == "multipart/report"
    is_automatic = (
        bool(notices)
        or is_report
        or automatic.is_automatic(
            headers,
            senders[0].address if senders else "",
            reply_to.address if reply_to else "",
            subject,
            has_null_path=has_null_path,
        )
    )
    return ParsedMail(
        headers=headers,
        senders=senders,
        reply_to=reply_to,
        recipients=[*addresses.parse(", ".join(headers.all("to"))), *addresses.parse(", ".join(headers.all("cc")))],
        subject=subject,
        body=body,
        reply=quotations.cut(body.marked_text, is_forward=subjects.is_forward(subject)),
        message_id=next(iter(_ids(headers.raw("message-id"))), ""),
        in_reply_to=_ids(headers.raw("in-reply-to")),
        references=_ids(headers.raw("references")),
        notices=notices,
        is_automatic=is_automatic,
        content=content,
        body_start=body_start,
    )


def _prepared(content: bytes) -> bytes:
    """The mail without what stands before its first header: byte order mark, empty lines, an mbox line."""
    if content[:3] == b"\xef\xbb\xbf":
        content = content[3:]
    if content[:1] in (b"\r", b"\n", b" ", b"\t", b"\x00"):
        content = content.lstrip(b"\r\n \t\x00")
    if b"\n" not in content[:65_536] and b"\r" in content:
        content = content.replace(b"\r", b"\n")
    mbox = _MBOX_LINE.match(content)
    return content[mbox.end() :] if mbox else content


def _senders(headers: Headers, mail_from: str | None) -> list[Mailbox]:
    found = addresses.parse(headers.raw("from"))
    if found:
        return found
    for name in ("reply-to", "sender", "x-sender", "return-path"):
        found = addresses.parse(headers.raw(name))
        if found:
            return found
    address = addresses.normalise(mail_from or "")
    return [Mailbox(address)] if address else []


def _ids(value: str) -> list[str]:
    """Message ids in a header, without angle brackets, each once; programs that forget the brackets are read too."""
    if not value:
        return []
    found = _MESSAGE_ID.findall(value)
    if not found:
        found = _LOOSE_ID.findall(value) or (
            [value.strip(" <>")] if value.strip(" <>") and " " not in value.strip() else []
        )
    unique = list(dict.fromkeys(found))
    return unique if len(unique) <= _MAX_REFERENCES else [unique[0], *unique[1 - _MAX_REFERENCES :]]


def external_id(mail: ParsedMail) -> str:
    return mail.message_id or f"sha256:{hashlib.sha256(mail.content).hexdigest()}"


def fingerprint(mail: ParsedMail) -> str:
    """Equal for one mail that reached two mailboxes, different for two under one id; transport headers are out."""
    digest = hashlib.sha256()
    for name in ("from", "date", "subject"):
        digest.update(mail.headers.raw(name).encode("utf-8", "replace"))
        digest.update(b"\0")
    tail = mail.content[-4096:]
    end = len(mail.content) - len(tail) + len(tail.rstrip(b"\r\n"))
    for start in range(mail.body_start, end, _DIGESTED_BYTES):  # by pieces: a copy of a large mail is a large copy
        digest.update(mail.content[start : min(end, start + _DIGESTED_BYTES)].replace(b"\r", b""))
    return digest.hexdigest()


def read(raw: RawDelivery, *, own_address: str = "") -> list[Inbound]:
    """What a delivery says: one message, or one receipt for each recipient that a notice is about."""
    envelope = raw.envelope
    mail_from = envelope.get("mail_from")
    mail = parse(raw.content, mail_from=mail_from if isinstance(mail_from, str) else None)
    received_at = raw.received_at if raw.received_at.tzinfo else raw.received_at.replace(tzinfo=UTC)
    happened_at = dates.sent_at(mail.headers.raw("date"), received_at)
    if mail.notices:
        return list(_receipts(mail, happened_at))
    if not mail.senders:
        raise UnreadableDelivery("El correo no dice quién lo envió: no hay una dirección a la que responder.")
    return [_message(raw, mail, happened_at, own_address.lower() or raw.account.lower())]


def _receipts(mail: ParsedMail, happened_at: datetime) -> list[Receipt]:
    tokens = _tokens_anywhere(mail)
    return [
        Receipt(notice.kind, notice.message_id, happened_at, notice.address, notice.reason, notice.is_permanent, tokens)
        for notice in mail.notices
    ]


def _message(raw: RawDelivery, mail: ParsedMail, sent_at: datetime, own_address: str) -> InboundMessage:
    sender = mail.senders[0]
    seen = {own_address}
    recipients = []
    for mailbox in mail.recipients:
        if mailbox.address not in seen:
            seen.add(mailbox.address)
            recipients.append(_address(mailbox))
    facts: dict[str, object] = {"warnings": list(mail.body.warnings)}
    results = raw.envelope.get("authentication_results")
    if results:
        facts["authentication_results"] = results
    reply_to = mail.reply_to if mail.reply_to and mail.reply_to.address != sender.address else None
    return InboundMessage(
        external_id=external_id(mail),
        sender=_address(sender),
        sent_at=sent_at,
        subject=mail.subject,
        text=mail.reply,
        full_text=mail.body.text,
        html=mail.body.html,
        recipients=recipients,
        reply_to=_address(reply_to) if reply_to else None,
        attachments=attachments(mail),
        in_reply_to=list(mail.in_reply_to),
        references=list(mail.references),
        reference_tokens=_tokens(raw, mail),
        quoted_code=quoted_code(mail),
        is_automatic=mail.is_automatic,
        fingerprint=fingerprint(mail),
        facts=facts,
    )


def attachments(mail: ParsedMail) -> list[Attachment]:
    return mail.body.attachments()


def quoted_code(mail: ParsedMail) -> str:
    """The tracking code that the mail shows, the subject's before the text's; "" without one."""
    return codes.find(mail.subject) or codes.find(mail.body.text[:100_000]) or ""


def _address(mailbox: Mailbox) -> Address:
    return Address("email", mailbox.address, mailbox.name)


def _tokens(raw: RawDelivery, mail: ParsedMail) -> list[str]:
    """Everything like our reply reference in headers, the address it was sent to, and the text."""
    places = [value for name in _TOKEN_FIELDS for value in mail.headers.all(name)]
    rcpt_to = raw.envelope.get("rcpt_to")
    if isinstance(rcpt_to, list | tuple):
        places += [str(address) for address in rcpt_to]
    places += [mail.subject, mail.body.text]
    return _find_tokens(places)


_TOKEN_FIELDS = (
    "in-reply-to",
    "references",
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "thread-topic",
    "x-ventanilla-reference",
)


def _tokens_anywhere(mail: ParsedMail) -> list[str]:
    """The same for a notice, which carries our message whole, in parts and encodings of its own."""
    places = [mail.content.decode("latin-1"), mail.body.text]
    places += [
        file.decoded()[:1_000_000].decode("latin-1")
        for file in mail.body.files
        if file.media_type.startswith(("message/", "text/"))
    ]
    return _find_tokens(places)


def _find_tokens(places: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for place in places:
        if "vt-" in place or "VT-" in place:
            found.update(dict.fromkeys(references.find_tokens(place)))
    return list(found)
