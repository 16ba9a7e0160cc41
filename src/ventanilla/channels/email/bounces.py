"""Notices about what we sent: could not be delivered, is late, was delivered, was read.

Reads RFC 3464 and RFC 8098 reports, and the prose of mail systems that write none.
"""

import re
from dataclasses import dataclass

from ventanilla.channels.email import addresses, automatic, charsets
from ventanilla.channels.email import bounce_signs as signs
from ventanilla.channels.email.headers import Headers, split
from ventanilla.channels.email.mime import Part
from ventanilla.channels.email.patterns import alternatives
from ventanilla.messages.contract import ReceiptKind

MAX_NOTICES = 50

_ADDRESS = re.compile(r"(?<![\w.+@-])([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id:\s*(?:\n[ \t>]+)?<?([^\s<>]{3,250})>?", re.IGNORECASE | re.MULTILINE)
_REASON = re.compile(
    alternatives(r"""
    \b[45]\d\d[ -]
    \b[45]\.\d{1,3}\.\d{1,3}\b
    user unknown
    unknown (?:user|address|recipient)
    no such user
    mailbox full
    quota exceeded
    does not exist
    not found
    no existe
    desconocido
    host unknown
    """),
    re.IGNORECASE,
)
_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail system says became of one recipient of one of our messages. `message_id` has no angle brackets."""

    kind: ReceiptKind
    message_id: str
    address: str
    reason: str
    is_permanent: bool


def _leaves(part: Part) -> list[Part]:
    if not part.children:
        return [part]
    return [leaf for child in part.children for leaf in _leaves(child)]


def read(root: Part, headers: Headers, subject: str, raw_from: str, text: str, *, has_null_path: bool) -> list[Notice]:
    """Every notice in the mail; empty when it is none."""
    media_type = root.media_type if not root.children else "multipart"
    if media_type == "text/html" and not _could_be_notice(headers, subject, raw_from, has_null_path=has_null_path):
        return []
    leaves = _leaves(root)
    for leaf in leaves:
        if leaf.media_type == "message/disposition-notification":
            notices = _disposition(leaf, text)
            if notices:
                return notices
    original_id = _original_id(leaves)
    notices = []
    for leaf in leaves:
        if leaf.media_type in ("message/delivery-status", "message/global-delivery-status"):
            notices += _delivery_status(leaf, original_id, text)
    if notices:
        return notices[:MAX_NOTICES]
    is_report = (
        root.media_type == "multipart/report" and root.parameters.get("report-type", "").lower() == "delivery-status"
    )
    if not is_report and not _is_prose_bounce(headers, subject, raw_from, text, has_null_path=has_null_path):
        return []
    return _from_prose(headers, subject, text, original_id)


def _could_be_notice(headers: Headers, subject: str, raw_from: str, *, has_null_path: bool) -> bool:
    return (
        has_null_path
        or "x-failed-recipients" in headers
        or bool(signs.SUBJECT.match(subject))
        or automatic.is_mail_system(raw_from)
    )


def _is_prose_bounce(headers: Headers, subject: str, raw_from: str, text: str, *, has_null_path: bool) -> bool:
    if "x-failed-recipients" in headers:
        return True
    if "in-reply-to" in headers and automatic.has_automatic_subject(subject):
        return False
    is_system = automatic.is_mail_system(raw_from) or (has_null_path and not automatic.has_automatic_subject(subject))
    has_subject = bool(signs.SUBJECT.match(subject))
    if raw_from.lower().find("mailer-daemon") >= 0 and not automatic.has_automatic_subject(subject):
        return True
    if is_system:
        return has_subject or bool(signs.BODY.search(text, 0, 6000))
    if has_subject and (signs.EVIDENCE if signs.PEOPLE_SAY.match(subject) else signs.BODY).search(text, 0, 6000):
        # A person's own words about a bounce answer something, or come with a name of hers; a system's do not.
        submitted = headers.raw("auto-submitted").lower()
        return (bool(submitted) and submitted != "no") or not headers.raw("in-reply-to")
    return False


def _groups(content: bytes) -> list[Headers]:
    """The header groups of a delivery report, one a recipient after the first."""
    found = []
    content = content.replace(b"\r\n", b"\n").strip(b"\n")
    for block in re.split(rb"\n[ \t]*\n", content)[: MAX_NOTICES + 1]:
        group, _ = split(block.lstrip(b"\n"))
        if len(group):
            found.append(group)
    return found


def _typed(value: str) -> str:
    """What stands after `rfc822;` or `smtp;`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _delivery_status(leaf: Part, original_id: str, text: str) -> list[Notice]:
    notices = []
    envelope_id = ""
    for group in _groups(leaf.content()):
        recipient = group.raw("final-recipient") or group.raw("original-recipient")
        action = group.raw("action").lower().partition("(")[0].strip()
        status = group.raw("status")
        if not recipient and not action and not status:
            envelope_id = group.raw("original-envelope-id")
            continue
        address = addresses.normalise(_typed(recipient).partition("(")[0])
        original = addresses.normalise(_typed(group.raw("original-recipient")).partition("(")[0])
        diagnostic = _typed(group.text("diagnostic-code")) or _reason_in(text)
        short_code = _first_code(status)
        if diagnostic and short_code and short_code not in diagnostic:
            reason = f"{short_code} {diagnostic}"
        else:
            reason = diagnostic or status
        code = _CODE.search(status) or _CODE.search(diagnostic)
        kind, is_permanent = _outcome(action, code[1] if code else "")
        if kind:
            notices.append(
                Notice(kind, original_id or envelope_id.strip("<>"), original or address, _short(reason), is_permanent)
            )
    return notices


