"""Step two: understand what was accepted, and put it before an agent. The straight line of the house.

Reading is done outside any transaction; then one transaction files a whole batch. When it fails, each delivery is tried
alone: the one at fault waits for its retry or goes to quarantine, the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.filing import StoredFile
from ventanilla.flow.filing import file_readings
from ventanilla.flow.patience import patient
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as deliveries
from ventanilla.intake.models import DeliveryState, InboundDelivery
from ventanilla.messages.contract import Inbound, InboundMessage, UnreadableDelivery
from ventanilla.organisation.scoping import scope

logger = structlog.get_logger(__name__)

BATCH = 200


@dataclass(slots=True)
class Reading:
    """A delivery and what its channel read in it; `files` of the message at the same place."""

    delivery: InboundDelivery
    said: Sequence[Inbound]
    files: list[list[StoredFile]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one delivery. `state` is handled, quarantined or waiting (for its retry)."""

    state: str
    case_codes: list[str]
    problem: str = ""


def receive(body_id: int, limit: int = BATCH) -> int:
    """Handle the next waiting deliveries of a body; how many there were, 0 when none waits."""
    with scope({body_id}):
        waiting = deliveries.waiting(limit)
        readings = [reading for delivery in waiting if (reading := _read(delivery)) is not None]
        if readings:
            _file(body_id, readings)
        return len(waiting)


def receive_one(delivery_id: int) -> Received:
    """Handle one delivery now, for a door that must answer with a code."""
    body_id = deliveries.body_id_of_delivery(delivery_id)
    if body_id is None:
        return Received("quarantined", [], _("Esa entrega no existe."))
    with scope({body_id}):
        delivery = deliveries.delivery(delivery_id)
        codes: list[str] = []
        if delivery is not None and delivery.state == DeliveryState.STORED:
            reading = _read(delivery)
            if reading is not None:
                codes = _file(body_id, [reading])
        return _outcome(delivery_id, codes)


def _outcome(delivery_id: int, codes: list[str]) -> Received:
    delivery = deliveries.delivery(delivery_id)
    if delivery is None:
        return Received("quarantined", [])
    states = {DeliveryState.HANDLED: "handled", DeliveryState.STORED: "waiting"}
    known = codes or case_queries.codes_of_delivery(delivery_id)
    return Received(states.get(DeliveryState(delivery.state), "quarantined"), known, delivery.problem)


def _read(delivery: InboundDelivery) -> Reading | None:
    """What the channel says that arrived; None when it is set aside."""
    try:
        said = deliveries.channel_of(delivery.account).read(deliveries.raw(delivery))
        files = [
            cases.store_files(one.attachments, delivery.received_at) if isinstance(one, InboundMessage) else []
            for one in said
        ]
    except UnreadableDelivery as problem:
        intake.quarantine(delivery, str(problem))
        return None
    except Exception as problem:
        # Our own fault, whatever it is: the delivery waits, and the next one is handled.
        _fail(delivery, problem)
        return None
    # The bytes of files are in storage now; a batch of large mails would not fit in memory with them.
    light = [
        replace(one, attachments=()) if isinstance(one, InboundMessage) and one.attachments else one for one in said
    ]
    return Reading(delivery, light, files)


def _file(body_id: int, readings: list[Reading]) -> list[str]:
    """File the batch in one transaction; when that fails, each alone. The codes of the cases touched."""
    try:
        return _file_at_once(body_id, readings)
    except Exception as problem:
        if len(readings) == 1:
            _fail(readings[0].delivery, problem)
            return []
        logger.warning("batch_failed", body_id=body_id, size=len(readings), problem=type(problem).__name__)
    return [code for reading in readings for code in _file(body_id, [reading])]


@patient
def _file_at_once(body_id: int, readings: list[Reading]) -> list[str]:
    with transaction.atomic():
        return file_readings(body_id, readings)


def _fail(delivery: InboundDelivery, problem: Exception) -> None:
    # The kind of the problem only: its words may quote the message.
    logger.error(
        "delivery_failed",
        delivery_id=delivery.pk,
        attempts=delivery.attempts + 1,
        problem=type(problem).__name__,
        where=_where(problem),
    )
    intake.note_failure(delivery)


def _where(problem: BaseException) -> str:
    """File and line of the innermost frame."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
