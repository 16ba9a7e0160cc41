"""Files what people say under its case, in batches."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from ventanilla.cases import events
from ventanilla.cases.actions.files import file_row
from ventanilla.cases.filing import Filed, Incoming, Result
from ventanilla.cases.models import (
    Case,
    CaseLink,
    CaseState,
    Direction,
    Entry,
    EntryFile,
    EntryKind,
    LinkKind,
    Participant,
)
from ventanilla.cases.rules import Candidate, Decision, Filing, file_message, pointed_at
from ventanilla.journal.actions import NewFact, record_all
from ventanilla.journal.actors import citizen
from ventanilla.kit import bulk
from ventanilla.messages import codes
from ventanilla.messages.contract import Address, InboundMessage

SUBJECT_LIMIT = 300
PARTICIPANTS_LIMIT = 50
"""More recipients than this is a mailing, not a conversation: those in copy do not become participants."""


def open_or_continue(incoming: Sequence[Incoming], reopen_window: timedelta) -> list[Filed]:
    """File each message under a case that its sender takes part in and that it answers, or under a new one.

    All of one body. The batch costs a constant number of statements. A case closed less than `reopen_window` ago is
    reopened; an older one stays closed. A message that came before is `REPEATED` and changes nothing.

    Emits: cases.opened, cases.continued, cases.reopened or cases.repeated, one for each message; cases.resumed besides
    where a case waited for it. What reopened or resumed a case is followed by a line that says so.
    """
    if not incoming:
        return []
    batch = _Batch(incoming, reopen_window)
    for one in incoming:
        batch.file(one)
    batch.write()
    return batch.filed


class _Batch:
    """The batch's memory: what stands in the database, and what this batch has added to it so far."""

    def __init__(self, incoming: Sequence[Incoming], reopen_window: timedelta) -> None:
        self.body_id = incoming[0].account.public_body_id
        self.reopen_window = reopen_window
        self.filed: list[Filed] = []
        self._new_cases: list[Case] = []
        self._opened_ids: set[int] = set()
        self._new_entries: list[Entry] = []
        self._new_participants: dict[tuple[int, str, str], Participant] = {}
        self._new_links: list[CaseLink] = []
        self._changed: dict[int, Case] = {}
        self._facts: list[NewFact] = []
        self._free_ids = iter(take_case_ids(sum(one.case_id is None for one in incoming)))
        self._read(incoming)

    def _read(self, incoming: Sequence[Incoming]) -> None:
        ids: set[str] = set()
        for one in incoming:
            ids.update((one.message.external_id, *one.message.in_reply_to, *one.message.references))
        self._entries_by_id: dict[str, list[Entry]] = defaultdict(list)
        found = Entry.objects.filter(
            external_id__in=[external_id[:998] for external_id in ids if external_id], kind=EntryKind.MESSAGE
        ).exclude(external_id="")  # Says nothing new, but only so does PostgreSQL see that the partial index will do.
        for entry in found.only("pk", "case_id", "channel", "external_id", "fingerprint", "at").order_by("pk"):
            self._entries_by_id[entry.external_id].append(entry)
        case_ids = {entry.case_id for entries in self._entries_by_id.values() for entry in entries}
        case_ids.update(case_id for one in incoming for case_id in one.token_case_ids)
        self._cases: dict[int, Case] = {}
        self._merged: dict[int, int] = {}
        self._case_ids_by_code: dict[str, int] = {}
        self._load_cases(case_ids, {one.message.quoted_code for one in incoming if one.message.quoted_code})
        self._participants: dict[int, list[Participant]] = defaultdict(list)
        people = Participant.objects.filter(case_id__in=self._cases).select_related("contact")
        for participant in people:
            self._participants[participant.case_id].append(participant)

    def _load_cases(self, ids: set[int], quoted: set[str]) -> None:
        """Lock the cases that the messages may go to, in the order that merging locks in.

        Merged ones are only looked at: a merge that moves their pointers would wait for us while we wait for it.
        """
        pointed = Case.objects.filter(Q(pk__in=ids) | Q(code__in=quoted)) if ids or quoted else Case.objects.none()
        to_lock: set[int] = set()
        for case_id, code, merged_into in pointed.values_list("pk", "code", "merged_into"):
            self._case_ids_by_code[code] = case_id
            if merged_into:
                self._merged[case_id] = merged_into
            to_lock.add(merged_into or case_id)
        while to_lock:
            locked = Case.objects.filter(pk__in=to_lock).select_for_update(of=("self",), no_key=True).order_by("pk")
            self._cases.update({case.pk: case for case in locked})
            # Some may have been merged while we waited for them.
            moved = {case.pk: case.merged_into_id for case in locked if case.merged_into_id}
            self._merged.update(moved)
            to_lock = set(moved.values()) - self._cases.keys()

    def file(self, one: Incoming) -> None:
        message = one.message
        earlier = self._repeated(message, one.account.channel)
        if earlier is not None:
            case = self._standing(earlier.case_id)
            if case is not None:
                self.filed.append(Filed(one, case, earlier, Result.REPEATED))
                self._note(events.REPEATED, one, case)
                return
        decision = self._decide(one)
        told = ""
        if decision.filing is Filing.OPEN or decision.case_id is None:
            case = self._open(one)
            result, event = Result.OPENED, events.OPENED
            if decision.related_id is not None:
                self._link(case, decision.related_id, one, is_suspicious=decision.is_suspicious)
        else:
            case = self._cases[decision.case_id]
            result, event = Result.CONTINUED, events.CONTINUED
            if decision.filing is Filing.REOPEN:
                case.state, case.closed_at = CaseState.OPEN, None
                result, event, told = Result.REOPENED, events.REOPENED, events.REOPENED
            elif case.state == CaseState.WAITING_CITIZEN and not message.is_automatic:
                case.state, told = CaseState.OPEN, events.RESUMED
                self._note(events.RESUMED, one, case)
            case.last_activity_at = max(case.last_activity_at, one.received_at)
            if case.pk not in self._opened_ids:
                self._changed[case.pk] = case
        self._take_part(case, one)
        entry = _entry(one, case)
        self._new_entries.append(entry)
        if told:
            self._new_entries.append(_line(told, one, case))
        self._entries_by_id[entry.external_id].append(entry)
        self.filed.append(Filed(one, case, entry, result))
        self._note(event, one, case)

    def _repeated(self, message: InboundMessage, channel: str) -> Entry | None:
        for entry in self._entries_by_id.get(message.external_id[:998], ()):
            if entry.fingerprint == message.fingerprint and entry.channel == channel:
                return entry
        return None

    def _standing(self, case_id: int) -> Case | None:
        while case_id in self._merged:
            case_id = self._merged[case_id]
        return self._cases.get(case_id)

    def _decide(self, one: Incoming) -> Decision:
        message = one.message
        cases_of_ids = {
            external_id: [entry.case_id for entry in self._entries_by_id.get(external_id[:998], ())]
            for external_id in (*message.in_reply_to, *message.references)
        }
        code_case_id = self._case_ids_by_code.get(message.quoted_code)
        pointed = pointed_at(one.token_case_ids, message.in_reply_to, message.references, code_case_id, cases_of_ids)
        standing = {case.pk: case for case_id in pointed if (case := self._standing(case_id)) is not None}
        return file_message(
            (message.sender.kind, message.sender.value),
            one.contact.pk,
            [self._candidate(case) for case in standing.values()],
            one.received_at,
            self.reopen_window,
            is_automatic=message.is_automatic,
        )

    def _candidate(self, case: Case) -> Candidate:
        people = self._participants[case.pk]
        contacts = {person.contact.merged_into_id or person.contact_id for person in people if person.contact}
        return Candidate(
            case_id=case.pk,
            is_closed=case.state == CaseState.CLOSED,
            closed_at=case.closed_at,
            participants=frozenset((person.kind, person.value) for person in people),
            participant_contact_ids=frozenset(contact_id for contact_id in contacts if contact_id is not None),
        )

    def _open(self, one: Incoming) -> Case:
        # The key is taken beforehand: entries and participants can point to the case before it is written.
        case_id = one.case_id if one.case_id is not None else next(self._free_ids)
        case = Case(
            pk=case_id,
            public_body_id=self.body_id,
            code=codes.encode(case_id),
            type=one.case_type,
            state=CaseState.OPEN,
            subject=one.message.subject.strip()[:SUBJECT_LIMIT] or _("(sin asunto)"),
            contact=one.contact,
            service_id=one.service_id,
            opened_at=one.received_at,
            last_activity_at=one.received_at,
        )
        self._new_cases.append(case)
        self._opened_ids.add(case_id)
        self._cases[case.pk] = case
        return case

    def _take_part(self, case: Case, one: Incoming) -> None:
        """The sender and those in copy may add to the case from now on.

        A code stands on paper too, and a sender is soon forged: who is in copy of a mail that knows no more of the case
        takes no part, and so gets no copy of what is answered.
        """
        proven = {(address.kind, address.value) for address in one.message.proven}
        for address in (one.message.sender, *one.message.proven):
            is_proven = (address.kind, address.value) in proven
            self._add_participant(case, address, one, is_copied=False, is_proven=is_proven)
        is_believed = case.pk in self._opened_ids or self._answers(case, one)
        if is_believed and len(one.message.recipients) <= PARTICIPANTS_LIMIT and not one.message.is_automatic:
            for address in one.message.recipients:
                self._add_participant(case, address, one, is_copied=True)

    def _answers(self, case: Case, one: Incoming) -> bool:
        """Whether it carries our signed reference, or names a message of the case."""
        message = one.message
        named = (*message.in_reply_to, *message.references)
        entries = [entry for external_id in named for entry in self._entries_by_id.get(external_id[:998], ())]
        pointed = (*one.token_case_ids, *(entry.case_id for entry in entries))
        return any(self._standing(case_id) is case for case_id in pointed)

    def _add_participant(
        self, case: Case, address: Address, one: Incoming, *, is_copied: bool, is_proven: bool = False
    ) -> None:
        people = self._participants[case.pk]
        if not address.value or any((person.kind, person.value) == (address.kind, address.value) for person in people):
            return
        participant = Participant(
            case_id=case.pk,
            contact=None if is_copied else one.contact,
            kind=address.kind,
            value=address.value,
            name=address.name[:200],
            is_copied=is_copied,
            proven_at=one.received_at if is_proven else None,
        )
        people.append(participant)
        self._new_participants[case.pk, address.kind, address.value] = participant

    def _link(self, case: Case, other_id: int, one: Incoming, *, is_suspicious: bool) -> None:
        kind = LinkKind.QUOTED if is_suspicious else LinkKind.RELATED
        self._new_links.append(
            CaseLink(
                case_id=case.pk,
                other_id=other_id,
                kind=kind,
                made_at=one.received_at,
                is_reviewed=not is_suspicious,
            )
        )

    def _note(self, event: str, one: Incoming, case: Case) -> None:
        self._facts.append(
            NewFact(
                event,
                self.body_id,
                citizen(one.contact.pk),
                case_id=case.pk,
                happened_at=one.received_at,
                channel=one.account.channel,
                case_type=case.type,
                service_id=case.service_id,
                details={"is_automatic": True} if one.message.is_automatic else {},
            )
        )

    def write(self) -> None:
        bulk.insert(Case, self._new_cases)
        if self._changed:
            Case.objects.bulk_update(self._changed.values(), ["state", "closed_at", "last_activity_at"])
        bulk.insert(Participant, self._new_participants.values())
        bulk.insert(Entry, self._new_entries)
        files = [
            file_row(filed.entry, file)
            for filed in self.filed
            if filed.result is not Result.REPEATED
            for file in filed.incoming.files
        ]
        EntryFile.objects.bulk_create(files)
        CaseLink.objects.bulk_create(self._new_links, ignore_conflicts=True)
        record_all(self._facts)


