"""A body with the hours of the demo body, its policy `correo`, and cases to time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ventanilla.cases.actions import open_case
from ventanilla.cases.models import Case
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body, create_calendar
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy
from ventanilla.sla.models import Policy
from ventanilla.sla.rules import CaseToTime

MONTEVIDEO = ZoneInfo("America/Montevideo")
HOURS = "9:00–12:30, 13:30–17:00"

CaseMaker = Callable[..., CaseToTime]


def local(text: str) -> datetime:
    """An instant by Montevideo's clock: "2026-02-13 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=MONTEVIDEO)


@pytest.fixture
def now() -> Iterator[clock.FakeClock]:
    """Monday 2 February 2026 at 10:00: no holiday near."""
    with clock.frozen(local("2026-02-02 10:00")) as fake:
        yield fake


@pytest.fixture
def body(db: None, now: clock.FakeClock) -> Iterator[PublicBody]:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}):
        yield body


@pytest.fixture
def calendar(body: PublicBody) -> Calendar:
    return create_calendar(body, "oficina", "Horario de oficina", dict.fromkeys(range(5), HOURS))


@pytest.fixture
def correo(body: PublicBody, calendar: Calendar) -> Policy:
    return create_policy(
        body,
        "correo",
        "Correo electrónico",
        kind="first_response",
        channel="email",
        basis="business_day_hours",
        target_minutes=24 * 60,
        warning_minutes=4 * 60,
        calendar=calendar,
        is_official=True,
        source="domain.md 1.2",
    )


@pytest.fixture
def resolution(body: PublicBody, calendar: Calendar) -> Policy:
    return create_policy(
        body,
        "resolucion",
        "Resolución",
        kind="resolution",
        basis="office_hours",
        target_minutes=35 * 60,
        warning_minutes=7 * 60,
        calendar=calendar,
    )


@pytest.fixture
def make_case(body: PublicBody) -> CaseMaker:
    """Open a case, and say what its clocks must know."""

    def make(at: datetime | None = None, case_type: str = "information", channel: str = "email") -> CaseToTime:
        case: Case = open_case(
            body.pk, None, "Horario", SYSTEM, channel=channel, case_type=case_type, service_id=None, participants=[]
        )
        return CaseToTime(case.pk, body.pk, channel, case_type, None, at or clock.now())

    return make
