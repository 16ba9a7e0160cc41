"""The life of a clock, on the hours of the demo body."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body, set_day, set_week
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


def test_row_times_are_the_same_from_memory_and_from_the_database(
    correo: Policy, resolution: Policy, make_case: CaseMaker
) -> None:
    cases = [make_case(), make_case()]
    started = actions.start(cases)
    from_database = queries.row_times([case.case_id for case in cases])
    assert from_database == {case_id: rules.row_times(clocks) for case_id, clocks in started.items()}
    row = from_database[cases[0].case_id]
    assert row.next_due_at == row.first_response_due_at == local("2026-02-03 10:00")
    assert row.next_warn_at == local("2026-02-02 16:59")
    assert row.resolution_due_at == local("2026-02-09 10:00")
    assert queries.row_times([0]) == {0: RowTimes()}


def test_a_batch_costs_as_many_queries_as_one(correo: Policy, resolution: Policy, make_case: CaseMaker) -> None:
    def cost(count: int) -> int:
        cases = [make_case() for _ in range(count)]
        ids = [case.case_id for case in cases]
        with CaptureQueriesContext(connection) as seen:
            actions.start(cases)
            actions.pause(ids, local("2026-02-02 11:00"))
            actions.resume(ids, local("2026-02-02 12:00"))
            actions.stop(ids, {"first_response"}, local("2026-02-02 12:10"))
            actions.retime(cases, local("2026-02-02 12:20"))
            actions.restart(cases)
            queries.row_times(ids)
            actions.cancel(ids, local("2026-02-02 12:30"))
        return len(seen)

    cost(1)
    # A few rows go by INSERT, which takes fewer turns than COPY (kit.bulk).
    assert cost(1) <= cost(20) == cost(40)


def test_a_pause_moves_the_due_moment_by_what_it_lasted(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    assert actions.pause([case.case_id], local("2026-02-02 15:00")) == [case.case_id]
    paused = queries.row_times([case.case_id])[case.case_id]
    assert (paused.is_paused, paused.next_due_at, paused.next_warn_at) == (True, None, None)
    assert actions.pause([case.case_id], local("2026-02-02 16:00")) == []
    # Five hours counted on Monday; she answers on Wednesday at 9:00: nineteen are left.
    assert actions.resume([case.case_id], local("2026-02-04 09:00")) == [case.case_id]
    assert one(case.case_id).due_at == local("2026-02-05 04:00")
    assert one(case.case_id).warn_at == local("2026-02-04 16:59")
    assert actions.resume([case.case_id], local("2026-02-04 10:00")) == []


def test_what_fell_due_before_a_pause_stays_due(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-05 10:00"))
    actions.resume([case.case_id], local("2026-02-09 10:00"))
    assert one(case.case_id).due_at == local("2026-02-03 10:00")


def test_instants_out_of_order_never_turn_a_clock_back(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-02 09:00"))
    actions.resume([case.case_id], local("2026-02-02 08:00"))
    found = one(case.case_id)
    assert found.running_since == local("2026-02-02 10:00")
    assert found.due_at == local("2026-02-03 10:00")


def test_a_clock_that_stops_in_time_is_met_and_measured(
    correo: Policy, make_case: CaseMaker, now: clock.FakeClock
) -> None:
    case = make_case(local("2026-02-06 16:00"), case_type="claim")
    actions.start([case])
    (stopped,) = actions.stop([case.case_id], {"first_response"}, local("2026-02-09 10:00"), agent_id=7, team_id=8)
    assert stopped.state == "met"
    fact = Fact.objects.get(kind=events.MET)
    assert fact.elapsed_seconds == 66 * 3600
    assert fact.business_seconds == 18 * 3600
    assert fact.is_within_target is True
    assert (fact.channel, fact.case_type, fact.agent_id, fact.team_id) == ("email", "claim", 7, 8)
    assert fact.details["policy"] == "correo"
    row = queries.row_times([case.case_id])[case.case_id]
    assert row.first_responded_at == local("2026-02-09 10:00")
    assert row.first_response_due_at == local("2026-02-09 16:00")
    assert row.next_due_at is None
    assert actions.stop([case.case_id], {"first_response"}, local("2026-02-10 10:00")) == []


def test_the_due_moment_itself_is_in_time_and_the_next_second_is_not(correo: Policy, make_case: CaseMaker) -> None:
    punctual, late = make_case(), make_case()
    actions.start([punctual, late])
    due = local("2026-02-03 10:00")
    assert [clock.state for clock in actions.stop([punctual.case_id], {"first_response"}, due)] == ["met"]
    after = due + timedelta(seconds=1)
    (missed,) = actions.stop([late.case_id], {"first_response"}, after)
    assert (missed.state, missed.breached_at) == ("missed", after)
    assert Fact.objects.get(kind=events.MISSED).is_within_target is False


def test_an_answer_during_a_pause_is_in_time(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-02 11:00"))
    (stopped,) = actions.stop([case.case_id], {"first_response"}, local("2026-02-20 10:00"))
    assert stopped.state == "met"
    assert Fact.objects.get(kind=events.MET).business_seconds == 3600


def test_an_answer_during_a_pause_that_came_too_late_is_missed(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-04 11:00"))
    (stopped,) = actions.stop([case.case_id], {"first_response"}, local("2026-02-20 10:00"))
    assert (stopped.state, stopped.due_at) == ("missed", local("2026-02-03 10:00"))


def test_cancelled_promises_leave_the_row(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    assert actions.cancel([case.case_id], local("2026-02-02 11:00")) == [case.case_id]
    assert queries.row_times([case.case_id])[case.case_id] == RowTimes()
    assert Fact.objects.filter(kind=events.CANCELLED).count() == 1


def test_a_reopened_case_promises_again_and_keeps_its_first_answer(
    correo: Policy, resolution: Policy, make_case: CaseMaker
) -> None:
    case = make_case()
    actions.start([case])
    actions.stop([case.case_id], {"first_response", "resolution"}, local("2026-02-02 12:00"))
    again = replace(case, started_at=local("2026-02-11 10:00"))
    assert len(actions.restart([again])[case.case_id]) == 2
    row = queries.row_times([case.case_id])[case.case_id]
    assert row.first_response_due_at == local("2026-02-03 10:00")
    assert row.first_responded_at == local("2026-02-02 12:00")
    assert row.next_due_at == local("2026-02-12 10:00")
    assert row.resolution_due_at == local("2026-02-20 10:00")  # five office days, Carnival between them
    assert actions.restart([again]) == {case.case_id: []}


def test_another_type_brings_another_policy_and_keeps_what_was_counted(
    body: PublicBody, calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    claims = actions.create_policy(
        body,
        "reclamos",
        "Reclamos",
        kind="first_response",
        case_type="claim",
        basis="business_day_hours",
        target_minutes=48 * 60,
        calendar=calendar,
    )
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-02 16:00"))
    actions.resume([case.case_id], local("2026-02-03 16:00"))
    as_claim = replace(case, case_type="claim")
    assert actions.retime([as_claim], local("2026-02-03 17:00")) == [case.case_id]
    found = one(case.case_id)
    assert found.policy_id == claims.pk
    assert found.due_at == local("2026-02-05 10:00")  # two days and the day of the pause
    assert actions.retime([as_claim], local("2026-02-03 17:00")) == []
    assert Fact.objects.filter(kind=events.RETIMED).count() == 1


def test_a_promise_without_a_policy_any_more_is_cancelled_and_may_come_back(
    body: PublicBody, calendar: Calendar, make_case: CaseMaker
) -> None:
    actions.create_policy(
        body,
        "quejas",
        "Quejas",
        kind="resolution",
        case_type="complaint",
        basis="office_hours",
        target_minutes=60,
        calendar=calendar,
    )
    case = make_case(case_type="complaint")
    actions.start([case])
    as_question = replace(case, case_type="information")
    assert actions.retime([as_question], local("2026-02-02 10:10")) == [case.case_id]
    assert queries.row_times([case.case_id])[case.case_id] == RowTimes()
    assert actions.retime([case], local("2026-02-02 10:20")) == [case.case_id]
    assert queries.row_times([case.case_id])[case.case_id].resolution_due_at == local("2026-02-02 11:00")


def test_laws_run_beside_service_clocks_and_do_not_pause(
    body: PublicBody, calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    law = partial(actions.create_policy, body, kind="legal", calendar=calendar)
    law("peticion", "Petición", basis="calendar_days", target_minutes=150 * 1440, source="Ley 20.333 art. 58")
    law("acceso", "Acceso a la información", basis="business_days", target_minutes=20 * 1440)
    case = make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-02 11:00"))
    due = {clock.policy.slug: (clock.state, clock.due_at) for clock in queries.clocks_of(case.case_id)}
    assert due == {
        "correo": ("paused", None),
        # 150 days after 2 February is 2 July, a Thursday; the term ends with the office's day (arts 112 and 114).
        "peticion": ("running", local("2026-07-02 17:00")),
        # 3 to 13 February are 9 business days, 18 to 27 another 8, 2 to 4 March the last 3.
        "acceso": ("running", local("2026-03-04 17:00")),
    }
    row = queries.row_times([case.case_id])[case.case_id]
    assert (row.is_paused, row.next_due_at) == (False, local("2026-03-04 17:00"))
    later = replace(case, started_at=local("2026-02-05 10:00"))
    actions.stop([case.case_id], {"legal"}, local("2026-02-04 10:00"))
    assert actions.restart([later], {"first_response", "legal"}) == {case.case_id: []}


def test_an_announced_date_takes_the_place_of_the_promise_but_not_of_the_target(
    correo: Policy, make_case: CaseMaker
) -> None:
    case = make_case()
    actions.start([case])
    announced = local("2026-02-11 12:00")
    extended = actions.announce(case.case_id, announced, local("2026-02-03 09:00"))
    # Four hours before are 8:00, and the office is closed: the last open minute before that.
    assert (extended.due_at, extended.warn_at) == (announced, local("2026-02-10 16:59"))
    fact = Fact.objects.get(kind=events.EXTENDED)
    assert fact.details["new_due_at"] == announced.isoformat()
    (stopped,) = actions.stop([case.case_id], {"first_response"}, local("2026-02-11 11:00"))
    assert stopped.state == "met"
    assert Fact.objects.get(kind=events.MET).is_within_target is False


def test_an_announced_date_moves_on_with_a_pause(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.announce(case.case_id, local("2026-02-11 12:00"), local("2026-02-03 09:00"))
    actions.pause([case.case_id], local("2026-02-10 12:00"))
    actions.resume([case.case_id], local("2026-02-12 09:00"))
    assert one(case.case_id).due_at == local("2026-02-13 09:00")


@pytest.mark.parametrize(
    ("at", "new_due_at"),
    [
        ("2026-02-03 09:00", "2026-02-03 08:00"),  # past
        ("2026-02-03 09:00", "2026-02-03 10:00"),  # no later than the promise
        ("2026-02-03 10:00", "2026-02-09 10:00"),  # the promise has passed
        ("2026-02-03 09:00", "2126-02-09 10:00"),  # a slip of the keyboard
    ],
)
def test_a_date_that_cannot_be_announced(correo: Policy, make_case: CaseMaker, at: str, new_due_at: str) -> None:
    case = make_case()
    actions.start([case])
    with pytest.raises(actions.CannotAnnounce):
        actions.announce(case.case_id, local(new_due_at), local(at))
    assert one(case.case_id).due_at == local("2026-02-03 10:00")


def test_nothing_can_be_announced_while_the_person_is_awaited_or_nothing_runs(
    correo: Policy, make_case: CaseMaker
) -> None:
    case, other = make_case(), make_case()
    actions.start([case])
    actions.pause([case.case_id], local("2026-02-02 11:00"))
    for case_id in (case.case_id, other.case_id):
        with pytest.raises(actions.CannotAnnounce):
            actions.announce(case_id, local("2026-02-11 12:00"), local("2026-02-03 09:00"))


def test_a_week_without_hours_loses_nothing_and_is_seen(
    body: PublicBody, calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    set_week(calendar, {})
    case = make_case()
    (started,) = actions.start([case])[case.case_id]
    assert (started.state, started.due_at) == ("running", None)
    assert Fact.objects.get(kind=events.UNCOUNTABLE).case_id == case.case_id
    (trouble,) = queries.troubles()
    assert "Horario de oficina" in trouble.message
    assert "no tiene horarios" in " ".join(queries.explain(started.pk))
    set_week(calendar, {0: "9:00–17:00"})
    assert actions.recount().case_ids == [case.case_id]
    assert one(case.case_id).due_at == local("2026-02-09 10:00")
    assert queries.troubles() == []


def test_a_clock_of_another_body_is_not_touched(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    other = create_body("otro", "Otro organismo")
    with scope({other.pk}):
        assert actions.pause([case.case_id], local("2026-02-02 11:00")) == []
        assert queries.clocks_of(case.case_id) == []
    assert one(case.case_id).state == "running"


def test_what_to_tell_the_person(correo: Policy, resolution: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    assert queries.promised_at(case.case_id) is None
    actions.start([case])
    assert queries.promised_at(case.case_id) == local("2026-02-03 10:00")
    actions.stop([case.case_id], {"first_response"}, local("2026-02-02 11:00"))
    assert queries.promised_at(case.case_id) == local("2026-02-09 10:00")
