"""A person before her own case: who she is to it, what she may see, and nothing more.

She sees what she wrote and what was sent to her. A case may hold more: notes, what others in copy wrote to the body, a
case of somebody else's that was joined to hers. Her key opens none of that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Case, CaseState, Direction, Entry, EntryKind, LinkKind, Participant
from ventanilla.contacts import queries as contacts
from ventanilla.delivery import actions as delivery
from ventanilla.flow import keys
from ventanilla.flow.ways import MAILED, PAGE
from ventanilla.journal.actors import citizen
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.messages.keys import Purpose

SHOWN_EVENTS = frozenset(
    {events.CLOSED, events.REOPENED, events.WAITING, events.COMPLEXITY_ANNOUNCED, events.KEYS_CHANGED}
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who may see a case: she holds a key of it, or an address that takes part in it.

    `speaks_as` is the address under which what she adds is filed; `is_speaker_proven` says that it was shown to be
    hers, and a filer's key shows no more than that she filed the case. `addresses` are all of hers in this case,
    `proven` those that she showed to hold just now.
    """

    case: Case
    speaks_as: Address
    addresses: frozenset[tuple[str, str]]
    proven: Sequence[Address]
    contact_id: int | None
    is_speaker_proven: bool
    other_mailbox: str = ""
    """Where the answers of this case go, when whoever holds that mailbox may be another person."""
    claimed: frozenset[tuple[str, str]] = frozenset()
    """Those of `addresses` that are mailboxes, and that nobody has shown to hold: she says that they are hers."""
    filed_as: tuple[str, str] | None = None
    """The address under which she filed the case, when that is all that is known of her."""
    others_since: datetime | None = None
    """Since when somebody speaks here by a claimed mailbox who may be another person."""

    def may_reopen(self, at: datetime) -> bool:
        window = timedelta(days=self.case.public_body.reopen_window_days)
        return (
            self.case.state == CaseState.CLOSED
            and self.case.closed_at is not None
            and at - self.case.closed_at <= window
        )

    def concerns(self, entry: Entry) -> bool:
        """Whether the line is for her eyes."""
        if entry.kind == EntryKind.EVENT:
            return entry.event in SHOWN_EVENTS
        if entry.kind != EntryKind.MESSAGE:
            return False
        named = _named(entry) & self.addresses
        if not named <= self.claimed:
            return True
        return bool(named) and not _is_anothers(entry, self.filed_as) and not self._answers_another(entry)

    def _answers_another(self, entry: Entry) -> bool:
        return entry.direction == Direction.OUT and self.others_since is not None and entry.at >= self.others_since


def _spoken_as(entry: Entry) -> set[tuple[str, str]]:
    """Who said it: the sender, and the addresses that the door knew to be hers."""
    return {(one.get("kind", ""), one.get("value", "")) for one in (entry.sender, *entry.sender.get("proven", ()))}


def _named(entry: Entry) -> set[tuple[str, str]]:
    """Who said it, and to whom."""
    return _spoken_as(entry) | {(one.get("kind", ""), one.get("value", "")) for one in entry.recipients}


def _is_anothers(entry: Entry, filed_as: tuple[str, str] | None) -> bool:
    """Whether somebody else may have said it who holds the mailbox: it came by mail, or with a case that was joined to
    this one, or by a form that was not hers (`filed_as` is whose filer she is)."""
    if "merged_from" in entry.facts:
        return True
    return entry.direction == Direction.IN and (entry.channel == MAILED or filed_as not in _spoken_as(entry))


def with_key(case: Case, key: str) -> tuple[Viewer, Purpose] | None:
    """The viewer whose key this is, and how it was given."""
    people = case_queries.participants(case.pk)
    found = keys.holder_of(case, people, key)
    if found is None:
        return None
    person, purpose = found
    return _viewer(case, person, people, is_proven=purpose is Purpose.MAILBOX), purpose


