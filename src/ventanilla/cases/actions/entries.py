"""Writes lines of the timeline on behalf of staff and of the house."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ventanilla.cases import events
from ventanilla.cases.actions.files import file_row
from ventanilla.cases.actions.incoming import SUBJECT_LIMIT, address_json, storable
from ventanilla.cases.filing import StoredFile
from ventanilla.cases.models import Case, Direction, Draft, Entry, EntryFile, EntryKind, Participant
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import bulk, clock
from ventanilla.messages.contract import Address, Amendment, OutboundMessage


def add_message(
    case: Case,
    account: ChannelAccount,
    message: OutboundMessage,
    actor: Actor,
    *,
    files: Sequence[StoredFile] = (),
    event: str = events.ANSWERED,
) -> Entry:
    """Write what staff say to people. Emits `event`: cases.answered or cases.forwarded."""
    entry = _outgoing(case, account, message, actor)
    entry.save()
    attach(entry, files)
    case.last_activity_at = max(case.last_activity_at, entry.at)
    case.save(update_fields=["last_activity_at"])
    record(_fact(event, case, actor, channel=account.channel))
    return entry


def add_acknowledgements(written: Sequence[tuple[Case, ChannelAccount, OutboundMessage]]) -> list[Entry]:
    """Write what the house answers by itself, a whole batch at once. It is no activity: it moves no queue."""
    return bulk.insert(Entry, [_outgoing(case, account, message, SYSTEM) for case, account, message in written])


def _outgoing(case: Case, account: ChannelAccount, message: OutboundMessage, actor: Actor) -> Entry:
    return Entry(
        public_body_id=case.public_body_id,
        case=case,
        kind=EntryKind.MESSAGE,
        direction=Direction.OUT,
        channel=account.channel,
        account=account,
        author_id=actor.user_id,
        at=message.created_at or clock.now(),
        subject=message.subject[:SUBJECT_LIMIT],
        text=storable(message.text),
        html=message.html,
        external_id=message.external_id,
        in_reply_to=message.in_reply_to,
        references=list(message.references),
        recipients=[
            *(address_json(address) | {"is_copied": False} for address in message.recipients),
            *(address_json(address) | {"is_copied": True} for address in message.copies),
        ],
        is_automatic=message.is_automatic,
    )


def add_note(case: Case, text: str, actor: Actor, *, files: Sequence[StoredFile] = ()) -> Entry:
    """Write something that only staff read. Emits cases.noted."""
    now = clock.now()
    entry = Entry(
        public_body_id=case.public_body_id,
        case=case,
        kind=EntryKind.NOTE,
        author_id=actor.user_id,
        at=now,
        text=storable(text),
    )
    entry.save()
    attach(entry, files)
    case.last_activity_at = max(case.last_activity_at, now)
    case.save(update_fields=["last_activity_at"])
    record(_fact(events.NOTED, case, actor))
    return entry


def add_event(
    case: Case, event: str, actor: Actor, facts: Mapping[str, Any] | None = None, *, at: datetime | None = None
) -> Entry:
    """Write a line about the case's life, and the same fact to the journal; `facts` holds ids, codes and instants."""
    entry = Entry(
        public_body_id=case.public_body_id,
        case=case,
        kind=EntryKind.EVENT,
        author_id=actor.user_id,
        at=at or clock.now(),
        event=event,
        facts=dict(facts or {}),
    )
    entry.save()
    record(_fact(event, case, actor, details=dict(facts or {})))
    return entry


def _fact(
    event: str, case: Case, actor: Actor, *, channel: str = "", details: Mapping[str, Any] | None = None
) -> NewFact:
    return NewFact(
        event,
        case.public_body_id,
        actor,
        case_id=case.pk,
        channel=channel,
        case_type=case.type,
        service_id=case.service_id,
        details=details or {},
    )


def attach(entry: Entry, files: Sequence[StoredFile]) -> None:
    EntryFile.objects.bulk_create(file_row(entry, file) for file in files)


def add_participants(case: Case, addresses: Sequence[Address], *, are_copied: bool) -> None:
    """Let these addresses add to the case from now on."""
    Participant.objects.bulk_create(
        (
            Participant(
                case=case, kind=address.kind, value=address.value, name=address.name[:200], is_copied=are_copied
            )
            for address in addresses
        ),
        ignore_conflicts=True,
    )


def save_draft(case: Case, user_id: int, kind: str, text: str) -> None:
    """Keep what an agent is writing; an empty text forgets it."""
    if not text.strip():
        forget_draft(case, user_id, kind)
        return
    Draft.objects.update_or_create(
        case=case, author_id=user_id, kind=kind, defaults={"text": storable(text), "changed_at": clock.now()}
    )


def forget_draft(case: Case, user_id: int, kind: str) -> None:
    Draft.objects.filter(case=case, author_id=user_id, kind=kind).delete()


def amend(amendment: Amendment, account: ChannelAccount) -> Case | None:
    """Keep an edit, removal or hiding beside what was said first; the original stays. The case, when we know the
    message.

    Emits cases.amended.
    """
    entry: Entry | None = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(external_id=amendment.external_id, channel=account.channel, kind=EntryKind.MESSAGE)
        .first()
    )
    if entry is None:
        return None
    change = {"kind": amendment.kind.value, "at": amendment.happened_at.isoformat(), "text": storable(amendment.text)}
    entry.facts = {**entry.facts, "amendments": [*entry.facts.get("amendments", []), change]}
    entry.save(update_fields=["facts"])
    add_event(entry.case, events.AMENDED, SYSTEM, {"entry": entry.pk, "kind": amendment.kind.value})
    return entry.case
