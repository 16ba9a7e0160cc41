"""What a person does by herself on the web: files a case, adds to it, ends it, opens it again.

Everything she says goes the way of every message: kept as it came by `accept`, understood by `receive`.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Case, CaseState
from ventanilla.cases.rules import Outcome
from ventanilla.delivery import queries as outbox
from ventanilla.flow import keys, references, trained
from ventanilla.flow.accept import accept
from ventanilla.flow.changed import changed
from ventanilla.flow.close import ALL_KINDS
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.filing import Touched
from ventanilla.flow.patience import patient
from ventanilla.flow.receiving import coming, receive_now
from ventanilla.flow.second_level import ended
from ventanilla.flow.timing import to_time
from ventanilla.flow.viewing import Viewer, is_whose_case_it_is, may_change_keys
from ventanilla.flow.ways import MAILED, PAGE
from ventanilla.intake import queries as intake
from ventanilla.intake.actions import NotStored, Stored
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actors import citizen
from ventanilla.kit import clock, storage
from ventanilla.messages.contract import Address, Attachment, InboundMessage, Limited, Written
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.models import PublicBody
from ventanilla.privacy import actions as privacy
from ventanilla.privacy.models import Notice
from ventanilla.routing import actions as routing
from ventanilla.sla import actions as sla
from ventanilla.sla import queries as promises
from ventanilla.sla.models import ClockKind, ClockState
from ventanilla.worklist import actions as worklist

FILES_MAX = 5
FILE_MAX_BYTES = 10 * 1024 * 1024
DRAFTS_FOLDER = "drafts"
"""In storage: files of requests that people are still writing."""
DRAFT_FILES_KEPT = timedelta(days=1)


class PortalClosed(Refused):
    """The body has no portal account in use: it takes no requests by this door."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person wants, as she filled it in. `request_id` is made when the form begins: sent twice, it is one case.

    `type` is of the glossary, `service` a slug or "". `proven` are addresses that the door knows to be hers.
    `notice_id` is the privacy notice that she accepted.
    """

    request_id: str
    type: str
    text: str
    subject: str = ""
    service: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    document: str = ""
    wants_mail: bool = True
    """False: she reads the answer on her page alone, even if she left an address."""
    files: Sequence[Attachment] = ()
    proven: Sequence[Address] = ()
    notice_id: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a request. `state` is "filed", "doubtful" (a person looks at it first) or "waiting" (stored; it is
    filed as soon as we can). `key` opens the case to whoever filed it; "" when her mailbox gets it instead of her."""

    state: str
    delivery_id: int
    case: Case | None = None
    key: str = ""
    promised_at: datetime | None = None
    mailed_to: str = ""


def new_request_id() -> str:
    return secrets.token_hex(16)


def account_of(body: PublicBody) -> ChannelAccount:
    """The body's portal. Raises PortalClosed."""
    for account in intake.accounts(PAGE):
        if account.public_body_id == body.pk:
            return account
    raise PortalClosed(_("Este organismo no recibe solicitudes por su sitio web en este momento."))


def forget_drafts() -> int:
    """Delete the files of requests that were never sent; how many there were."""
    return storage.remove_older(DRAFTS_FOLDER, clock.now() - DRAFT_FILES_KEPT)


def weight_limit_of(body: PublicBody) -> int:
    """Bytes that the files of a request may have in all. Raises PortalClosed."""
    channel = intake.channel_of(account_of(body))
    limit = channel.limits.attachment_bytes if isinstance(channel, Limited) else None
    return FILES_MAX * FILE_MAX_BYTES if limit is None else limit


def notice_of(body: PublicBody) -> Notice:
    """What is told before data is asked for."""
    return privacy.notice_in_force(body)


def file_request(body: PublicBody, request: Request, envelope: Mapping[str, Any]) -> Filed:
    """Keep the request, then file it. `envelope` is what the door saw (intake.rules.Signs).

    Raises Refused, NotStored.
    """
    with coming(body.pk):
        return _file_request(body, request, envelope)


def _file_request(body: PublicBody, request: Request, envelope: Mapping[str, Any]) -> Filed:
    written = write_down(body, request, envelope)
    stored = store(written, is_received_by_door=True)
    return _outcome(body, stored.delivery_id, written.message.sender, request.proven)


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """A request as it goes into intake."""

    account: ChannelAccount
    message: InboundMessage
    envelope: dict[str, Any]


