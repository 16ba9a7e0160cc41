"""Deliveries that could not be read, and doubtful ones: both wait for a person."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api import paging
from ventanilla.api.authentication import caller
from ventanilla.api.problems import Problem, documented
from ventanilla.api.v1.deliveries import DeliveryOut, receipt
from ventanilla.api.v1.values import RowId
from ventanilla.flow.desk import retry_delivery
from ventanilla.intake import queries as intake
from ventanilla.intake.reasons import stored_reasons, summary
from ventanilla.organisation.scoping import scope

if TYPE_CHECKING:
    from ventanilla.intake.models import InboundDelivery

router = Router(tags=["quarantine"])


class QuarantinedOut(Schema):
    id: int
    channel: str
    account: str
    received_at: datetime
    size: int = Field(description="En bytes.")
    state: Literal["quarantined", "doubtful"] = Field(
        description="«quarantined»: no se pudo leer. «doubtful»: se leyó y puede no ser para el organismo."
    )
    problem: str = Field(description="Por qué no se pudo leer, o por qué es dudosa.")


class Wanted(paging.Asked):
    state: Literal["quarantined", "doubtful"] | None = Field(None, description="Solo las que están así.")


@router.get(
    "/quarantine",
    response=paging.Page[QuarantinedOut],
    operation_id="list_quarantine",
    openapi_extra=documented(400, 403, 422),
    summary="Ver lo que no se pudo leer y lo dudoso",
)
@demands(Right.HANDLE_QUARANTINE)
def list_quarantine(request: HttpRequest, asked: Query[Wanted]) -> paging.Page[QuarantinedOut]:
    """Lo más nuevo primero."""
    before_id = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    with scope(caller(request).body_ids_with(Right.HANDLE_QUARANTINE)):
        rows = intake.set_aside([asked.state] if asked.state else intake.SET_ASIDE, asked.limit + 1, before_id)
    shown = rows[: asked.limit]
    return paging.Page(
        items=[_quarantined(row) for row in shown],
        next=paging.encode(shown[-1].pk) if len(rows) > asked.limit else None,
    )


@router.post(
    "/quarantine/{delivery_id}/retry",
    response=DeliveryOut,
    operation_id="retry_delivery",
    openapi_extra=documented(403, 404, 409, 422),
    summary="Volver a intentar, o atender una dudosa",
)
@demands(Right.HANDLE_QUARANTINE)
def retry(request: HttpRequest, delivery_id: RowId) -> DeliveryOut:
    """Se lee otra vez, ahora; una dudosa se atiende sin dudar más. 409 si ya no espera."""
    delivery = intake.delivery(delivery_id)
    if delivery is None:
        raise Problem(404, _("No hay una entrega con ese número a tu alcance."))
    caller(request).require(Right.HANDLE_QUARANTINE, delivery.public_body_id)
    return receipt(delivery_id, retry_delivery(caller(request).actor, delivery_id))


def _quarantined(delivery: "InboundDelivery") -> QuarantinedOut:
    return QuarantinedOut(
        id=delivery.pk,
        channel=delivery.account.channel,
        account=delivery.account.address,
        received_at=delivery.received_at,
        size=delivery.size_bytes,
        state="doubtful" if delivery.state == "doubtful" else "quarantined",
        problem=delivery.problem or summary(stored_reasons((delivery.doubt or {}).get("reasons", ()))),
    )
