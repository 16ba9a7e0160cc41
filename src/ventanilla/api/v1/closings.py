"""The end of a case, and its new beginning."""

from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api.authentication import caller
from ventanilla.api.problems import documented, invalid_field
from ventanilla.api.v1.cases import CaseOut, Type, card, find
from ventanilla.api.v1.values import OptionalText, ShortText
from ventanilla.catalogue import queries as catalogue
from ventanilla.flow import close as closing

if TYPE_CHECKING:
    from ventanilla.cases.models import Case

router = Router(tags=["closings"])


class ClosingIn(Schema):
    model_config = ConfigDict(extra="forbid")

    type: Type | None = Field(default=None, description="Si no se dice, queda el que tiene.")
    service: str | None = Field(
        default=None, max_length=50, description="Identificador del servicio; si no se dice, queda el que tiene."
    )
    text: OptionalText = Field(default="", description="Una última respuesta a la persona.")
    outcome: Literal["answered", "not_ours", "no_answer_needed", "duplicate"] = "answered"


class ReopeningIn(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: ShortText = ""


@router.post(
    "/cases/{code}/close",
    response=CaseOut,
    operation_id="close",
    openapi_extra=documented(400, 403, 404, 409, 413, 415, 422),
    summary="Cerrar",
)
@demands(Right.ANSWER)
def close(request: HttpRequest, code: str, body: ClosingIn | None = None) -> CaseOut:
    """409 si nadie respondió ni dejó una nota: no se cierra sin una acción registrada."""
    case = find(request, code, Right.ANSWER)
    body = body or ClosingIn()
    closing.close(
        caller(request).actor,
        case.pk,
        type=body.type or case.type,
        service_id=_service_id(body.service, case) if "service" in body.model_fields_set else case.service_id,
        text=body.text,
        outcome=body.outcome,
    )
    return card(case)


@router.post(
    "/cases/{code}/reopen",
    response=CaseOut,
    operation_id="reopen",
    openapi_extra=documented(400, 403, 404, 409, 413, 415, 422),
    summary="Reabrir",
)
@demands(Right.ANSWER)
def reopen(request: HttpRequest, code: str, body: ReopeningIn | None = None) -> CaseOut:
    """409 si no está cerrada."""
    case = find(request, code, Right.ANSWER)
    closing.reopen(caller(request).actor, case.pk, body.reason if body else "")
    return card(case)


def _service_id(slug: str | None, case: "Case") -> int | None:
    """Raises Problem 422."""
    if slug is None:
        return None
    for service in catalogue.services():
        if service.slug == slug and service.public_body_id == case.public_body_id:
            return service.pk
    raise invalid_field("service", _("No hay un servicio con ese identificador en el organismo."))