def write_down(
    body: PublicBody, request: Request, envelope: Mapping[str, Any], account: ChannelAccount | None = None
) -> WrittenDown:
    """Raises Refused."""
    _refuse_unfit(request.text, request.files)
    if not body.allows_anonymous and not (request.name.strip() or request.email or request.proven):
        raise Refused(_("Este organismo no recibe solicitudes anónimas: decinos al menos tu nombre."))
    sender = sender_of(request)
    message = InboundMessage(
        external_id=request.request_id,
        sender=sender,
        sent_at=clock.now(),
        subject=request.subject.strip() or _first_words(request.text),
        text=request.text,
        attachments=request.files,
        facts={
            **request.facts,
            "phone": request.phone,
            "document": request.document,
            "answer_by": "email" if sender.kind == MAILED else "portal",
        },
        case_type=request.type,
        service=request.service,
    )
    seen = {**envelope, "proven": _stored(request.proven)}
    if request.notice_id is not None:
        seen["consent"] = {"notice_id": request.notice_id}
    return WrittenDown(account or account_of(body), message, seen)


def filers_key(case: Case, request: Request) -> str:
    """The key that was given to whoever filed that request, as it is today."""
    return keys.key_of(case, sender_of(request), Purpose.FILER)


def add_message(
    viewer: Viewer, text: str, files: Sequence[Attachment], request_id: str, envelope: Mapping[str, Any]
) -> str:
    """The person adds to her case; it is filed as her answer would be by mail. What became of it, as `Filed.state`.

    Raises Refused, NotStored.
    """
    _refuse_unfit(text, files)
    case = viewer.case
    account = account_of(case.public_body)
    message = InboundMessage(
        external_id=request_id,
        sender=viewer.speaks_as,
        sent_at=clock.now(),
        subject="",
        text=text,
        attachments=files,
    )
    seen = {
        **envelope,
        "proven": _stored(viewer.proven),
        "reference_token": references.token_of(case.pk),
    }
    stored = store(WrittenDown(account, message, seen), is_received_by_door=True)
    return _state(receive_now(case.public_body_id, stored.delivery_id).state)


@patient
def close(viewer: Viewer) -> Case:
    """The person needs nothing more. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(viewer.case.pk)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud ya está cerrada."))
        _refuse_others(is_whose_case_it_is(viewer))
        actor = citizen(viewer.contact_id)
        ended(case, actor)
        if case_queries.has_answer(case.pk):
            sla.stop([case.pk], ALL_KINDS, clock.now(), by=actor)
        else:
            # Nobody was answered: what she withdraws keeps no promise and breaks none.
            sla.cancel([case.pk], clock.now(), by=actor)
        cases.close(case, Outcome.WITHDRAWN, actor)
        routing.set_open([case.pk], is_open=False)
        worklist.mark_read(case.pk)
        changed(case)
        return case


@patient
def reopen(viewer: Viewer) -> Case:
    """The person is not done yet; the promise begins anew. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(viewer.case.pk)
        if not viewer.may_reopen(clock.now()):
            raise Refused(_("Ya pasó el plazo para reabrirla: hacé una solicitud nueva y contanos el código de esta."))
        cases.reopen(case, citizen(viewer.contact_id))
        sla.restart([to_time(case, clock.now())], {ClockKind.RESOLUTION, ClockKind.FIRST_RESPONSE})
        trained.reopen(case.pk)
        worklist.mark_unread([case.pk])
        changed(case)
        return case


def new_key(viewer: Viewer) -> str:
    """Every link that was given stops working; the new one, for whoever asked. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(viewer.case.pk)
        _refuse_others(may_change_keys(viewer))
        cases.change_keys(case, citizen(viewer.contact_id))
        purpose = Purpose.MAILBOX if viewer.is_speaker_proven else Purpose.FILER
        return keys.key_of(case, viewer.speaks_as, purpose)


def _refuse_others(is_hers: bool) -> None:
    """Raises Refused when the case is another person's, and she only takes part in it."""
    if not is_hers:
        raise Refused(_("Eso lo puede hacer solo quien hizo la solicitud. Escribinos acá lo que necesites."))


