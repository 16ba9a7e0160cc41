"""The transaction of receiving: persons, cases, agents, clocks, acknowledgement, queue row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.filing import Filed, Incoming, Result, StoredFile
from ventanilla.cases.models import Case
from ventanilla.catalogue import queries as catalogue
from ventanilla.contacts import actions as contacts
from ventanilla.delivery import actions as delivery
from ventanilla.delivery.models import OutboxMessage
from ventanilla.flow import needs, outgoing, references, trained
from ventanilla.flow.acknowledge import acknowledge, promised_at
from ventanilla.flow.ways import MAILED
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as intake_queries
from ventanilla.kit import clock, live
from ventanilla.messages.contract import Amendment, InboundMessage, Receipt, ReceiptKind
from ventanilla.messages.keys import without_keys
from ventanilla.organisation import queries as organisation
from ventanilla.privacy import actions as privacy
from ventanilla.routing import actions as routing
from ventanilla.routing.models import Assignment
from ventanilla.sla import actions as sla
from ventanilla.sla.models import ClockKind
from ventanilla.sla.rules import CaseToTime
from ventanilla.worklist import actions as worklist

if TYPE_CHECKING:
    from ventanilla.flow.receive import Reading

Said = tuple["Reading", InboundMessage, list[StoredFile]]

RECEIVING_LOCK = 0x56_54
"""First key of the advisory lock that lets one batch of a body be filed at a time: a reply and the message that it
answers may come in the same second by two doors."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A case that a delivery opened or went on with. `promised_at` and whether the person `is_written_to` are known of
    those that it opened."""

    case: Case
    promised_at: datetime | None
    is_written_to: bool | None = None


def file_readings(body_id: int, readings: Sequence["Reading"]) -> dict[int, list[Touched]]:
    """File everything that was read, in the caller's transaction. The cases touched, by delivery id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECEIVING_LOCK, body_id])
    mine = {delivery.pk for delivery in intake.claim([reading.delivery.pk for reading in readings])}
    readings = [reading for reading in readings if reading.delivery.pk in mine]
    body = organisation.body_by_id(body_id)
    filed = cases.open_or_continue(_incoming(body_id, readings), timedelta(days=body.reopen_window_days))

    opened = [one for one in filed if one.result is Result.OPENED]
    needs.keep_languages({one.case.pk: one.incoming.message.facts for one in opened}, body_id)
    assignments = routing.assign([_to_assign(one) for one in opened])
    for one in filed:
        if one.result is Result.REPEATED:
            routing.also_seen(one.case.pk, one.incoming.account.pk)
    clocks = sla.start([_to_time(one) for one in opened])
    assignments |= _go_on([one for one in filed if one.result in (Result.CONTINUED, Result.REOPENED)])
    acknowledged = acknowledge(body, opened, clocks)
    privacy.keep(consent for one in opened if (consent := _consent(one)) is not None)

    found: dict[int, list[Touched]] = {reading.delivery.pk: [] for reading in readings}
    for one in filed:
        if one.incoming.delivery is not None:
            promised = promised_at(clocks.get(one.case.pk, ()))
            is_written_to = one.case.pk in acknowledged if one.result is Result.OPENED else None
            found[one.incoming.delivery.pk].append(Touched(one.case, promised, is_written_to))
    touched = {one.case.pk: one.case.code for one in filed}
    touched |= _note_receipts(body_id, readings, found)
    worklist.refresh(touched.keys(), are_new=touched.keys() == {one.case.pk for one in opened})
    said = [one for one in filed if one.result is not Result.REPEATED]
    worklist.index_entries([one.entry.pk for one in said])
    worklist.mark_unread([one.case.pk for one in said if not one.incoming.message.is_automatic])
    intake.mark_handled([reading.delivery for reading in readings])
    if touched:
        live.publish(live.body_group(body_id), "case", codes=list(touched.values()))
    for one in said:
        if one.result is not Result.OPENED:
            live.publish(live.case_group(one.case.pk), "entry", code=one.case.code)
    for assignment in assignments.values():
        if assignment.agent_id:
            live.publish(
                live.body_group(body_id), "assigned", code=touched[assignment.case_id], agent_id=assignment.agent_id
            )
    return found


def _incoming(body_id: int, readings: Sequence["Reading"]) -> list[Incoming]:
    said = [
        (reading, message, files)
        for reading in readings
        for message, files in zip(reading.said, reading.files, strict=True)
        if isinstance(message, InboundMessage)
    ]
    said = [(reading, _without_keys(message), files) for reading, message, files in _without_ourselves(said)]
    services = catalogue.ids_by_slug(body_id, {message.service for _reading, message, _files in said})
    people = contacts.identify(body_id, [message.sender for _reading, message, _files in said])
    contacts.mark_reached([message.sender for _reading, message, _files in said if not message.is_automatic])
    return [
        Incoming(
            message=message,
            contact=person,
            account=reading.delivery.account,
            delivery=reading.delivery,
            received_at=reading.delivery.received_at,
            token_case_ids=references.genuine_case_ids(message.reference_tokens),
            files=files,
            case_type=message.case_type or "information",
            service_id=services.get(message.service),
            case_id=reading.delivery.envelope.get("case_id"),
        )
        for (reading, message, files), person in zip(said, people, strict=True)
    ]


def _without_keys(message: InboundMessage) -> InboundMessage:
    """Who quotes our acknowledgement quotes her key, which is nobody's business at the desk."""
    if "clave" not in message.full_text.lower() and "clave" not in message.html.lower():
        return message
    return replace(
        message,
        text=without_keys(message.text),
        full_text=without_keys(message.full_text),
        html=without_keys(message.html),
    )


