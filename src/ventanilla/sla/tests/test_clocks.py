"""The life of a clock, on the hours of the demo body."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body, create_calendar, set_day, set_week
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.sla import actions, events, queries, rules
from ventanilla.sla.models import Clock, Policy
from ventanilla.sla.rules import RowTimes
from ventanilla.sla.tests.conftest import CaseMaker, local


def one(case_id: int, kind: str = "first_response") -> Clock:
    found: Clock = Clock.objects.select_related("policy__calendar").get(case_id=case_id, kind=kind)
    return found


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-02-02 10:00", "2026-02-03 10:00"),
        ("2026-02-06 16:00", "2026-02-09 16:00"),  # Friday to Monday
        ("2026-02-07 10:00", "2026-02-10 00:00"),  # Saturday has the whole of Monday
        ("2026-02-13 16:00", "2026-02-18 16:00"),  # Carnival: Monday 16 and Tuesday 17 February
        ("2026-03-27 09:00", "2026-04-06 09:00"),  # Turismo: 30 March to 3 April
        ("2030-02-28 11:00", "2030-03-06 11:00"),  # Friday 1 March: the government changes; Carnival on 4 and 5
        ("2026-12-24 15:00", "2026-12-28 15:00"),  # Thursday; Christmas on a Friday
    ],
)
def test_the_due_moment_of_correo_is_the_hand_computed_one(
    correo: Policy, make_case: CaseMaker, received: str, due: str
) -> None:
    case = make_case(local(received))
    (started,) = actions.start([case])[case.case_id]
    assert started.due_at == local(due)
    assert one(case.case_id).due_at == local(due)


def test_half_days_count_whole_as_business_days_and_half_as_office_hours(
    calendar: Calendar, correo: Policy, resolution: Policy, make_case: CaseMaker
) -> None:
    set_day(calendar, local("2026-12-24 00:00").date(), "Nochebuena", "9:00–12:30")
    set_day(calendar, local("2026-12-31 00:00").date(), "Fin de año", "9:00–12:30")
    case = make_case(local("2026-12-23 16:00"))
    actions.start([case])
    assert one(case.case_id).due_at == local("2026-12-24 16:00")
    # 35 office hours: 1 on Wednesday 23, 3.5 on the 24, none on the 25, 7 each on 28, 29 and 30, 3.5 on the 31, none
    # on 1 January: 29 so far. The other 6 on Monday 4 January: 3.5 until 12:30, and 2.5 from 13:30.
    assert one(case.case_id, "resolution").due_at == local("2027-01-04 16:00")
