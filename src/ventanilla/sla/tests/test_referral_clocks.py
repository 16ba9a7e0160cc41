"""What the second level owes to the centre has its own clock, and moves nothing that was promised to a person."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ventanilla.sla.rules import CaseToTime, RowTimes, choose, for_referral, row_times

NOON = datetime(2026, 11, 24, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Promise:
    pk: int
    kind: str
    public_body_id: int = 1
    channel: str = ""
    case_type: str = ""
    service_id: int | None = None


@dataclass(slots=True)
class Running:
    kind: str
    due_at: datetime | None
    state: str = "running"
    is_restart: bool = False
    started_at: datetime = NOON
    warn_at: datetime | None = None
    stopped_at: datetime | None = None


CASE = CaseToTime(1, 1, "email", "claim", 7, NOON)
USUAL, OF_SERVICE, PERSONS = Promise(1, "referral"), Promise(2, "referral", service_id=7), Promise(3, "first_response")


def test_it_is_chosen_apart_and_the_most_specific_wins() -> None:
    assert choose([USUAL, OF_SERVICE, PERSONS], CASE) == [PERSONS]
    assert for_referral([USUAL, OF_SERVICE, PERSONS], CASE) == OF_SERVICE
    assert for_referral([USUAL, Promise(4, "referral", public_body_id=2)], CASE) == USUAL
    assert for_referral([PERSONS], CASE) is None


def test_a_row_shows_the_persons_promise() -> None:
    soon, later = NOON + timedelta(hours=1), NOON + timedelta(hours=9)
    assert row_times([Running("referral", soon), Running("resolution", later)]).next_due_at == later
    assert row_times([Running("referral", soon)]) == RowTimes()
    paused = row_times([Running("referral", soon), Running("first_response", None, state="paused")])
    assert paused.is_paused, "the unit works on while the person is waited for"
