"""A body with two mailboxes, a case to write about, and a channel that does as it is told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from ventanilla.cases import actions as cases
from ventanilla.cases.models import Case, Entry
from ventanilla.delivery import actions
from ventanilla.delivery.actions import NewOutgoing
from ventanilla.delivery.models import OutboxMessage
from ventanilla.intake import actions as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock
from ventanilla.kit.clock import FakeClock
from ventanilla.messages.contract import Address, Attachment, Inbound, OutboundMessage, RawDelivery
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope

NOON = datetime(2026, 11, 24, 15, tzinfo=UTC)
ROSA = Address("email", "rosa@example.org", "Rosa")


@dataclass
class FakeChannel:
    """Keeps what it is given; `replies` are raised or returned in order, then everything is accepted."""

    account: ChannelAccount
    replies: list[Exception | str] = field(default_factory=list)
    sent: list[OutboundMessage] = field(default_factory=list)
    closed: int = 0
    before: Callable[[OutboundMessage], None] = lambda message: None
    name: str = "email"

    def read(self, raw: RawDelivery) -> Sequence[Inbound]:
        return []

    def send(self, message: OutboundMessage) -> str:
        self.before(message)
        reply = self.replies.pop(0) if self.replies else message.external_id
        if isinstance(reply, Exception):
            raise reply
        self.sent.append(message)
        return reply

    def close(self) -> None:
        self.closed += 1


@dataclass
class Desk:
    body: PublicBody
    account: ChannelAccount
    other_account: ChannelAccount
    case: Case
    entry: Entry
    clock: FakeClock
    channels: dict[int, FakeChannel]

    @property
    def channel(self) -> FakeChannel:
        return self.channels[self.account.pk]

    def queue(self, count: int = 1, **changes: Any) -> list[OutboxMessage]:
        given: dict[str, Any] = {
            "account": self.account,
            "case_id": self.case.pk,
            "entry_id": self.entry.pk,
            "recipients": [ROSA],
            "subject": "Asunto",
            "text": "Hola",
        }
        return actions.queue([NewOutgoing(**{**given, **changes}) for _number in range(count)])


def build_desk(frozen: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Desk:
    body = organisation.create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}):
        account = intake.create_account(body, "email", "consultas@ejemplo.gub.uy", body.name)
        other = intake.create_account(body, "email", "transito@ejemplo.gub.uy", "Tránsito")
        case = cases.open_case(
            body.pk,
            None,
            "Licencia",
            SYSTEM,
            channel="email",
            case_type="information",
            service_id=None,
            participants=[ROSA],
        )
        files = cases.store_files([Attachment("guía.pdf", "application/pdf", b"PDF")], clock.now())
        said = OutboundMessage("e1@ejemplo.gub.uy", account.address, account.name, [ROSA], "Asunto", "Hola")
        entry = cases.add_message(case, account, said, SYSTEM, files=files)
    channels = {one.pk: FakeChannel(one) for one in (account, other)}
    monkeypatch.setattr("ventanilla.intake.queries.channel_of", lambda wanted: channels[wanted.pk])
    return Desk(body, account, other, case, entry, frozen, channels)


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with clock.frozen(NOON, everywhere=True) as frozen:
        made = build_desk(frozen, monkeypatch)
        with scope({made.body.pk}):
            yield made


@pytest.fixture
def committed_desk(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Other threads see it."""
    with clock.frozen(NOON, everywhere=True) as frozen:
        made = build_desk(frozen, monkeypatch)
        with scope({made.body.pk}):
            yield made
