"""What the line hands to `open_or_continue`, and what it gets back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ventanilla.cases.models import Case, Entry
from ventanilla.contacts.models import Contact
from ventanilla.intake.models import ChannelAccount, InboundDelivery
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import InboundMessage

SCAN_ATTEMPTS = 500
"""How often an analysis is tried; with a run every five minutes, a day and a half of a daemon that is not well."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file already in storage, waiting for its entry."""

    name: str
    media_type: str
    size_bytes: int
    storage_name: str
    content_id: str = ""
    concern: str = ""
    scan: Scan = Scan.NOT_SCANNED
    scan_signature: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message on its way into a case. `token_case_ids` come from genuine signed references."""

    message: InboundMessage
    contact: Contact
    account: ChannelAccount
    delivery: InboundDelivery | None
    received_at: datetime
    token_case_ids: Sequence[int] = ()
    files: Sequence[StoredFile] = field(default=())
    case_type: str = "information"
    service_id: int | None = None
    case_id: int | None = None
    """The number under which its case is opened, where the door has told its code already; else the next one."""


class Result(StrEnum):
    OPENED = "opened"
    CONTINUED = "continued"
    REOPENED = "reopened"
    REPEATED = "repeated"


@dataclass(slots=True)
class Filed:
    """Where a message ended up; `entry` is the earlier one when it was repeated."""

    incoming: Incoming
    case: Case
    entry: Entry
    result: Result