def key_where_it_continues(case: Case, key: str) -> str:
    """Her case was joined to another: the key that opens that one to whoever held this; "" when this opened nothing."""
    found = keys.holder_of(case, case_queries.participants(case.pk), key)
    if found is None or case.merged_into is None:
        return ""
    person, purpose = found
    if purpose is Purpose.FILER and person.kind == MAILED:
        # Whoever claims a mailbox sees what she filed, and not what agents join it to; the mailed key leads there.
        return ""
    return keys.key_of(case.merged_into, Address(person.kind, person.value), purpose)


def parted_from(viewer: Viewer) -> list[tuple[Case, str]]:
    """Cases that staff made of something she said in this one, each with a key for her."""
    purpose = Purpose.MAILBOX if viewer.is_speaker_proven else Purpose.FILER
    found = []
    for link in case_queries.links_of(viewer.case.pk):
        if link.kind != LinkKind.SPLIT or link.other_id != viewer.case.pk or link.case.merged_into_id is not None:
            continue
        key = keys.key_of(link.case, viewer.speaks_as, purpose)
        opened = with_key(link.case, key)
        if opened is not None and any(one.kind == EntryKind.MESSAGE for one in timeline(opened[0])):
            found.append((link.case, key))
    return found


def with_addresses(case: Case, proven: Collection[Address]) -> Viewer | None:
    """The viewer who proved an address that takes part in the case, other than in copy."""
    held = {(address.kind, address.value) for address in proven}
    people = case_queries.participants(case.pk)
    mine = [person for person in people if not person.is_copied and (person.kind, person.value) in held]
    if not mine:
        return None
    # Whoever has an address that can be written to speaks by it.
    speaker = next((person for person in mine if person.kind in (MAILED, PAGE)), mine[0])
    return _viewer(case, speaker, people, is_proven=True, held=held)


def _viewer(
    case: Case,
    person: Participant,
    people: Sequence[Participant],
    *,
    is_proven: bool,
    held: Collection[tuple[str, str]] = (),
) -> Viewer:
    """Her other addresses in the case are hers too, as long as nobody else has shown to hold them."""
    own = {
        (other.kind, other.value)
        for other in people
        if not other.is_copied
        and (
            other.pk == person.pk
            or (other.kind, other.value) in held
            or (other.contact_id is not None and other.contact_id == person.contact_id and _is_same(other, person))
        )
    }
    spoken = _writable(person, people, own)
    claimed = frozenset(
        (other.kind, other.value)
        for other in people
        if other.kind == MAILED
        and (other.kind, other.value) in own
        and other.proven_at is None
        and (other.kind, other.value) not in held
        and not (is_proven and other.pk == person.pk)
    )
    filed_as = None if is_proven else (person.kind, person.value)
    since, elsewhere = _others_in(case, claimed, own - claimed, filed_as)
    return Viewer(
        case=case,
        speaks_as=Address(spoken.kind, spoken.value, spoken.name),
        addresses=frozenset(own),
        proven=[Address(person.kind, person.value)] if is_proven else [],
        contact_id=person.contact_id,
        is_speaker_proven=spoken.proven_at is not None or (is_proven and spoken.pk == person.pk),
        other_mailbox=elsewhere
        or next(
            (
                other.value
                for other in people
                if other.kind == MAILED
                and other.contact_id is not None
                and other.contact_id == person.contact_id
                and (MAILED, other.value) not in own
            ),
            "",
        ),
        claimed=claimed,
        filed_as=filed_as,
        others_since=since,
    )


def _others_in(
    case: Case,
    claimed: Collection[tuple[str, str]],
    shown: Collection[tuple[str, str]],
    filed_as: tuple[str, str] | None,
) -> tuple[datetime | None, str]:
    """Since when a claimed mailbox is spoken by in a way that who claims it did not, and which; no query without one.

    Her own mail may be among it: then she opens the page by what was mailed to her, and sees all of it.
    """
    if not claimed:
        return None, ""
    for entry in case_queries.messages(case.pk):
        by = _named(entry).intersection(claimed)
        if by and _is_anothers(entry, filed_as) and not _spoken_as(entry).intersection(shown):
            return entry.at, min(by)[1]
    return None, ""


