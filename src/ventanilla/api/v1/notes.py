"""Notes that only staff read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api.authentication import caller
from ventanilla.api.idempotency import IdempotencyKey, once
from ventanilla.api.problems import documented
from ventanilla.api.v1.cases import find
from ventanilla.api.v1.values import Text
from ventanilla.flow.reply import note

router = Router(tags=["notes"])


class NoteIn(Schema):
    model_config = ConfigDict(extra="forbid")

    text: Text


class NoteOut(Schema):
    id: int = Field(description="El de la entrada en la conversación.")
    case: str


@router.post(
    "/cases/{code}/notes",
    response={201: NoteOut},
    operation_id="note",
    openapi_extra=documented(400, 403, 404, 409, 413, 415, 422),
    summary="Escribir una nota interna",
)
@demands(Right.ANSWER)
def create_note(
    request: HttpRequest, code: str, body: NoteIn, idempotency_key: IdempotencyKey = None
) -> Status[NoteOut] | HttpResponse:
    """La persona no la ve."""
    case = find(request, code, Right.ANSWER)

    def work() -> Status[Any]:
        return Status(201, NoteOut(id=note(caller(request).actor, case.pk, body.text).pk, case=case.code))

    return once(request, idempotency_key, work)
