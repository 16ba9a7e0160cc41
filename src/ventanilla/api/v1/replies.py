"""Answers to the person."""

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
from ventanilla.api.v1.entries import Delivery
from ventanilla.api.v1.values import Text
from ventanilla.delivery import queries as delivery
from ventanilla.flow.reply import reply

router = Router(tags=["replies"])


class ReplyIn(Schema):
    model_config = ConfigDict(extra="forbid")

    text: Text
    channel: str | None = Field(
        default=None, max_length=30, description="Por dónde responder; si no se dice, por donde escribió la persona."
    )


class ReplyOut(Schema):
    id: int = Field(description="El de la entrada en la conversación.")
    case: str
    delivery: Delivery


@router.post(
    "/cases/{code}/replies",
    response={202: ReplyOut},
    operation_id="reply",
    openapi_extra=documented(400, 403, 404, 409, 413, 415, 422),
    summary="Responder a la persona",
)
@demands(Right.ANSWER)
def create_reply(
    request: HttpRequest, code: str, body: ReplyIn, idempotency_key: IdempotencyKey = None
) -> Status[ReplyOut] | HttpResponse:
    """La respuesta queda en cola para salir; `delivery` de la entrada dice después qué pasó con ella."""
    case = find(request, code, Right.ANSWER)

    def work() -> Status[Any]:
        entry = reply(caller(request).actor, case.pk, body.text, channel=body.channel or "")
        sent = delivery.of_entries([entry.pk]).get(entry.pk)
        state = sent.state if sent else "queued"
        return Status(
            202,
            ReplyOut.model_validate({"id": entry.pk, "case": case.code, "delivery": state}),
        )

    return once(request, idempotency_key, work)