def _consent(one: Filed) -> privacy.Given | None:
    """The notice that the door showed and the person accepted; it stands in the delivery's envelope."""
    given = one.incoming.delivery.envelope.get("consent") if one.incoming.delivery else None
    if not given:
        return None
    return privacy.Given(
        one.case.public_body_id,
        one.case.pk,
        one.incoming.contact.pk,
        int(given["notice_id"]),
        one.incoming.received_at,
        one.incoming.account.channel,
    )


def _without_ourselves(said: Sequence[Said]) -> list[Said]:
    """Our own mailboxes in copy take no part, and nobody is answered at one of them."""
    ours = intake_queries.ours(
        {
            address.value
            for _reading, message, _files in said
            for address in (*message.recipients, *([message.reply_to] if message.reply_to else []))
        }
    )
    if not ours:
        return list(said)
    return [
        (
            reading,
            replace(
                message,
                recipients=[address for address in message.recipients if address.value not in ours],
                reply_to=None if message.reply_to and message.reply_to.value in ours else message.reply_to,
            ),
            files,
        )
        for reading, message, files in said
    ]


def _to_assign(one: Filed) -> routing.CaseToAssign:
    account = one.incoming.account
    return routing.CaseToAssign(
        one.case.pk,
        one.case.public_body_id,
        account.channel,
        account.pk,
        service_id=one.case.service_id,
        language=needs.language_asked(one.incoming.message.facts),
    )


def _to_time(one: Filed) -> CaseToTime:
    return CaseToTime(
        case_id=one.case.pk,
        public_body_id=one.case.public_body_id,
        channel=one.incoming.account.channel,
        case_type=one.case.type,
        service_id=one.case.service_id,
        started_at=one.incoming.received_at,
    )


def _go_on(continued: Sequence[Filed]) -> dict[int, Assignment]:
    """The person answered: her clocks run again, a closed case's promise begins anew. What had to be given anew."""
    mailed = case_queries.addresses_written_to({one.case.pk for one in continued if _answers_us(one)})
    cases.prove(
        {(one.case.pk, *address) for one in continued for address in _proven(one, mailed.get(one.case.pk, set()))},
        max((one.incoming.received_at for one in continued), default=clock.now()),
    )
    spoken = [one for one in continued if not one.incoming.message.is_automatic]
    if spoken:
        # Of several messages to one case the first counts; after an outage a batch spans hours.
        first: dict[int, Filed] = {}
        for one in sorted(spoken, key=lambda filed: filed.incoming.received_at):
            first.setdefault(one.case.pk, one)
        sla.resume(first, at={case_id: one.incoming.received_at for case_id, one in first.items()})
        reopened_ids = {one.case.pk for one in spoken if one.result is Result.REOPENED}
        reopened = {case_id: _to_time(one) for case_id, one in first.items() if case_id in reopened_ids}
        sla.restart(list(reopened.values()))
        # Whoever adds something is owed an answer in the same time as whoever asks for the first time.
        asked = {case_id: _to_time(one) for case_id, one in first.items() if case_id not in reopened_ids}
        sla.restart(list(asked.values()), {ClockKind.FIRST_RESPONSE})
    again = {one.case.pk for one in continued if one.result is Result.REOPENED}
    routing.set_open(list(again), is_open=True)
    ways = {one.case.pk: (one.incoming.account.channel, one.incoming.account.pk) for one in spoken}
    return routing.assign(trained.to_give_again(ways, again), waits=False)


def _answers_us(one: Filed) -> bool:
    return one.incoming.account.channel == MAILED and one.case.pk in one.incoming.token_case_ids


def _proven(one: Filed, mailed: Collection[str]) -> list[tuple[str, str]]:
    """What a message shows to be true of its sender: an answer that carries our signed reference comes from somebody
    who read what was mailed there, unless others were mailed it too; a portal's own door says what it knows."""
    message = one.incoming.message
    shown = [*message.proven]
    if _answers_us(one) and set(mailed) <= {message.sender.value}:
        shown.append(message.sender)
    return [(address.kind, address.value) for address in shown]


def _bounced(receipt: Receipt, message: OutboxMessage) -> list[tuple[str, str]]:
    """The addresses that did not get it. A bounce is a claim: it says nothing about people we did not write to."""
    written = [(one["kind"], one["value"]) for one in (*message.recipients, *message.copies)]
    named = [one for one in written if one[1] == receipt.address.lower()]
    # Where her mail is forwarded, the bounce names an address that we never heard of.
    return named or (written if len(written) == 1 or not receipt.address else [])


def _note_receipts(body_id: int, readings: Sequence["Reading"], found: Mapping[int, list[Touched]]) -> dict[int, str]:
    """Marks and bounces that came back, and what they say about a case; `found` learns of it too."""
    touched: dict[int, str] = {}
    marked: list[OutboxMessage] = []
    for reading in readings:
        for said in reading.said:
            if isinstance(said, Receipt):
                message = delivery.record_receipt(said, body_id)
                if message is not None and message.case is not None:
                    touched[message.case.pk] = message.case.code
                    found[reading.delivery.pk].append(Touched(message.case, None))
                    marked.append(message)
                    live.publish(live.case_group(message.case.pk), "entry", code=message.case.code)
                    if said.kind is ReceiptKind.BOUNCED and said.is_permanent:
                        for kind, address in _bounced(said, message):
                            contacts.mark_undeliverable(kind, address)
            elif isinstance(said, Amendment):
                case = cases.amend(said, reading.delivery.account)
                if case is not None:
                    touched[case.pk] = case.code
                    found[reading.delivery.pk].append(Touched(case, None))
    # After all of them: whoever sends locks the message first and the row of its case after it, as we do.
    outgoing.follow(marked)
    return touched
