"""An agent answers: the entry, the outbox, the clock, in one transaction; the message itself leaves afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases import queries as case_queries
from ventanilla.cases.actions.incoming import address_from
from ventanilla.cases.filing import StoredFile
from ventanilla.cases.models import Case, Direction, Entry, EntryFile, Participant
from ventanilla.contacts import actions as contacts
from ventanilla.delivery import actions as delivery
from ventanilla.flow import references, scanning, texts
from ventanilla.flow.belonging import refuse_unknown
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.outbox import to_outbox
from ventanilla.flow.patience import patient
from ventanilla.flow.ways import IDENTITIES, PAGE, Ways
from ventanilla.intake import queries as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock, storage
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import Address, Attachment, Limited, OutboundMessage
from ventanilla.routing import actions as routing
from ventanilla.sla import actions as sla
from ventanilla.sla.models import ClockKind
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import actions as worklist

TEXT_LIMIT_CHARACTERS = 100_000


@patient
def reply(
    actor: Actor,
    case_id: int,
    text: str,
    *,
    html: str = "",
    to: Sequence[Address] | None = None,
    copies: Sequence[Address] = (),
    files: Sequence[Attachment] = (),
    channel: str = "",
    wait_for_citizen: bool = False,
    stored: Sequence[StoredFile] = (),
) -> Entry:
    """Answer the person by the way she came in; `to` None means whoever spoke last. Raises Refused.

    Whoever is addressed takes part in the case from now on. `wait_for_citizen` stops the clocks until she answers.
    `stored` are files that a caller with a transaction of its own has stored before it.
    """
    _refuse_empty(text, files)
    stored = [*stored, *scanning.store_clean(files, clock.now())]
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        account = _account(case, channel)
        answered = case_queries.last_inbound(case.pk)
        recipients = list(to) if to is not None else _others(_whoever_spoke(case, answered, account))
        if not recipients:
            raise Refused(_("No hay a quién responder: esta solicitud no tiene ninguna dirección."))
        account = _account_writing_to(recipients, account)
        if copies and account.channel == PAGE:
            raise Refused(
                _("La respuesta queda en su página y no sale con copia: si alguien más la necesita, reenviala.")
            )
        _refuse_over_limit(account, text, stored)
        message = OutboundMessage(
            external_id=references.new_external_id(case.pk, account.address),
            account=account.address,
            account_name=account.name,
            recipients=recipients,
            copies=_others(_without(copies, recipients)),
            subject=texts.subject_with_code(case),
            text=texts.signed(case.public_body, text),
            html=html,
            **_thread(case, answered, account),
            reference_token=references.token_of(case.pk),
            created_at=clock.now(),
        )
        entry = _write(case, account, message, actor, text, stored, event=events.ANSWERED)
        cases.add_participants(case, recipients, are_copied=False)
        cases.add_participants(case, message.copies, are_copied=True)
        sla.stop([case.pk], {ClockKind.FIRST_RESPONSE}, clock.now(), by=actor)
        if wait_for_citizen and cases.set_waiting(case, True, actor):
            sla.pause([case.pk], clock.now())
        worklist.mark_read(case.pk)
        changed(case, said=[entry])
        return entry


@patient
def note(actor: Actor, case_id: int, text: str, *, files: Sequence[Attachment] = ()) -> Entry:
    """Write something that only staff read. Raises Refused."""
    _refuse_empty(text, files)
    stored = scanning.store_clean(files, clock.now())
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        entry = cases.add_note(case, text, actor, files=stored)
        if actor.user_id is not None:
            cases.forget_draft(case, actor.user_id, "note")
        changed(case, said=[entry])
        return entry


@patient
def begin_mail(
    actor: Actor,
    account_id: int,
    to: Sequence[Address],
    copies: Sequence[Address],
    subject: str,
    text: str,
    *,
    files: Sequence[Attachment] = (),
    type: str = "information",
    service_id: int | None = None,
) -> Case:
    """Staff write first: a case of their own, which waits for the person. Raises Refused."""
    _refuse_empty(text, files)
    if not to:
        raise Refused(_("Escribí al menos una dirección de destino."))
    if not subject.strip():
        raise Refused(_("Escribí un asunto."))
    stored = scanning.store_clean(files, clock.now())
    with refusals(), transaction.atomic():
        account = intake.account(account_id)
        if account is None or not account.is_active:
            raise Refused(_("Esa cuenta no existe o está apagada."))
        refuse_unknown(type, service_id, account.public_body_id)
        (contact, *_others) = contacts.identify(account.public_body_id, to)
        case = cases.open_case(
            account.public_body_id,
            contact,
            subject,
            actor,
            channel=account.channel,
            case_type=type,
            service_id=service_id,
            participants=list(to),
        )
        cases.add_participants(case, copies, are_copied=True)
        agent = workforce.agent_of_user(actor.user_id) if actor.user_id else None
        team = next(iter(workforce.teams_by_account([account.pk]).get(account.pk, [])), None)
        routing.give(
            case.pk,
            case.public_body_id,
            actor,
            team=workforce.team(team) if team else None,
            agent=agent,
            reason="begun",
            channel=account.channel,
        )
        message = OutboundMessage(
            external_id=references.new_external_id(case.pk, account.address),
            account=account.address,
            account_name=account.name,
            recipients=list(to),
            copies=_without(copies, to),
            subject=texts.subject_with_code(case),
            text=texts.signed(case.public_body, text),
            reference_token=references.token_of(case.pk),
            created_at=clock.now(),
        )
        entry = _write(case, account, message, actor, text, stored, event=events.ANSWERED)
        cases.set_waiting(case, True, actor)
        changed(case, said=[entry])
        return case


@patient
def forward(
    actor: Actor,
    case_id: int,
    entry_ids: Sequence[int],
    to: Sequence[Address],
    text: str,
    *,
    files: Sequence[Attachment] = (),
) -> Entry:
    """Send messages of the case to an outsider, who does not take part in it by that. Raises Refused."""
    if not to:
        raise Refused(_("Escribí a quién reenviar."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        account = _account(case, "email")
        chosen = [entry for entry in case_queries.messages(case.pk) if entry.pk in set(entry_ids)]
    if not chosen:
        raise Refused(_("Elegí al menos un mensaje para reenviar."))
    attached = [*files, *(_again(file) for entry in chosen for file in case_queries.files_of(entry.pk))]
    stored = scanning.store_clean(attached, clock.now())
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        quoted = "\n\n".join(_quoted(entry) for entry in chosen)
        message = OutboundMessage(
            external_id=references.new_external_id(case.pk, account.address),
            account=account.address,
            account_name=account.name,
            recipients=list(to),
            subject=texts.subject_with_code(case, f"RV: {case.subject}"),
            text=f"{texts.signed(case.public_body, text)}\n\n{quoted}" if text.strip() else quoted,
            reference_token=references.token_of(case.pk),
            created_at=clock.now(),
        )
        entry = _write(case, account, message, actor, message.text, stored, event=events.FORWARDED, draft="forward")
        changed(case, said=[entry])
        return entry


@patient
def announce_complexity(actor: Actor, case_id: int, new_due_at: datetime, text: str) -> Entry:
    """Tell the person that it needs longer, with the new date, before the old one passes (domain.md 1.2). Raises
    Refused."""
    if new_due_at <= clock.now():
        raise Refused(_("La nueva fecha tiene que ser futura."))
    _refuse_empty(text, ())
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        try:
            extended = sla.announce(case.pk, new_due_at, clock.now(), by=actor)
        except sla.CannotAnnounce as problem:
            raise Refused(str(problem)) from problem
        answered = case_queries.last_inbound(case.pk)
        account = _account(case, "")
        recipients = _whoever_spoke(case, answered, account)
        if not recipients:
            raise Refused(_("No hay a quién avisar: esta solicitud no tiene ninguna dirección."))
        account = _account_writing_to(recipients, account)
        message = OutboundMessage(
            external_id=references.new_external_id(case.pk, account.address),
            account=account.address,
            account_name=account.name,
            recipients=recipients,
            subject=texts.subject_with_code(case),
            text=texts.signed(case.public_body, texts.complexity(case, text, new_due_at)),
            **_thread(case, answered, account),
            reference_token=references.token_of(case.pk),
            created_at=clock.now(),
        )
        entry = _write(
            case, account, message, actor, texts.complexity(case, text, new_due_at), (), event=events.ANSWERED, draft=""
        )
        if extended.kind == ClockKind.RESOLUTION:
            # The notice is a first answer; where only a first answer was promised, that is what was put off.
            sla.stop([case.pk], {ClockKind.FIRST_RESPONSE}, clock.now(), by=actor)
        cases.add_event(case, events.COMPLEXITY_ANNOUNCED, actor, {"due_at": new_due_at.isoformat()})
        changed(case, said=[entry])
        return entry


def _write(
    case: Case,
    account: ChannelAccount,
    message: OutboundMessage,
    actor: Actor,
    shown: str,
    files: Sequence[StoredFile],
    *,
    event: str,
    draft: str = "reply",
) -> Entry:
    """The entry shows what the agent wrote; what leaves also carries the body's signature."""
    entry = cases.add_message(case, account, replace(message, text=shown), actor, files=files, event=event)
    delivery.queue([to_outbox(message, case, entry, account)])
    if draft and actor.user_id is not None:
        cases.forget_draft(case, actor.user_id, draft)
    return entry


