"""What another body of the installation sent on."""

from collections.abc import Mapping, Sequence

from ventanilla.cases import events
from ventanilla.cases.actions.entries import add_event, attach
from ventanilla.cases.filing import StoredFile
from ventanilla.cases.models import Case, Direction, Entry, EntryKind
from ventanilla.contacts.models import Contact
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock


def take_over(
    case: Case,
    account: ChannelAccount,
    contact: Contact,
    said: Sequence[Entry],
    files: Mapping[int, Sequence[StoredFile]],
    *,
    from_body_id: int,
    from_code: str,
) -> list[Entry]:
    """Write what a person said to another body into this body's case, as hers.

    `files` goes by the id of what they came with. The copy is this body's own: neither reads the other's case.

    Emits cases.received_from_body.
    """
    now = clock.now()
    written = []
    for entry in said:
        copy = Entry(
            public_body_id=case.public_body_id,
            case=case,
            kind=EntryKind.MESSAGE,
            direction=Direction.IN,
            channel=account.channel,
            account=account,
            contact=contact,
            at=now,
            sent_at=entry.sent_at or entry.at,
            subject=entry.subject,
            text=entry.text,
            full_text=entry.full_text,
            sender=entry.sender,
            facts={"received_from": from_code},
        )
        copy.save()
        attach(copy, files.get(entry.pk, ()))
        written.append(copy)
    add_event(case, events.RECEIVED_FROM_BODY, SYSTEM, {"from_body_id": from_body_id, "from": from_code})
    return written
