"""The receipt of what this browser sent last. It stands in the session: nobody else has an address for it."""

import hmac
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from ventanilla.flow import keys
from ventanilla.flow.portal import Filed, Request, filed_since
from ventanilla.kit import clock
from ventanilla.messages import codes
from ventanilla.web.citizen import opened, session

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

_PLACE = "citizen_receipt"
_MARK_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Receipt:
    """`state` as flow.portal.Filed. `link` opens the case for whoever holds it; "" when her mailbox gets it instead,
    and then `mailed_to` says where, half hidden."""

    body_id: int
    request_id: str
    request_type: str
    state: str
    delivery_id: int
    sent_at: str
    email: str = ""
    """Where she is answered; no page shows it whole."""
    code: str = ""
    promised_at: str = ""
    mailed_to: str = ""
    link: str = ""

    @property
    def reference(self) -> str:
        return reference_of(self.delivery_id)

    @property
    def promised(self) -> datetime | None:
        return datetime.fromisoformat(self.promised_at) if self.promised_at else None

    @property
    def sent(self) -> datetime:
        return datetime.fromisoformat(self.sent_at)


def give(request: HttpRequest, body: "PublicBody", filed: Filed, sent: Request, at: datetime) -> None:
    """Keep the receipt, and let this browser see the case from now on."""
    link = ""
    email = sent.email if sent.wants_mail else ""
    if filed.case is not None:
        opened.keep(request, filed.case.pk, filed.key)
        if not filed.mailed_to:
            link = keys.case_link(body, filed.case, filed.key)
    request.session[_PLACE] = asdict(
        Receipt(
            body_id=body.pk,
            request_id=sent.request_id,
            request_type=sent.type,
            state=filed.state,
            delivery_id=filed.delivery_id,
            sent_at=at.isoformat(),
            email=email,
            code=filed.case.code if filed.case else "",
            promised_at=filed.promised_at.isoformat() if filed.promised_at else "",
            # What has no case yet is acknowledged by mail as soon as it has one.
            mailed_to=half_hidden(filed.mailed_to if filed.case else email),
            link=link,
        )
    )


def receipt_of(request: HttpRequest, body: "PublicBody") -> Receipt | None:
    """For as long as a proof that nobody uses counts: the browser may be a library's."""
    kept = request.session.get(_PLACE)
    receipt = Receipt(**kept) if kept else None
    if receipt is None or receipt.body_id != body.pk:
        return None
    return receipt if clock.now() - receipt.sent <= session.IDLE_MAX else None


def look_again(request: HttpRequest, body: "PublicBody", receipt: Receipt) -> Receipt:
    """The receipt with its code, if what was doubtful or had to wait has become a case."""
    if receipt.code:
        return receipt
    sent = Request(
        receipt.request_id,
        receipt.request_type,
        "",
        email=receipt.email,
        wants_mail=bool(receipt.email),
        proven=session.proven(request).identities,
    )
    filed = filed_since(receipt.delivery_id, sent)
    if filed is None:
        return receipt
    give(request, body, filed, sent, receipt.sent)
    return receipt_of(request, body) or receipt


def take_over(request: HttpRequest, request_id: str) -> bool:
    """Whether the same browser has meanwhile been given the receipt of that request, by another click; it is kept."""
    stored = type(request.session)(request.session.session_key).get(_PLACE)
    if not stored or stored["request_id"] != request_id:
        return False
    request.session[_PLACE] = stored
    return True


def forget(request: HttpRequest) -> None:
    request.session.pop(_PLACE, None)


def reference_of(delivery_id: int) -> str:
    """What a person may quote when there is no code yet: the delivery's number and a mark that nobody can make up."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"portal.reference:{delivery_id}".encode(), sha256)
    mark = "".join(codes.ALPHABET[byte % len(codes.ALPHABET)] for byte in digest[:_MARK_CHARACTERS])
    return f"{delivery_id}-{mark}"


def half_hidden(address: str) -> str:
    """«r•••@example.org»: enough for her to see that it is hers."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}" if at else ""
