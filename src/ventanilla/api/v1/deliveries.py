"""A raw inbound message, handed in by a program as a mail server would."""

from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import P, PathEx, Router, Schema
from ninja.responses import Status
from pydantic import Field

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api.authentication import caller
from ventanilla.api.idempotency import IdempotencyKey, once
from ventanilla.api.problems import Problem, documented
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import Received, receive_one
from ventanilla.intake import queries as intake
from ventanilla.intake.actions import NotStored
from ventanilla.intake.rules import normalised_account_address

router = Router(tags=["deliveries"])

RETRY_AFTER_SECONDS = 30

_RAW = {"schema": {"type": "string", "format": "binary"}}


class DeliveryOut(Schema):
    delivery: int = Field(description="El recibo: identifica lo guardado.")
    state: Literal["handled", "quarantined", "doubtful", "waiting"] = Field(
        description="«waiting»: guardado, se atiende enseguida. «quarantined»: no se pudo leer; lo ve el personal. "
        "«doubtful»: puede no ser para el organismo; lo mira una persona antes de abrir una solicitud."
    )
    cases: list[str] = Field(description="Códigos de las solicitudes a las que fue.")


@router.post(
    "/deliveries/{account}",
    response={201: DeliveryOut, 202: DeliveryOut},
    operation_id="deliver",
    openapi_extra={
        "requestBody": {"required": True, "content": {"message/rfc822": _RAW, "application/octet-stream": _RAW}},
        **documented(400, 403, 404, 413, 422, 503),
    },
    summary="Entregar un mensaje en bruto",
)
@demands(Right.DELIVER)
def deliver(
    request: HttpRequest,
    account: PathEx[str, P(max_length=320, description="La dirección de la cuenta.")],
    idempotency_key: IdempotencyKey = None,
) -> Status[Any] | HttpResponse:
    """Se guarda tal cual y después se atiende. El mismo contenido a la misma cuenta es una sola entrega."""
    found = _account(request, account)
    content = _read(request)

    def work() -> Status[Any]:
        try:
            stored = accept(found, content, {"rcpt_to": [found.address]})
        except NotStored as problem:
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            raise Problem(503, _("No se pudo guardar. Mandalo otra vez en unos minutos."), headers=headers) from problem
        received = receive_one(stored.delivery_id)
        status = 202 if received.state in ("waiting", "doubtful") else 201
        return Status(status, receipt(stored.delivery_id, received))

    return once(request, idempotency_key, work, body=content, is_repeatable=True)


def receipt(delivery_id: int, received: Received) -> DeliveryOut:
    return DeliveryOut.model_validate({"delivery": delivery_id, "state": received.state, "cases": received.case_codes})


def _account(request: HttpRequest, address: str) -> Any:
    """The channel account, in a body where the caller may deliver. Raises Problem 404 or 403."""
    known = {account.address: account for account in reversed(intake.accounts())}
    found = next((known[candidate] for candidate in normalised_account_address(address) if candidate in known), None)
    if found is None:
        raise Problem(404, _("No hay una cuenta de canal con esa dirección a tu alcance."))
    caller(request).require(Right.DELIVER, found.public_body_id)
    return found


def _read(request: HttpRequest) -> bytes:
    """The body, never more of it than the limit in memory. Raises Problem 413 or 400."""
    limit = settings.ENVIRONMENT.mail_max_bytes
    announced = request.headers.get("Content-Length", "")
    too_large = Problem(413, _("El mensaje puede tener hasta %(count)d bytes.") % {"count": limit})
    if announced.isdecimal() and int(announced) > limit:
        raise too_large
    content = request.read(limit + 1)
    if len(content) > limit:
        raise too_large
    if not content:
        raise Problem(400, _("El cuerpo está vacío: tiene que ser el mensaje tal como llegó."))
    return content
