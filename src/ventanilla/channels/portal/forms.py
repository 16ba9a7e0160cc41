"""What the portal's door hands to intake: one JSON object a request or a later message, and how it is read back.

The bytes hold what the person wrote and chose. What the door knows of her (a sign-in, the case that her key opened)
stands in the delivery's envelope, out of a writer's reach: `proven` (list of {kind, value}) and `reference_token`.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ventanilla.messages.contract import Address, Attachment, InboundMessage, RawDelivery, UnreadableDelivery

TYPES = ("information", "complaint", "claim", "suggestion", "thanks")
SUBJECT_LIMIT_CHARACTERS = 300
TEXT_LIMIT_CHARACTERS = 100_000
NAME_LIMIT_CHARACTERS = 200
ADDRESS_LIMIT_CHARACTERS = 320
FACTS = ("phone", "document", "answer_by", "language", "assistance")
"""What else a person may say, shown to the agent as she said it: claims, every one."""


def read(raw: RawDelivery) -> InboundMessage:
    """The message in a delivery. Raises UnreadableDelivery."""
    said = _object(raw.content)
    sender = _address(said.get("sender"))
    text = _text(said, "text", TEXT_LIMIT_CHARACTERS)
    files = _files(said.get("files", []))
    if not text.strip() and not files:
        raise UnreadableDelivery("El formulario llegó sin texto y sin archivos.")
    kind = _text(said, "type", 20)
    if kind and kind not in TYPES:
        raise UnreadableDelivery("El formulario pide un tipo de solicitud que no existe.")
    token = raw.envelope.get("reference_token")
    return InboundMessage(
        external_id=_id(said),
        sender=sender,
        sent_at=_moment(said.get("sent_at"), raw.received_at),
        subject=_text(said, "subject", SUBJECT_LIMIT_CHARACTERS),
        text=text,
        full_text=text,
        attachments=files,
        reference_tokens=[token] if isinstance(token, str) and token else [],
        # The id is our own door's, made once a form: the same id is the same message, whenever it was sent again.
        fingerprint=hashlib.sha256(_id(said).encode()).hexdigest(),
        facts={name: _text(said, name, NAME_LIMIT_CHARACTERS) for name in FACTS if said.get(name)},
        case_type=kind,
        service=_text(said, "service", 50),
        proven=[_address(one) for one in raw.envelope.get("proven") or []],
    )


def write(message: InboundMessage) -> bytes:
    """The bytes that `read` gives back as that message, but for what its envelope says.

    The same message gives the same bytes, so that a form sent twice is one delivery.
    """
    sender = message.sender
    said: dict[str, Any] = {
        "id": message.external_id,
        "sent_at": message.sent_at.isoformat(),
        "sender": {"kind": sender.kind, "value": sender.value, "name": sender.name},
        "type": message.case_type,
        "service": message.service,
        "subject": message.subject,
        "text": message.text,
        **{name: value for name, value in message.facts.items() if name in FACTS and value},
    }
    if message.attachments:
        said["files"] = [
            {"name": file.name, "media_type": file.media_type, "content": base64.b64encode(file.content).decode()}
            for file in message.attachments
        ]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise UnreadableDelivery("El formulario no llegó como JSON en UTF-8.") from problem
    if not isinstance(said, dict):
        raise UnreadableDelivery("El formulario no es un objeto JSON.")
    return said


def _id(said: Mapping[str, Any]) -> str:
    external_id = _text(said, "id", 100)
    if not external_id:
        raise UnreadableDelivery("Al formulario le falta su identificador.")
    return external_id


def _text(said: Mapping[str, Any], name: str, limit: int) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise UnreadableDelivery(f"El dato «{name}» del formulario no es un texto.")
    if len(value) > limit:
        raise UnreadableDelivery(f"El dato «{name}» del formulario tiene más de {limit} caracteres.")
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _address(said: Any) -> Address:
    if not isinstance(said, dict):
        raise UnreadableDelivery("El formulario no dice de quién viene.")
    kind = _text(said, "kind", 20)
    value = _text(said, "value", ADDRESS_LIMIT_CHARACTERS)
    if not kind or not value:
        raise UnreadableDelivery("El formulario no dice de quién viene.")
    return Address(kind, value, _text(said, "name", NAME_LIMIT_CHARACTERS))


def _moment(said: Any, received_at: datetime) -> datetime:
    """When it was sent; a time without zone, or in the future, is the time of arrival."""
    try:
        moment = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return received_at
    return received_at if moment.utcoffset() is None or moment > received_at else moment


def _files(said: Any) -> list[Attachment]:
    if not isinstance(said, list):
        raise UnreadableDelivery("Los archivos del formulario no son una lista.")
    files = []
    for one in said:
        if not isinstance(one, dict):
            raise UnreadableDelivery("Un archivo del formulario no se entiende.")
        try:
            content = base64.b64decode(str(one.get("content", "")).encode("ascii"), validate=True)
        except (ValueError, binascii.Error) as problem:
            raise UnreadableDelivery("Un archivo del formulario llegó dañado.") from problem
        media_type = _text(one, "media_type", 127).lower()
        files.append(
            Attachment(
                name=_text(one, "name", 255).strip() or "archivo",
                media_type=media_type if "/" in media_type else "application/octet-stream",
                content=content,
            )
        )
    return files
