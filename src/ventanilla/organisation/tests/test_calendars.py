"""Calendars from the rows to the hours, and what a change of one sets off."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation import actions, events, queries
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.organisation.rules import BadHours
from ventanilla.organisation.scoping import scope

pytestmark = pytest.mark.django_db

OFFICE = "9:00–12:30, 13:30–17:00"
MONDAY_TO_FRIDAY = dict.fromkeys(range(5), OFFICE)
MORNING, EVENING = (540, 750), (810, 1020)


@pytest.fixture
def body() -> Iterator[PublicBody]:
    body = actions.create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}), clock.frozen(datetime(2026, 2, 2, 12, tzinfo=UTC)):
        yield body


@pytest.fixture
def calendar(body: PublicBody) -> Calendar:
    return actions.create_calendar(body, "oficina", "Horario de oficina", MONDAY_TO_FRIDAY)


def test_a_lunch_break_is_two_intervals(calendar: Calendar) -> None:
    hours = queries.compiled(calendar.pk)
    assert hours.hours_on(date(2026, 2, 3)) == (MORNING, EVENING)
    assert hours.hours_on(date(2026, 2, 7)) == ()


def test_the_first_calendar_is_the_bodys(body: PublicBody, calendar: Calendar) -> None:
    actions.create_calendar(body, "guardia", "Guardia", {6: "8 a 12"})
    assert queries.body_by_id(body.pk).default_calendar == calendar


@pytest.mark.parametrize("day", [date(2026, 2, 16), date(2026, 2, 17), date(2026, 4, 1), date(2030, 3, 1)])
def test_an_office_keeps_public_and_bank_holidays(calendar: Calendar, day: date) -> None:
    assert day.weekday() < 5
    assert not queries.compiled(calendar.pk).is_business_day(day)


def test_a_calendar_may_ignore_national_holidays(body: PublicBody) -> None:
    always = actions.create_calendar(
        body,
        "siempre",
        "Centro de respuesta",
        dict.fromkeys(range(7), "0:00–24:00"),
        closes_on_national_holidays=False,
    )
    assert queries.compiled(always.pk).is_open(datetime(2026, 12, 25, 12, tzinfo=UTC))


def test_an_own_day_takes_the_place_of_a_national_holiday(calendar: Calendar) -> None:
    actions.set_day(calendar, date(2026, 2, 16), "Lunes de Carnaval trabajado", "10:00–13:00")
    assert queries.compiled(calendar.pk).hours_on(date(2026, 2, 16)) == ((600, 780),)
    assert actions.remove_day(calendar, date(2026, 2, 16))
    assert not queries.compiled(calendar.pk).is_business_day(date(2026, 2, 16))
    assert not actions.remove_day(calendar, date(2026, 2, 16))


def test_an_own_day_closes_a_working_day(calendar: Calendar) -> None:
    actions.set_day(calendar, date(2026, 2, 4), "Duelo departamental")
    found = queries.compiled(calendar.pk).exception_on(date(2026, 2, 4))
    assert found is not None
    assert (found.name, found.intervals) == ("Duelo departamental", ())


def test_each_change_gives_a_higher_version_and_leaves_a_fact(calendar: Calendar) -> None:
    versions = [calendar.version]
    actions.set_week(calendar, {0: OFFICE})
    versions.append(calendar.version)
    actions.set_day(calendar, date(2026, 12, 24), "Nochebuena", "9:00–13:00")
    versions.append(calendar.version)
    actions.set_zone(calendar, time_zone="America/Sao_Paulo", closes_on_national_holidays=False)
    versions.append(calendar.version)
    assert versions == sorted(set(versions))
    facts = Fact.objects.filter(kind=events.CALENDAR_CHANGED).order_by("id")
    assert [fact.details["changed"] for fact in facts] == ["week", "day", "zone"]
    assert facts[1].details["on"] == "2026-12-24"


def test_a_change_wakes_the_recount_after_commit(
    calendar: Calendar, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # pytest-django's fixture has no type
        actions.set_day(calendar, date(2026, 12, 24), "Nochebuena", "9:00–13:00")
        actions.set_day(calendar, date(2026, 12, 31), "Fin de año", "9:00–13:00")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sla.recount' AND status = 'todo'")
        assert cursor.fetchone() == (1,)


def test_a_kept_calendar_costs_no_query(calendar: Calendar, django_assert_num_queries: pytest.FixtureRequest) -> None:
    queries.compiled(calendar.pk, calendar.version)
    with django_assert_num_queries(0):  # type: ignore[operator] # pytest-django's fixture has no type
        assert queries.compiled(calendar.pk, calendar.version) is queries.compiled(calendar.pk, calendar.version)


def test_a_change_that_was_rolled_back_leaves_nothing_in_memory(calendar: Calendar) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            actions.set_week(calendar, {0: "0:00–24:00"})
            assert queries.compiled(calendar.pk).hours_on(date(2026, 2, 2)) == ((0, 1440),)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    again = Calendar.objects.get(pk=calendar.pk)
    actions.set_week(again, {1: OFFICE})
    assert queries.compiled(calendar.pk).hours_on(date(2026, 2, 3)) == (MORNING, EVENING)
    assert queries.compiled(calendar.pk).hours_on(date(2026, 2, 2)) == ()


def test_bad_hours_change_nothing(calendar: Calendar) -> None:
    before = calendar.version
    with pytest.raises(BadHours):
        actions.set_week(calendar, {0: "9:00–12:00, 11:00–17:00"})
    assert queries.week_of(calendar.pk)[0] == (MORNING, EVENING)
    assert Calendar.objects.get(pk=calendar.pk).version == before


def test_an_unknown_zone_is_refused(body: PublicBody) -> None:
    with pytest.raises(actions.UnknownZone):
        actions.create_calendar(body, "marte", "Marte", {}, time_zone="Mars/Olympus")


def test_a_new_year_brings_new_holidays_and_a_new_version(body: PublicBody, calendar: Calendar) -> None:
    assert actions.take_new_holidays() == []
    with clock.frozen(datetime(2031, 1, 1, 6, tzinfo=UTC)):
        assert actions.take_new_holidays() == [calendar.pk]
        assert actions.take_new_holidays() == []
        later = Calendar.objects.get(pk=calendar.pk)
        assert later.version > calendar.version
        assert not queries.compiled(later.pk).is_business_day(date(2041, 1, 1))


def test_open_now(calendar: Calendar) -> None:
    with clock.frozen(datetime(2026, 2, 3, 15, 29, tzinfo=UTC)):
        assert queries.is_open_now(calendar.pk)
    with clock.frozen(datetime(2026, 2, 3, 15, 30, tzinfo=UTC)):
        assert not queries.is_open_now(calendar.pk)