def store(written: WrittenDown, *, is_received_by_door: bool) -> Stored:
    """Keep what she wrote. Raises Refused, NotStored."""
    channel = intake.channel_of(written.account)
    if not isinstance(channel, Written):
        raise NotStored("channel")
    if isinstance(channel, Limited) and channel.limits.attachment_bytes is not None:
        _refuse_heavy(written.message.attachments, channel.limits.attachment_bytes)
    content = channel.write(written.message)
    return accept(written.account, content, written.envelope, is_received_by_door=is_received_by_door)


def filed_since(delivery_id: int, request: Request) -> Filed | None:
    """What became of a request that was doubtful or had to wait; None while it has no case."""
    case = next(iter(case_queries.of_delivery(delivery_id)), None)
    return None if case is None else _filed(case, delivery_id, sender_of(request), request.proven)


def _outcome(body: PublicBody, delivery_id: int, sender: Address, proven: Sequence[Address]) -> Filed:
    received = receive_now(body.pk, delivery_id)
    touched = next(iter(received.touched), None)
    case = touched.case if touched else _case_of(received.case_codes)
    if case is None:
        return Filed(_state(received.state), delivery_id)
    return _filed(case, delivery_id, sender, proven, touched)


def _filed(
    case: Case, delivery_id: int, sender: Address, proven: Sequence[Address], touched: Touched | None = None
) -> Filed:
    is_known = (sender.kind, sender.value) in {(address.kind, address.value) for address in proven}
    return Filed(
        "filed",
        delivery_id,
        case,
        key=keys.key_of(case, sender, Purpose.MAILBOX if is_known else Purpose.FILER),
        promised_at=touched.promised_at if touched and touched.promised_at else promised_of(case),
        # Who opened too many cases today is sent no receipt, and a body without a mailbox sends none.
        mailed_to=sender.value if sender.kind == MAILED and _is_written_to(case, touched) else "",
    )


def _is_written_to(case: Case, touched: Touched | None) -> bool:
    if touched is not None and touched.is_written_to is not None:
        return touched.is_written_to
    return outbox.is_written_to(case.pk)


def _case_of(codes: Sequence[str]) -> Case | None:
    return case_queries.by_code(codes[0]) if codes else None


def promised_of(case: Case) -> datetime | None:
    """By when the person hears from us, as her receipt says; None when no promise runs."""
    dues = [
        clock_.due_at
        for clock_ in promises.clocks_of(case.pk)
        if clock_.kind == ClockKind.FIRST_RESPONSE and clock_.state == ClockState.RUNNING and clock_.due_at is not None
    ]
    return min(dues, default=None)


def _state(received: str) -> str:
    return {"handled": "filed", "doubtful": "doubtful"}.get(received, "waiting")


def sender_of(request: Request) -> Address:
    """Where she is answered. Without an address of hers, she is known by this request alone."""
    if request.email and request.wants_mail:
        return Address(MAILED, request.email.strip().lower(), request.name.strip())
    return Address(PAGE, f"p-{request.request_id}", request.name.strip())


def _stored(addresses: Sequence[Address]) -> list[dict[str, str]]:
    return [{"kind": address.kind, "value": address.value} for address in addresses]


def _first_words(text: str, limit: int = 80) -> str:
    """A subject for whoever wrote none."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + "…"


def _refuse_unfit(text: str, files: Sequence[Attachment]) -> None:
    if not text.strip() and not files:
        raise Refused(_("Escribí qué necesitás."))
    if len(files) > FILES_MAX:
        raise Refused(_("Podés mandar hasta %(count)d archivos.") % {"count": FILES_MAX})
    for file in files:
        if file.size_bytes > FILE_MAX_BYTES:
            raise Refused(
                _("«%(name)s» pesa demasiado: cada archivo puede tener hasta %(count)d MB.")
                % {"name": file.name, "count": FILE_MAX_BYTES // 2**20}
            )


def _refuse_heavy(files: Sequence[Attachment], limit_bytes: int) -> None:
    if sum(file.size_bytes for file in files) > limit_bytes:
        raise Refused(
            _("Entre todos, los archivos pueden pesar hasta %(count)d MB.") % {"count": limit_bytes // 1_000_000}
        )