def take_case_ids(count: int) -> list[int]:
    """Primary keys from the database's sequence: no two processes ever get the same one (lessons.md 28)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _entry(one: Incoming, case: Case) -> Entry:
    message = one.message
    full_text = "" if message.full_text == message.text else message.full_text
    return Entry(
        public_body_id=case.public_body_id,
        case_id=case.pk,
        kind=EntryKind.MESSAGE,
        direction=Direction.IN,
        channel=one.account.channel,
        account=one.account,
        contact=one.contact,
        at=one.received_at,
        sent_at=message.sent_at,
        subject=storable(message.subject)[:SUBJECT_LIMIT],
        text=storable(message.text),
        full_text=storable(full_text),
        html=storable(message.html),
        external_id=storable(message.external_id)[:998],
        fingerprint=message.fingerprint,
        in_reply_to=storable(message.in_reply_to[0])[:998] if message.in_reply_to else "",
        references=[storable(reference) for reference in message.references],
        sender=_sender_json(message),
        recipients=[address_json(address) for address in message.recipients[:PARTICIPANTS_LIMIT]],
        is_automatic=message.is_automatic,
        facts=dict(message.facts),
        delivery=one.delivery,
    )


def _line(event: str, one: Incoming, case: Case) -> Entry:
    """What the message did to the case, under it in the timeline."""
    return Entry(
        public_body_id=case.public_body_id,
        case_id=case.pk,
        kind=EntryKind.EVENT,
        at=one.received_at,
        event=event,
        facts={"contact_id": one.contact.pk},
    )


def _sender_json(message: InboundMessage) -> dict[str, Any]:
    """The address with what hangs from it: where she wants to be answered, and what the door knew to be hers."""
    stored = address_json(message.sender)
    if message.reply_to:
        stored["reply_to"] = message.reply_to.value
    if message.proven:
        stored["proven"] = [{"kind": address.kind, "value": address.value} for address in message.proven]
    return stored


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL; a lone surrogate has no UTF-8."""
    return (
        text.replace("\x00", "").encode("utf-8", "replace").decode() if not text.isascii() else text.replace("\x00", "")
    )


def address_json(address: Address) -> dict[str, Any]:
    return {"kind": address.kind, "value": address.value, "name": storable(address.name)}


def address_from(stored: Mapping[str, Any]) -> Address:
    return Address(stored["kind"], stored["value"], stored.get("name", ""))
