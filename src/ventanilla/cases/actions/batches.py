"""Writes down what is to be done to many cases, and what became of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from ventanilla.cases import events
from ventanilla.cases.actions.incoming import storable
from ventanilla.cases.models import Batch, BatchCase, BatchState
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock

SAID_LIMIT = 500


def begin_batch(
    body_id: int,
    kind: str,
    wish: Mapping[str, Any],
    case_ids: Sequence[int],
    actor: Actor,
    *,
    text: str = "",
    incident_id: int | None = None,
    refused: Mapping[int, str] | None = None,
) -> Batch:
    """`refused` are cases that it is known not to be done to, and why. Emits cases.batch_begun."""
    batch = Batch(
        public_body_id=body_id,
        kind=kind,
        wish=dict(wish),
        text=storable(text),
        incident_id=incident_id,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    batch.save(force_insert=True)
    reasons = refused or {}
    BatchCase.objects.bulk_create(
        BatchCase(
            batch=batch,
            case_id=case_id,
            state=BatchState.REFUSED if case_id in reasons else BatchState.WAITING,
            said=reasons.get(case_id, "")[:SAID_LIMIT],
        )
        for case_id in dict.fromkeys([*case_ids, *reasons])
    )
    details = {"batch_id": batch.pk, "kind": kind, "count": len(case_ids), "incident_id": incident_id}
    record(NewFact(events.BATCH_BEGUN, body_id, actor, details=details))
    return batch


def lock_batch_case(row_id: int) -> BatchCase | None:
    """The row, locked until the transaction ends, if nobody has settled it yet."""
    query = BatchCase.objects.select_for_update(of=("self",), no_key=True).select_related("batch")
    row = query.filter(pk=row_id).first()
    return row if row is not None and row.state == BatchState.WAITING else None


def settle_batch_case(row: BatchCase, *, is_done: bool, said: str) -> None:
    row.state = BatchState.DONE if is_done else BatchState.REFUSED
    row.said = said[:SAID_LIMIT]
    row.save(update_fields=["state", "said"])


def finish_batch(batch: Batch, actor: Actor) -> bool:
    """Nothing is left of it. What was said to everybody is kept; a note stands in its cases, and is not kept here too.

    Emits cases.batch_finished, and cases.incident_answered for an answer to all; False when it was finished before.
    """
    now = clock.now()
    text = batch.text if batch.kind == "answer" else ""
    if not Batch.objects.filter(pk=batch.pk, finished_at=None).update(finished_at=now, text=text):
        return False
    batch.finished_at = now
    done = BatchCase.objects.filter(batch=batch, state=BatchState.DONE).count()
    refused = BatchCase.objects.filter(batch=batch, state=BatchState.REFUSED).count()
    details: dict[str, object] = {"batch_id": batch.pk, "kind": batch.kind, "done": done, "refused": refused}
    if batch.incident_id is not None:
        details["incident_id"] = batch.incident_id
    kinds = [events.BATCH_FINISHED, *([events.INCIDENT_ANSWERED] if batch.kind == "answer" else [])]
    record(*(NewFact(kind, batch.public_body_id, actor, details=details) for kind in kinds))
    return True