def _is_same(other: Participant, person: Participant) -> bool:
    """Nobody has shown to hold the other address, or it was shown together with hers, by one door."""
    return other.proven_at is None or other.proven_at == person.proven_at


def _writable(person: Participant, people: Sequence[Participant], own: Collection[tuple[str, str]]) -> Participant:
    """Whoever signed in speaks by the address where she is answered."""
    if person.kind in (MAILED, PAGE):
        return person
    return next(
        (other for other in people if (other.kind, other.value) in own and other.kind in (MAILED, PAGE)), person
    )


def timeline(viewer: Viewer) -> list[Entry]:
    """What she sees, oldest first, with files at hand."""
    return [entry for entry in case_queries.timeline(viewer.case.pk) if viewer.concerns(entry)]


def is_whose_case_it_is(viewer: Viewer) -> bool:
    """Whether it is she who asked: others take part to say something, and do not end the case."""
    case = viewer.case
    if case.contact is None or viewer.others_since is not None:
        return False
    if viewer.contact_id == case.contact_id:
        return True
    standing = case.contact.merged_into_id or case.contact_id
    mine = contacts.known(case.public_body_id, [Address(kind, value) for kind, value in viewer.addresses])
    return any(
        (one.contact.merged_into_id or one.contact_id) == standing
        for place, one in mine.items()
        if place in viewer.addresses
    )


def may_change_keys(viewer: Viewer) -> bool:
    """She who asked, here or in a case that was joined to this one: the links of all of them lead here."""
    if is_whose_case_it_is(viewer):
        return True
    is_hers = viewer.contact_id is not None and viewer.others_since is None
    return is_hers and viewer.contact_id in case_queries.contact_ids_of_joined(viewer.case.pk)


def subject_for(viewer: Viewer) -> str:
    """The case's subject; where hers was joined to somebody else's, what she called it herself."""
    hers = next((entry for entry in timeline(viewer) if entry.direction == "in"), None)
    if hers is not None and hers.subject and "merged_from" in hers.facts:
        return hers.subject
    return viewer.case.subject


def file_entry(viewer: Viewer, file_id: int) -> bool:
    """Whether that file came with, or was sent in, something for her eyes."""
    file = case_queries.file(file_id)
    return file is not None and file.entry.case_id == viewer.case.pk and viewer.concerns(file.entry)


def note_seen(
    viewer: Viewer, purpose: Purpose | None = None, also: Collection[Address] = (), *, is_again: bool = False
) -> None:
    """She opened her page: a mailed key proves her mailbox, and what waited there is read.

    `also` are addresses that the same browser proved: whoever holds one of the case's and the mailbox holds both.
    `is_again` says that the journal knows already that she is there.
    """
    with transaction.atomic():
        if purpose is Purpose.MAILBOX:
            address = viewer.speaks_as
            at = _proven_before(viewer, also) or clock.now()
            cases.prove({(viewer.case.pk, address.kind, address.value)}, at)
        # Answers that wait on a page are somebody's who has no mailbox here: nobody else reads them for her.
        if any(kind == PAGE for kind, _value in viewer.addresses):
            delivery.mark_read(viewer.case.pk, PAGE, clock.now())
        if not is_again:
            cases.note_seen(viewer.case, citizen(viewer.contact_id), PAGE)


def _proven_before(viewer: Viewer, held: Collection[Address]) -> datetime | None:
    """When the person at this browser, by another address of hers, was proven in this case."""
    mine = {(address.kind, address.value) for address in held}
    people = case_queries.participants(viewer.case.pk)
    return next((person.proven_at for person in people if (person.kind, person.value) in mine), None)


def own_cases(body_id: int, proven: Collection[Address], limit: int = 100) -> list[Case]:
    """The cases that these addresses opened or take part in otherwise than in copy, newest activity first."""
    return case_queries.cases_of_addresses(body_id, [(address.kind, address.value) for address in proven], limit)
