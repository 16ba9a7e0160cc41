"""Warnings, due moments that pass, and calendars that change under open clocks."""

from datetime import timedelta
from typing import Any

import pytest

from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_calendar, remove_day, set_day, set_week
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.sla import actions, events, queries
from ventanilla.sla.models import Clock, Policy
from ventanilla.sla.tests.conftest import HOURS, CaseMaker, local


def due_of(case_id: int) -> Clock:
    found: Clock = Clock.objects.get(case_id=case_id)
    return found


def test_a_warning_goes_out_once_and_not_before_its_moment(correo: Policy, make_case: CaseMaker) -> None:
    case, other = make_case(), make_case(local("2026-02-02 16:00"))
    actions.start([case, other])
    assert actions.warn_due(local("2026-02-02 16:58")) == []
    assert actions.warn_due(local("2026-02-02 16:59")) == [case.case_id]
    assert actions.warn_due(local("2026-02-02 16:59")) == []
    assert [fact.case_id for fact in Fact.objects.filter(kind=events.WARNED)] == [case.case_id]


def test_a_warning_that_was_slept_through_waits_for_the_morning(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    assert actions.warn_due(local("2026-02-02 23:00")) == []
    assert actions.warn_due(local("2026-02-03 08:59")) == []
    assert actions.warn_due(local("2026-02-03 09:00")) == [case.case_id]


def test_what_is_due_already_is_no_warning_any_more(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    late = local("2026-02-03 10:30")
    assert actions.warn_due(late) == []
    assert actions.breach_due(late) == [case.case_id]
    assert actions.breach_due(late) == []
    found = due_of(case.case_id)
    assert (found.state, found.breached_at) == ("running", late)
    assert Fact.objects.filter(kind=events.BREACHED).count() == 1


def test_the_due_moment_itself_is_no_breach(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    assert actions.breach_due(local("2026-02-03 10:00")) == []


def test_a_paused_or_answered_clock_neither_warns_nor_breaches(correo: Policy, make_case: CaseMaker) -> None:
    paused, answered = make_case(), make_case()
    actions.start([paused, answered])
    actions.pause([paused.case_id], local("2026-02-02 11:00"))
    actions.stop([answered.case_id], {"first_response"}, local("2026-02-02 11:00"))
    later = local("2026-02-10 11:00")
    assert actions.warn_due(later) == []
    assert actions.breach_due(later) == []


def test_batches_end(correo: Policy, make_case: CaseMaker) -> None:
    cases = [make_case() for _ in range(5)]
    actions.start(cases)
    at = local("2026-02-03 09:30")
    rounds = [actions.warn_due(at, limit=2) for _ in range(4)]
    assert [len(found) for found in rounds] == [2, 2, 1, 0]


def test_open_clocks_are_counted_again_when_a_day_closes(
    calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    running, paused, answered = make_case(), make_case(), make_case()
    actions.start([running, paused, answered])
    actions.pause([paused.case_id], local("2026-02-02 11:00"))
    actions.stop([answered.case_id], {"first_response"}, local("2026-02-02 11:00"))
    assert actions.recount() == actions.Recounted(0, [])
    set_day(calendar, local("2026-02-03 00:00").date(), "Duelo departamental")
    done = actions.recount()
    assert done == actions.Recounted(2, [running.case_id])
    assert actions.recount().seen == 0
    assert due_of(running.case_id).due_at == local("2026-02-04 10:00")
    assert due_of(answered.case_id).due_at == local("2026-02-03 10:00")
    actions.resume([paused.case_id], local("2026-02-02 12:00"))
    assert due_of(paused.case_id).due_at == local("2026-02-04 11:00")
    remove_day(calendar, local("2026-02-03 00:00").date())
    assert actions.recount().case_ids == [running.case_id, paused.case_id]
    assert due_of(running.case_id).due_at == local("2026-02-03 10:00")


def test_a_change_that_moves_no_moment_changes_no_case(
    calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    case = make_case()
    actions.start([case])
    set_day(calendar, local("2026-12-24 00:00").date(), "Nochebuena", "9:00–12:30")
    assert actions.recount() == actions.Recounted(1, [])


def test_a_promise_that_lies_ahead_again_is_watched_again(
    calendar: Calendar, correo: Policy, make_case: CaseMaker, now: clock.FakeClock
) -> None:
    case = make_case()
    actions.start([case])
    now.instant = local("2026-02-03 10:30")
    actions.breach_due(now.instant)
    set_day(calendar, local("2026-02-03 00:00").date(), "Duelo departamental")
    actions.recount()
    assert due_of(case.case_id).breached_at is None
    assert actions.breach_due(local("2026-02-04 10:01")) == [case.case_id]


def test_the_date_that_was_told_to_the_person_stays(calendar: Calendar, correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    announced = local("2026-02-11 12:00")
    actions.announce(case.case_id, announced, local("2026-02-03 09:00"))
    set_day(calendar, local("2026-02-11 00:00").date(), "Duelo departamental")
    actions.recount()
    assert due_of(case.case_id).due_at == announced
    assert due_of(case.case_id).warn_at == local("2026-02-10 16:59")


def test_a_policy_on_another_calendar_counts_its_clocks_again(
    body: PublicBody, correo: Policy, make_case: CaseMaker
) -> None:
    case = make_case()
    actions.start([case])
    no_tuesdays = create_calendar(body, "sin-martes", "Sin martes", dict.fromkeys([0, 2, 3, 4], HOURS))
    actions.change_policy(correo, calendar=no_tuesdays)
    assert actions.recount().case_ids == [case.case_id]
    assert due_of(case.case_id).due_at == local("2026-02-04 10:00")


def test_what_was_promised_stays_when_the_target_changes(
    calendar: Calendar, correo: Policy, make_case: CaseMaker
) -> None:
    case = make_case()
    actions.start([case])
    actions.change_policy(correo, target_minutes=48 * 60)
    set_week(calendar, dict.fromkeys(range(5), "8:00–17:00"))
    actions.recount()
    assert due_of(case.case_id).due_at == local("2026-02-03 10:00")
    (later,) = actions.start([make_case()]).values()
    assert later[0].due_at == local("2026-02-04 10:00")


def test_clocks_of_a_policy_out_of_force_run_on(calendar: Calendar, correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    actions.start([case])
    actions.change_policy(correo, is_active=False)
    fresh = make_case()
    assert actions.start([fresh]) == {fresh.case_id: []}
    set_day(calendar, local("2026-02-03 00:00").date(), "Duelo departamental")
    actions.recount()
    assert due_of(case.case_id).due_at == local("2026-02-04 10:00")
    assert actions.breach_due(local("2026-02-04 10:00") + timedelta(minutes=1)) == [case.case_id]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"target_minutes": 0}, "un minuto"),
        ({"warning_minutes": 24 * 60}, "más corto"),
        ({"basis": "calendar_days", "target_minutes": 1500}, "días enteros"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(correo: Policy, fields: dict[str, Any], part: str) -> None:
    with pytest.raises(actions.BadPolicy, match=part):
        actions.change_policy(correo, **fields)


def test_two_policies_never_promise_the_same_cases(body: PublicBody, calendar: Calendar, correo: Policy) -> None:
    def again() -> Policy:
        return actions.create_policy(
            body,
            "correo-2",
            "Otro correo",
            kind="first_response",
            channel="email",
            basis="office_hours",
            target_minutes=60,
            calendar=calendar,
        )

    with pytest.raises(actions.BadPolicy, match="Correo electrónico"):
        again()
    actions.change_policy(correo, is_active=False)
    made = again()
    assert queries.policy("OTRO CORREO") == queries.policy("correo-2") == made
