"""What becomes known of those who take part, and the keys that they hold."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from ventanilla.cases import events
from ventanilla.cases.actions.entries import add_event
from ventanilla.cases.models import Case, Entry, EntryKind, Participant
from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import Actor, citizen
from ventanilla.kit import bulk


def prove(claimed: Iterable[tuple[int, str, str]], at: datetime) -> None:
    """These (case id, kind, value) are known to be held by whoever takes part. Emits cases.address_proven."""
    wanted = set(claimed)
    if not wanted:
        return
    rows = Participant.objects.filter(case_id__in={case_id for case_id, _kind, _value in wanted}, proven_at=None)
    fresh = [
        person
        for person in rows.select_related("case").select_for_update(of=("self",)).order_by("pk")
        if (person.case_id, person.kind, person.value) in wanted
    ]
    if not fresh:
        return
    Participant.objects.filter(pk__in=[person.pk for person in fresh]).update(proven_at=at)
    bulk.insert(
        Entry,
        [
            Entry(
                public_body_id=person.case.public_body_id,
                case_id=person.case_id,
                kind=EntryKind.EVENT,
                at=at,
                event=events.ADDRESS_PROVEN,
                facts={"contact_id": person.contact_id, "address_kind": person.kind},
            )
            for person in fresh
        ],
    )
    record_all(
        NewFact(
            events.ADDRESS_PROVEN,
            person.case.public_body_id,
            citizen(person.contact_id),
            case_id=person.case_id,
            happened_at=at,
            details={"participant_id": person.pk, "address_kind": person.kind},
        )
        for person in fresh
    )


def change_keys(case: Case, actor: Actor) -> None:
    """Make every key that was given worthless; the case is locked by the caller. Emits cases.keys_changed."""
    case.key_version += 1
    case.save(update_fields=["key_version"])
    # A key of a case that goes on in this one opens this one.
    Case.objects.filter(merged_into=case).update(key_version=F("key_version") + 1)
    add_event(case, events.KEYS_CHANGED, actor)


def note_seen(case: Case, actor: Actor, channel: str) -> None:
    """The person opened her page. Emits cases.seen_by_person."""
    record(NewFact(events.SEEN_BY_PERSON, case.public_body_id, actor, case_id=case.pk, channel=channel))