def _refuse_empty(text: str, files: Sequence[Attachment]) -> None:
    if not text.strip() and not files:
        raise Refused(_("Escribí un texto."))
    if len(text) > TEXT_LIMIT_CHARACTERS:
        raise Refused(_("El texto es demasiado largo."))


def _refuse_over_limit(account: ChannelAccount, text: str, files: Sequence[StoredFile]) -> None:
    channel = intake.channel_of(account)
    if not isinstance(channel, Limited):
        return
    limits = channel.limits
    if limits.characters is not None and len(text) > limits.characters:
        raise Refused(_("El canal admite hasta %(count)d caracteres.") % {"count": limits.characters})
    if limits.attachment_bytes is not None and sum(file.size_bytes for file in files) > limits.attachment_bytes:
        raise Refused(
            _("Los archivos pesan más de lo que el canal admite (%(count)d MB).")
            % {"count": limits.attachment_bytes // 2**20}
        )


def _account(case: Case, channel: str) -> ChannelAccount:
    """The account that the person last wrote to, on the channel asked for; else the body's first one."""
    for entry in reversed(case_queries.messages(case.pk)):
        if entry.account_id and (not channel or entry.channel == channel):
            account = intake.account(entry.account_id)
            if account is not None and account.is_active:
                return account
    accounts = [account for account in intake.accounts(channel) if account.public_body_id == case.public_body_id]
    if not accounts:
        raise Refused(_("No hay ninguna cuenta activa para responder por ese canal."))
    return accounts[0]


def _account_writing_to(recipients: Sequence[Address], account: ChannelAccount) -> ChannelAccount:
    """The account, or the body's mailbox where an address of another channel's person is written to. Raises Refused."""
    ways = Ways()
    found = {ways.account_for(address, account) for address in recipients}
    if None in found or len(found) != 1:
        raise Refused(_("Ese canal no llega a esa dirección: elegí el canal por el que la persona puede leerte."))
    return found.pop() or account


def _thread(case: Case, answered: Entry | None, account: ChannelAccount) -> dict[str, Any]:
    """Ids of the conversation that the message goes on with, on its own channel: a mail answers a mail, were it our own
    acknowledgement of what came by another door."""
    if answered is not None and answered.channel != account.channel:
        answered = next(
            (entry for entry in reversed(case_queries.messages(case.pk)) if entry.channel == account.channel), None
        )
    if answered is None:
        return {"in_reply_to": "", "references": []}
    return {
        "in_reply_to": answered.external_id,
        "references": references.chain(answered.references, answered.external_id),
    }


def _whoever_spoke(case: Case, answered: Entry | None, account: ChannelAccount) -> list[Address]:
    """Whoever spoke last, at the address she asked to be answered at; else those who opened the case."""
    if answered is not None and answered.sender:
        found = answered_at(case_queries.messages(case.pk))
        return [found if found and found.value != account.address else address_from(answered.sender)]
    people = case_queries.participants(case.pk)
    return [Address(person.kind, person.value, person.name) for person in people if _is_written_to(person)]


def answered_at(entries: Sequence[Entry]) -> Address | None:
    """Where whoever spoke last in a case is answered; `entries` are all of it, oldest first.

    Another address than the sender's counts when the case began with it, or staff wrote there before: whoever forges
    a sender in the middle of somebody's case would have its answers sent elsewhere.
    """
    spoken = [one for one in entries if one.direction == Direction.IN and not one.is_automatic and one.sender]
    if not spoken:
        return None
    last, sender = spoken[-1], address_from(spoken[-1].sender)
    wanted = last.sender.get("reply_to")
    if not wanted:
        return sender
    origin = last.facts.get("merged_from")
    first = next(one for one in spoken if one.facts.get("merged_from") == origin)
    is_known = first.sender.get("reply_to") == wanted or any(
        one.author_id and any(to["value"] == wanted and not to.get("is_copied") for to in one.recipients)
        for one in entries
    )
    return Address(sender.kind, wanted, sender.name) if is_known else sender


def _is_written_to(person: Participant) -> bool:
    return not person.is_copied and person.kind not in IDENTITIES


def _others(addresses: Sequence[Address]) -> list[Address]:
    """Without our own mailboxes: an answer to all does not come back to us as a message of a person."""
    ours = intake.ours({address.value for address in addresses})
    return [address for address in addresses if address.value not in ours]


def _without(addresses: Sequence[Address], others: Sequence[Address]) -> list[Address]:
    taken = {(address.kind, address.value) for address in others}
    return [address for address in addresses if (address.kind, address.value) not in taken]


def _again(file: EntryFile) -> Attachment:
    if file.scan == Scan.INFECTED:
        raise Refused(_("«%(name)s» contiene un virus y no se puede reenviar.") % {"name": file.name})
    return Attachment(file.name, file.media_type, storage.load(file.storage_name), file.content_id)


@translation.override(texts.PEOPLES_LANGUAGE)
def _quoted(entry: Entry) -> str:
    """A message as it is forwarded: who, when, what."""
    who = entry.sender.get("name") or entry.sender.get("value") or (entry.account.name if entry.account else "")
    head = [_("---------- Mensaje reenviado ----------")]
    if who:
        head.append(_("De: %(who)s") % {"who": who})
    head.append(_("Fecha: %(moment)s") % {"moment": texts.moment(entry.at)})
    return "\n".join([*head, "", entry.full_text or entry.text])
