"""The timeline of a case, and the files in it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api import paging
from ventanilla.api.authentication import caller
from ventanilla.api.problems import Problem, documented
from ventanilla.api.v1.cases import find, must_see
from ventanilla.api.v1.values import RowId
from ventanilla.cases import events
from ventanilla.cases import queries as cases
from ventanilla.delivery import queries as delivery
from ventanilla.flow import readings
from ventanilla.flow.ways import PAGE
from ventanilla.kit import storage
from ventanilla.kit.clamd import Scan

if TYPE_CHECKING:
    from ventanilla.cases.models import Entry
    from ventanilla.delivery.models import OutboxMessage

router = Router(tags=["entries"])

Delivery = Literal["queued", "sent", "delivered", "failed", "bounced"]
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+\Z")


class AttachmentOut(Schema):
    id: int
    name: str
    type: str = Field(description="El que dice quien lo mandó.")
    size: int = Field(description="En bytes.")
    url: str = Field(description="Para bajarlo, con el mismo token.")
    scan: Scan = Field(description="Qué dijo el antivirus. Lo infectado se guarda y no se entrega.")


class EntryOut(Schema):
    id: int
    kind: Literal["message", "note", "event"]
    channel: str | None
    direction: Literal["in", "out", "none"]
    text: str = Field(description="Lo dicho, sin citas ni firma. En un suceso, qué pasó.")
    full_text: str = Field(description="El texto entero.")
    html: str = Field(description="Limpio, sin nada que se cargue de afuera; vacío si no hay.")
    author: str | None = Field(
        description="El usuario, si lo escribió el personal; si no, como la persona se presenta. null: el sistema."
    )
    at: datetime
    attachments: list[AttachmentOut]
    delivery: Delivery | None = Field(description="Qué pasó con lo enviado; null si no es un envío.")


@router.get(
    "/cases/{code}/entries",
    response=paging.Page[EntryOut],
    operation_id="list_entries",
    openapi_extra=documented(400, 403, 404, 422),
    summary="Ver la conversación",
)
@demands(Right.SEE_CASES)
def list_entries(request: HttpRequest, code: str, asked: Query[paging.Asked]) -> paging.Page[EntryOut]:
    """Lo más viejo primero."""
    case = find(request, code, Right.SEE_CASES)
    me = caller(request)
    (readings.goes_on if asked.cursor else readings.was_read)(me.actor, me.standing, case, readings.API)
    rows = cases.timeline_after(case.pk, _position(asked.cursor), asked.limit + 1)
    shown = rows[: asked.limit]
    position = paging.encode(shown[-1].at.isoformat(), shown[-1].pk) if len(rows) > asked.limit else None
    sent = delivery.of_entries([entry.pk for entry in shown if entry.direction == "out"])
    return paging.Page(items=[_entry(entry, sent) for entry in shown], next=position)


@router.get(
    "/files/{file_id}",
    response={200: None},
    operation_id="get_file",
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
            **documented(403, 404, 409, 422)["responses"],
        }
    },
    summary="Bajar un archivo",
)
@demands(Right.SEE_CASES)
def get_file(request: HttpRequest, file_id: RowId) -> HttpResponse:
    """El contenido, tal como llegó. No confíes en el tipo que dice tener."""
    file = cases.file(file_id)
    if file is None:
        raise Problem(404)
    me = caller(request)
    me.require(Right.SEE_CASES, file.entry.public_body_id)
    must_see(request, file.entry.case)
    if file.scan == Scan.INFECTED:
        raise Problem(409, _("El archivo contiene un virus y no se entrega."))
    try:
        content = storage.load(file.storage_name)
    except FileNotFoundError as problem:
        raise Problem(404, _("El archivo ya no está guardado.")) from problem
    readings.was_read(me.actor, me.standing, file.entry.case, readings.FILE)
    media_type = file.media_type if _MEDIA_TYPE.match(file.media_type) else "application/octet-stream"
    response = HttpResponse(content, content_type=media_type)
    # A stranger wrote the content, the name and the type: a browser must neither show nor run it.
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _position(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    at, entry_id = paging.decode(cursor, str, int)
    try:
        instant = datetime.fromisoformat(at)
    except ValueError as problem:
        raise paging.bad_cursor() from problem
    if instant.tzinfo is None:
        raise paging.bad_cursor()
    return instant, entry_id


def _entry(entry: "Entry", sent: Mapping[int, "OutboxMessage"]) -> EntryOut:
    message = sent.get(entry.pk)
    text = event_text(entry.event) if entry.kind == "event" else entry.text
    return EntryOut.model_validate(
        {
            "id": entry.pk,
            "kind": entry.kind,
            "channel": entry.channel or None,
            "direction": entry.direction,
            "text": text,
            "full_text": entry.full_text or text,
            "html": entry.html,
            "author": _author(entry),
            "at": entry.at,
            "attachments": _attachments(entry),
            "delivery": message.state if message else None,
        }
    )


def _attachments(entry: "Entry") -> list[AttachmentOut]:
    return [
        AttachmentOut(
            id=file.pk,
            name=file.name,
            type=file.media_type,
            size=file.size_bytes,
            url=reverse("api-1:get_file", kwargs={"file_id": file.pk}),
            scan=Scan(file.scan),
        )
        for file in entry.files.all()
    ]


def _author(entry: "Entry") -> str | None:
    if entry.author is not None:
        return entry.author.username
    sender: Mapping[str, str] = entry.sender
    address = "" if sender.get("kind") == PAGE else sender.get("value")
    return sender.get("name") or address or (str(entry.contact) if entry.contact else None)


def event_text(event: str) -> str:
    """What happened, in a few words; the codes and ids of an event stay in its history."""
    return {
        events.REOPENED: _("Se reabrió."),
        events.CLOSED: _("Se cerró."),
        events.CHANGED: _("Cambiaron el tipo, el servicio o el asunto."),
        events.WAITING: _("Espera a la persona."),
        events.RESUMED: _("Dejó de esperar a la persona."),
        events.ASSIGNED: _("Cambió quién la atiende."),
        events.MERGED: _("Se unió con otra."),
        events.SPLIT: _("Se separó en dos."),
        events.LINKED: _("Se vinculó con otra."),
        events.COMPLEXITY_ANNOUNCED: _("Se avisó que es compleja, con una fecha nueva."),
        events.AMENDED: _("La persona cambió algo que había dicho."),
        events.KEYS_CHANGED: _("La persona pidió un enlace nuevo."),
        events.ADDRESS_PROVEN: _("Se comprobó que una dirección es de la persona."),
    }.get(event, event)
