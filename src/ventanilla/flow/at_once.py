"""A code before the case: for doors that many programs use, and that must not wait for a batch to be filed.

The case's number comes from the database beforehand and travels with the stored request; whoever files it opens the
case under that number. What was promised is counted as filing will count it. Whoever asks for the code before the case
is there has it filed then, so that nobody sees the difference.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ventanilla.cases import queries as case_queries
from ventanilla.cases.actions import take_case_ids
from ventanilla.cases.models import Case
from ventanilla.catalogue import queries as catalogue
from ventanilla.flow import keys
from ventanilla.flow.doubting import Sieve
from ventanilla.flow.portal import Filed, Request, account_of, file_request, notice_of, store, write_down
from ventanilla.flow.receiving import receive_now
from ventanilla.intake import queries as intake
from ventanilla.intake.models import ChannelAccount, DeliveryState
from ventanilla.kit.moments import for_a_moment
from ventanilla.messages import codes
from ventanilla.messages.keys import Purpose
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.sla import queries as promises
from ventanilla.sla.models import Policy
from ventanilla.sla.rules import CaseToTime

NUMBERS_AT_A_TIME = 50
"""Taken from the database together; a process that ends leaves some unused, and no code is ever given twice."""

_numbers: list[int] = []
_taking = threading.Lock()


@dataclass(frozen=True, slots=True)
class Front:
    """What the body's administration has set, as far as a request needs it before it is filed."""

    account: ChannelAccount
    notice_id: int
    sieve: Sieve
    policies: Sequence[Policy]
    service_ids: Mapping[str, int]


def front_of(body: PublicBody) -> Front:
    """As it was a moment ago. Raises portal.PortalClosed."""
    return _front(body.pk)


@for_a_moment
def _front(body_id: int) -> Front:
    with scope({body_id}):
        body = organisation.body_by_id(body_id)
        return Front(
            account=account_of(body),
            notice_id=notice_of(body).pk,
            sieve=Sieve(body_id),
            policies=promises.policies_in_force(),
            service_ids={service.slug: service.pk for service in catalogue.services()},
        )


@for_a_moment
def body_at(host: str) -> PublicBody | None:
    """Whose portal answers at that host name, as it was a moment ago."""
    return organisation.body_by_host(host)


def file_soon(body: PublicBody, request: Request, envelope: Mapping[str, Any]) -> Filed:
    """Keep the request and give its code; it is filed with all that came meanwhile. One with doubts is filed as any.

    For a request that is sent once: of one that is sent twice the second code would lead nowhere. Raises Refused,
    NotStored.
    """
    front = front_of(body)
    written = write_down(body, request, envelope, front.account)
    if front.sieve.would_set_aside(written.message, written.envelope):
        return file_request(body, request, envelope)
    case_id = _next_number()
    written.envelope["case_id"] = case_id
    stored = store(written, is_received_by_door=False)
    case = Case(pk=case_id, code=codes.encode(case_id), public_body=body)
    to_time = CaseToTime(
        case_id=case_id,
        public_body_id=body.pk,
        channel=written.account.channel,
        case_type=request.type,
        service_id=front.service_ids.get(request.service),
        started_at=stored.received_at,
    )
    return Filed(
        "filed",
        stored.delivery_id,
        case,
        key=keys.key_of(case, written.message.sender, Purpose.FILER),
        promised_at=promises.first_answer_due(to_time, front.policies),
    )


def case_by_code(code: str) -> Case | None:
    """The case with that code, filed this moment if it was still to be."""
    found = case_queries.by_code(code)
    if found is not None or not _settle(code):
        return found
    return case_queries.by_code(code)


def is_coming(code: str) -> bool:
    """Whether the code was given to a request that is stored, and whose case is not there yet."""
    number = codes.number_of(code)
    return number is not None and intake.waiting_with_number(number) is not None


def _settle(code: str) -> bool:
    number = codes.number_of(code)
    waiting = intake.waiting_with_number(number) if number is not None else None
    if waiting is None or waiting.state != DeliveryState.STORED:
        return False
    return receive_now(waiting.public_body_id, waiting.pk).state == "handled"


def _next_number() -> int:
    with _taking:
        if not _numbers:
            _numbers.extend(reversed(take_case_ids(NUMBERS_AT_A_TIME)))
        return _numbers.pop()
