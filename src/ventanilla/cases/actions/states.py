"""Opens, closes and changes a case on behalf of staff."""

from datetime import datetime

from django.utils.translation import gettext as _

from ventanilla.cases import events
from ventanilla.cases.actions.entries import add_event, add_participants
from ventanilla.cases.actions.incoming import SUBJECT_LIMIT, storable, take_case_ids
from ventanilla.cases.models import Case, CaseState
from ventanilla.cases.rules import Outcome
from ventanilla.contacts.models import Contact
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor, ActorKind
from ventanilla.kit import clock
from ventanilla.messages import codes
from ventanilla.messages.contract import Address


class UnknownCase(LookupError):
    """No such case in sight."""


def lock(case_id: int) -> Case:
    """The case, locked until the transaction ends; a merged one gives the case that continues it. Raises
    UnknownCase."""
    locking = Case.objects.select_for_update(of=("self",), no_key=True)
    query = locking.select_related("public_body", "contact", "service")
    # The merged case itself is never locked: a merge that moves its pointer would wait for us while we wait for it.
    standing = Case.objects.filter(pk=case_id).values_list("merged_into_id", flat=True).first() or case_id
    case: Case | None = query.filter(pk=standing).first()
    if case is None:
        raise UnknownCase(str(case_id))
    # It was merged while we waited for it.
    return lock(case.merged_into_id) if case.merged_into_id else case


def open_case(
    body_id: int,
    contact: Contact | None,
    subject: str,
    actor: Actor,
    *,
    channel: str,
    case_type: str,
    service_id: int | None,
    participants: list[Address],
) -> Case:
    """A case that staff begin. Emits cases.opened."""
    now = clock.now()
    (case_id,) = take_case_ids(1)
    case = Case(
        pk=case_id,
        public_body_id=body_id,
        code=codes.encode(case_id),
        type=case_type,
        subject=storable(subject).strip()[:SUBJECT_LIMIT] or _("(sin asunto)"),
        contact=contact,
        service_id=service_id,
        opened_at=now,
        last_activity_at=now,
    )
    case.save(force_insert=True)
    add_participants(case, participants, are_copied=False)
    record(
        NewFact(
            events.OPENED, body_id, actor, case_id=case.pk, channel=channel, case_type=case_type, service_id=service_id
        )
    )
    return case


def close(case: Case, outcome: Outcome, actor: Actor) -> None:
    """Emits cases.closed, with the elapsed time since it was opened."""
    now = clock.now()
    case.state, case.closed_at = CaseState.CLOSED, now
    case.last_activity_at = max(case.last_activity_at, now)
    case.save(update_fields=["state", "closed_at", "last_activity_at"])
    add_event(
        case,
        events.CLOSED,
        actor,
        {"outcome": outcome.value, "elapsed_seconds": int((now - case.opened_at).total_seconds())},
    )


def reopen(case: Case, actor: Actor) -> None:
    """Emits cases.reopened; its facts say when the person herself asked for it, without writing anything."""
    case.state, case.closed_at, case.last_activity_at = CaseState.OPEN, None, clock.now()
    case.save(update_fields=["state", "closed_at", "last_activity_at"])
    by_her = {"contact_id": actor.id, "is_asked": True} if actor.kind is ActorKind.CITIZEN else None
    add_event(case, events.REOPENED, actor, by_her)


def set_waiting(case: Case, is_waiting: bool, actor: Actor) -> bool:
    """The person owes an answer, or no longer does. Emits cases.waiting or cases.resumed; False when nothing
    changed."""
    wanted = CaseState.WAITING_CITIZEN if is_waiting else CaseState.OPEN
    if case.state == CaseState.CLOSED or case.state == wanted:
        return False
    case.state = wanted
    case.save(update_fields=["state"])
    add_event(case, events.WAITING if is_waiting else events.RESUMED, actor)
    return True


def change(case: Case, actor: Actor, *, case_type: str, service_id: int | None, subject: str) -> bool:
    """Set type, service and subject. Emits cases.changed; False when nothing changed."""
    subject = storable(subject).strip()[:SUBJECT_LIMIT] or case.subject
    if (case.type, case.service_id, case.subject) == (case_type, service_id, subject):
        return False
    before = {"type_before": case.type, "service_before": case.service_id}
    is_renamed = case.subject != subject
    case.type, case.service_id, case.subject = case_type, service_id, subject
    case.save(update_fields=["type", "service", "subject"])
    add_event(
        case, events.CHANGED, actor, before | {"type": case_type, "service": service_id, "is_renamed": is_renamed}
    )
    return True


def touch(case: Case, at: datetime) -> None:
    case.last_activity_at = max(case.last_activity_at, at)
    case.save(update_fields=["last_activity_at"])
