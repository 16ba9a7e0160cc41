"""A matter that goes on in another body of the installation: what the person said, and nothing else, goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.actions.incoming import address_from
from ventanilla.cases.filing import StoredFile
from ventanilla.cases.models import Case, Direction, Entry, EntryFile
from ventanilla.contacts import actions as contacts
from ventanilla.flow import texts
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused
from ventanilla.flow.timing import to_time
from ventanilla.flow.ways import MAILED
from ventanilla.intake import queries as intake
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock, storage
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import Address, Attachment
from ventanilla.organisation.models import PublicBody
from ventanilla.routing import actions as routing
from ventanilla.sla import actions as sla
from ventanilla.worklist import actions as worklist


@dataclass(frozen=True, slots=True)
class Copy:
    """What the person said, with its files stored anew for the other body."""

    address: Address
    said: Sequence[Entry]
    files: Mapping[int, Sequence[StoredFile]]


def copy_of(case_id: int) -> Copy:
    """Call it outside any transaction: files go to storage. Raises Refused where the person left no mailbox."""
    said = [
        one
        for one in case_queries.messages(case_id)
        if one.direction == Direction.IN and not one.is_automatic and one.sender
    ]
    address = _mailbox(case_id, said)
    if address is None:
        raise Refused(
            _("La persona no dejó un correo, y el otro organismo no podría responderle: usá «No corresponde».")
        )
    # What others added to the case was not said to be handed on.
    hers = [one for one in said if address_from(one.sender).value == address.value] or said[-1:]
    files: dict[int, Sequence[StoredFile]] = {}
    for entry in hers:
        clean = [file for file in case_queries.files_of(entry.pk) if file.scan != Scan.INFECTED]
        files[entry.pk] = cases.store_files(map(_again, clean), clock.now())
    return Copy(address, hers, files)


def _again(file: EntryFile) -> Attachment:
    return Attachment(file.name, file.media_type, storage.load(file.storage_name), file.content_id)


def _mailbox(case_id: int, said: Sequence[Entry]) -> Address | None:
    """Where the other body can write to her: whoever spoke last, else who opened the case."""
    spoken = [address_from(one.sender) for one in reversed(said)]
    people = [Address(one.kind, one.value, one.name) for one in case_queries.participants(case_id) if not one.is_copied]
    return next((address for address in [*spoken, *people] if address.kind == MAILED), None)


def open_there(case: Case, body: PublicBody, question: str, copied: Copy) -> Case:
    """Open the case of the other body, inside its scope: its own team, its own clocks. Raises Refused."""
    account = next(iter(intake.accounts(MAILED)), None)
    if account is None:
        raise Refused(_("Ese organismo todavía no recibe correo acá: usá «No corresponde»."))
    (contact,) = contacts.identify(body.pk, [copied.address])
    made = cases.open_case(
        body.pk,
        contact,
        case.subject,
        SYSTEM,
        channel=account.channel,
        case_type=case.type,
        service_id=None,
        participants=[copied.address],
    )
    written = cases.take_over(
        made, account, contact, copied.said, copied.files, from_body_id=case.public_body_id, from_code=case.code
    )
    with translation.override(texts.PEOPLES_LANGUAGE):
        asked = _("%(body)s derivó esta solicitud:") % {"body": case.public_body.name}
    # Written by nobody of this body: it does not count as an answer, so the case still has to be attended.
    noted = cases.add_note(made, f"{asked}\n\n{question}", SYSTEM)
    routing.assign([routing.CaseToAssign(made.pk, body.pk, account.channel, account.pk)])
    sla.start([to_time(made, clock.now())])
    changed(made, said=[*written, noted])
    worklist.mark_unread([made.pk])
    return made
