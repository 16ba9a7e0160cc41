"""What the channel reads in a mail, as plain values for people and scripts: the output of `ventanilla read-mail`."""

from typing import Any

from ventanilla.channels.email import dates, reading
from ventanilla.messages.contract import UnreadableDelivery


def describe(content: bytes) -> dict[str, Any]:
    """JSON values; the shapes are in docs/channels/email.md. `{"error": …}` when the bytes are no mail."""
    try:
        mail = reading.parse(content)
    except UnreadableDelivery as problem:
        return {"error": str(problem)}
    date = dates.parse(mail.headers.raw("date"))
    sender = mail.senders[0] if mail.senders else None
    return {
        "from": sender.address if sender else "",
        "from_name": sender.name if sender else "",
        "reply_to": mail.reply_to.address if mail.reply_to else "",
        "to": [mailbox.address for mailbox in mail.recipients],
        "date": date.isoformat() if date else None,
        "subject": mail.subject,
        "text": mail.body.text,
        "reply": mail.reply,
        "html": mail.body.html,
        "attachments": [
            {"name": file.name, "type": file.media_type, "size": file.size_bytes} for file in reading.attachments(mail)
        ],
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "is_automatic": mail.is_automatic,
        "is_bounce": mail.is_bounce,
        "case_code": reading.quoted_code(mail),
        "warnings": list(mail.body.warnings),
    }