def _first_code(status: str) -> str:
    code = _CODE.search(status)
    return code[0] if code else ""


def _outcome(action: str, status_class: str) -> tuple[ReceiptKind | None, bool]:
    if action in ("delivered", "expanded"):
        return ReceiptKind.DELIVERED, True
    if action == "relayed":
        return ReceiptKind.SENT, True
    if action == "delayed":
        return ReceiptKind.BOUNCED, False
    if action.startswith("fail"):
        return ReceiptKind.BOUNCED, True
    if status_class == "2":
        return ReceiptKind.DELIVERED, True
    return ReceiptKind.BOUNCED, status_class != "4"


def _disposition(leaf: Part, text: str) -> list[Notice]:
    for group in _groups(leaf.content()):
        disposition = group.raw("disposition").lower()
        if not disposition:
            continue
        message_id = group.raw("original-message-id").strip(" <>")
        address = addresses.normalise(_typed(group.raw("final-recipient") or group.raw("original-recipient")))
        what = disposition.partition(";")[2]
        if "deleted" in what and "automatic-action" in disposition and signs.BODY.search(text, 0, 6000):
            return [Notice(ReceiptKind.BOUNCED, message_id, address, _short(_reason_in(text) or text[:300]), True)]
        kind = ReceiptKind.READ if "displayed" in what else ReceiptKind.DELIVERED
        return [Notice(kind, message_id, address, "", True)]
    return []


def _original_id(leaves: list[Part]) -> str:
    """The Message-ID of the message that the notice is about, from the copy that it carries."""
    for leaf in leaves:
        if leaf.media_type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
            "message/global-headers",
            "text/rfc822",
        ):
            inner, _ = split(leaf.content().lstrip(b"\r\n"))
            found = inner.raw("message-id").strip(" <>")
            if found:
                return found
    return ""


def _from_prose(headers: Headers, subject: str, text: str, original_id: str) -> list[Notice]:
    own = {mailbox.address for mailbox in addresses.parse(headers.raw("from"))}
    own |= {mailbox.address for mailbox in addresses.parse(headers.raw("to"))}
    upper, copy = _before_copy(text)
    failed = [mailbox.address for mailbox in addresses.parse(headers.raw("x-failed-recipients"))]
    if not failed:
        mentioned = [addresses.normalise(found.rstrip(".")) for found in _ADDRESS.findall(upper[:20_000])]
        failed = [
            address
            for address in dict.fromkeys(mentioned)
            if address and address not in own and not automatic.is_robot(address)
        ][:1]
    if not original_id:
        found = _MESSAGE_ID.search(copy) or _MESSAGE_ID.search(text)
        original_id = found[1] if found else ""
    reason = _reason_in(upper) or _reason_in(text)
    is_late = bool(signs.DELAY.search(subject) or signs.DELAY.search(upper[:6000])) and not signs.PERMANENT.search(
        f"{subject}\n{upper[:6000]}"
    )
    is_warning = bool(signs.IS_LATE_SUBJECT.match(subject))
    return [
        Notice(ReceiptKind.BOUNCED, original_id, address, _short(reason), not (is_late or is_warning))
        for address in failed or [""]
    ]


def _before_copy(text: str) -> tuple[str, str]:
    match = signs.COPY.search(text)
    return (text[: match.start()], text[match.start() :]) if match and match.start() > 40 else (text, text)


def _reason_in(text: str) -> str:
    """The line of a notice that gives the cause."""
    match = _REASON.search(text, 0, 20_000)
    if not match:
        return ""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)].strip()


def _short(reason: str) -> str:
    return charsets.tidy(" ".join(reason.split()))[:500]
