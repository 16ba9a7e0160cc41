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
from ventanilla.flow.doubting import Sieve
from ventanilla.flow.filing import Touched, file_readings
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
    """What became of one delivery. `state` is handled, quarantined, doubtful (a person looks at it
    first: docs/spam.md) or waiting (for its retry)."""

    state: str
    case_codes: list[str]
    problem: str = ""
    touched: Sequence[Touched] = ()
    """The cases themselves, for whoever filed them; empty when another process was first."""


def receive(body_id: int, limit: int = BATCH) -> int:
    """Handle the next waiting deliveries of a body; how many there were, 0 when none waits."""
    with scope({body_id}):
        waiting = deliveries.waiting(limit)
        sieve = Sieve(body_id)
        readings = [reading for delivery in waiting if (reading := _read(delivery, sieve)) is not None]
        if readings:
            _file(body_id, readings)
        return len(waiting)


def receive_one(delivery_id: int) -> Received:
    """Handle one delivery now, for a door that must answer with a code."""
    body_id = deliveries.body_id_of_delivery(delivery_id)
    if body_id is None:
        return Received("quarantined", [], _("Esa entrega no existe."))
    return receive_these(body_id, [delivery_id])[delivery_id]


def receive_these(body_id: int, delivery_ids: Sequence[int]) -> dict[int, Received]:
    """Handle these deliveries of a body now, as one batch; what became of each."""
    with scope({body_id}):
        waiting = [one for one in deliveries.deliveries(delivery_ids) if one.state == DeliveryState.STORED]
        sieve = Sieve(body_id)
        readings = [reading for delivery in waiting if (reading := _read(delivery, sieve)) is not None]
        touched = _file(body_id, readings) if readings else {}
        return {pk: _outcome(pk, touched.get(pk, [])) for pk in delivery_ids}


def _outcome(delivery_id: int, touched: Sequence[Touched]) -> Received:
    if touched:
        return Received("handled", list(dict.fromkeys(one.case.code for one in touched)), touched=touched)
    delivery = deliveries.delivery(delivery_id)
    if delivery is None:
        return Received("quarantined", [], _("Esa entrega no existe."))
    states = {
        DeliveryState.HANDLED: "handled",
        DeliveryState.STORED: "waiting",
        DeliveryState.DOUBTFUL: "doubtful",
    }
    known = case_queries.codes_of_delivery(delivery_id)
    return Received(states.get(DeliveryState(delivery.state), "quarantined"), known, delivery.problem)


def _read(delivery: InboundDelivery, sieve: Sieve) -> Reading | None:
    """What the channel says that arrived; None when it is set aside."""
    try:
        said = deliveries.channel_of(delivery.account).read(deliveries.raw(delivery))
        if sieve.sets_aside(delivery, said):
            return None
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


def _file(body_id: int, readings: list[Reading]) -> dict[int, list[Touched]]:
    """File the batch in one transaction; when that fails, each alone. The cases touched, by delivery id."""
    try:
        return _file_at_once(body_id, readings)
    except Exception as problem:
        if len(readings) == 1:
            _fail(readings[0].delivery, problem)
            return {}
        logger.warning("batch_failed", body_id=body_id, size=len(readings), problem=type(problem).__name__)
    return {pk: touched for reading in readings for pk, touched in _file(body_id, [reading]).items()}


@patient
def _file_at_once(body_id: int, readings: list[Reading]) -> dict[int, list[Touched]]:
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
