"""Makes bodies, units, offices and calendars; every change of a calendar wakes the recount of open clocks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from ventanilla.calendars.axis import Interval
from ventanilla.calendars.opening import minutes
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock, queue
from ventanilla.organisation import events, rules
from ventanilla.organisation.models import Calendar, CalendarDay, CalendarInterval, Office, OtherBody, PublicBody, Unit

RECOUNT_JOB = "sla.recount"

Hours = str | Iterable[Sequence[str | int]]
"""Intervals of a day: "09:00–12:30, 13:30–17:00", or pairs of times ("9:00" or minutes)."""


class UnknownZone(ValueError):
    """Not a time zone of the IANA database."""


@transaction.atomic
def create_body(slug: str, name: str, *, by: Actor = SYSTEM, **fields: Any) -> PublicBody:
    """A new body; `fields` are PublicBody's own (host_names, acknowledgement_text, …)."""
    body = PublicBody.objects.create(slug=slug, name=name, **_known_hosts(fields))
    record(NewFact(events.BODY_CREATED, body.pk, by))
    return body


@transaction.atomic
def change_body(body: PublicBody, *, by: Actor = SYSTEM, **fields: Any) -> PublicBody:
    for field, value in _known_hosts(fields).items():
        setattr(body, field, value)
    body.save(update_fields=list(fields))
    record(NewFact(events.BODY_CHANGED, body.pk, by, details={"fields": sorted(fields)}))
    return body


@transaction.atomic
def create_unit(
    body: PublicBody, slug: str, name: str, *, parent: Unit | None = None, email: str = "", by: Actor = SYSTEM
) -> Unit:
    unit: Unit = Unit.objects.create(public_body=body, slug=slug, name=name, parent=parent, email=email)
    record(NewFact(events.UNIT_CREATED, body.pk, by, unit_id=unit.pk))
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, by: Actor = SYSTEM, **fields: Any) -> Unit:
    """Set these fields of the unit."""
    for field, value in fields.items():
        setattr(unit, field, value)
    unit.save(update_fields=list(fields))
    details = {"fields": sorted(fields)}
    record(NewFact(events.UNIT_CHANGED, unit.public_body_id, by, unit_id=unit.pk, details=details))
    return unit


@transaction.atomic
def create_office(
    body: PublicBody,
    name: str,
    address: str,
    *,
    unit: Unit | None = None,
    phone: str = "",
    calendar: Calendar | None = None,
    by: Actor = SYSTEM,
) -> Office:
    office: Office = Office.objects.create(
        public_body=body, name=name, address=address, unit=unit, phone=phone, calendar=calendar
    )
    details = {"office_id": office.pk}
    record(NewFact(events.OFFICE_CREATED, body.pk, by, unit_id=unit.pk if unit else None, details=details))
    return office


@transaction.atomic
def change_office(office: Office, *, by: Actor = SYSTEM, **fields: Any) -> Office:
    """Set these fields of the office."""
    for field, value in fields.items():
        setattr(office, field, value)
    office.save(update_fields=list(fields))
    details = {"office_id": office.pk, "fields": sorted(fields)}
    record(NewFact(events.OFFICE_CHANGED, office.public_body_id, by, unit_id=office.unit_id, details=details))
    return office


@transaction.atomic
def create_other_body(body: PublicBody, name: str, *, by: Actor = SYSTEM, **fields: Any) -> OtherBody:
    """Write a body of elsewhere into the directory of this one; `fields` are OtherBody's own."""
    other: OtherBody = OtherBody.objects.create(public_body=body, name=name, **fields)
    record(NewFact(events.OTHER_BODY_CREATED, body.pk, by, details={"other_body_id": other.pk}))
    return other


@transaction.atomic
def change_other_body(other: OtherBody, *, by: Actor = SYSTEM, **fields: Any) -> OtherBody:
    """Set these fields of it."""
    for field, value in fields.items():
        setattr(other, field, value)
    other.save(update_fields=list(fields))
    details = {"other_body_id": other.pk, "fields": sorted(fields)}
    record(NewFact(events.OTHER_BODY_CHANGED, other.public_body_id, by, details=details))
    return other


@transaction.atomic
def create_calendar(
    body: PublicBody,
    slug: str,
    name: str,
    week: Mapping[int, Hours],
    *,
    time_zone: str = "America/Montevideo",
    closes_on_national_holidays: bool = True,
    is_default: bool = False,
    by: Actor = SYSTEM,
) -> Calendar:
    """A calendar with the hours of its week (0 is Monday; a day left out is closed). Raises BadHours, UnknownZone.

    `is_default` makes it the body's; the first one is in any case.
    """
    _refuse_unknown_zone(time_zone)
    calendar: Calendar = Calendar.objects.create(
        public_body=body,
        slug=slug,
        name=name,
        time_zone=time_zone,
        closes_on_national_holidays=closes_on_national_holidays,
        holidays_digest=rules.digest(rules.national_holidays(clock.now().year)),
        version=_next_version(),
    )
    _write_week(calendar, week)
    if is_default or body.default_calendar_id is None:
        body.default_calendar = calendar
        body.save(update_fields=["default_calendar"])
    details = {"calendar_id": calendar.pk, "version": calendar.version}
    record(NewFact(events.CALENDAR_CREATED, body.pk, by, details=details))
    return calendar


@transaction.atomic
def set_week(calendar: Calendar, week: Mapping[int, Hours], *, by: Actor = SYSTEM) -> None:
    """Replace the hours of the whole week. Raises BadHours."""
    parsed = {day: _hours(hours) for day, hours in week.items()}
    _changed(calendar, "week", by)
    CalendarInterval.objects.filter(calendar=calendar).delete()
    _write_week(calendar, parsed)


@transaction.atomic
def set_zone(calendar: Calendar, *, time_zone: str, closes_on_national_holidays: bool, by: Actor = SYSTEM) -> None:
    """Change by which clock, and whether with the national holidays, the calendar counts. Raises UnknownZone."""
    _refuse_unknown_zone(time_zone)
    _changed(calendar, "zone", by)
    calendar.time_zone = time_zone
    calendar.closes_on_national_holidays = closes_on_national_holidays
    calendar.save(update_fields=["time_zone", "closes_on_national_holidays"])


@transaction.atomic
def rename_calendar(calendar: Calendar, slug: str, name: str) -> None:
    """Another name for the same hours: nothing is counted again."""
    calendar.slug, calendar.name = slug, name
    calendar.save(update_fields=["slug", "name"])


@transaction.atomic
def set_day(calendar: Calendar, on: date, name: str, hours: Hours = (), *, by: Actor = SYSTEM) -> CalendarDay:
    """A date of the body's own: closed without hours, else open at these. Takes the place of a national holiday.

    A day that was set before is replaced. Raises BadHours.
    """
    intervals = [list(interval) for interval in _hours(hours)]
    _changed(calendar, "day", by, on)
    day, _ = CalendarDay.objects.update_or_create(
        calendar=calendar, on=on, defaults={"name": name, "intervals": intervals}
    )
    return day


@transaction.atomic
def remove_day(calendar: Calendar, on: date, *, by: Actor = SYSTEM) -> bool:
    """Let the date follow its week and the national holidays again; False when it did already."""
    count, _ = CalendarDay.objects.filter(calendar=calendar, on=on).delete()
    if count:
        _changed(calendar, "day", by, on)
    return bool(count)


@transaction.atomic
def take_new_holidays() -> list[int]:
    """Give a new version to the calendars for which the national holidays are others than when they were last laid out.

    So it is when a year begins, and when a new table of holidays is installed. Every body's; returns the calendars.
    """
    now = rules.digest(rules.national_holidays(clock.now().year))
    stale = list(Calendar.unscoped.filter(closes_on_national_holidays=True).exclude(holidays_digest=now).order_by("pk"))
    for calendar in stale:
        _changed(calendar, "holidays", SYSTEM)
        calendar.holidays_digest = now
        calendar.save(update_fields=["holidays_digest"])
    return [calendar.pk for calendar in stale]


def _changed(calendar: Calendar, what: str, by: Actor, on: date | None = None) -> None:
    """A new version, its fact, and the recount after commit. Locks the calendar first, so that versions only grow."""
    Calendar.unscoped.select_for_update().get(pk=calendar.pk)
    calendar.version = _next_version()
    calendar.save(update_fields=["version"])
    details: dict[str, object] = {"calendar_id": calendar.pk, "version": calendar.version, "changed": what}
    if on is not None:
        details["on"] = on.isoformat()
    record(NewFact(events.CALENDAR_CHANGED, calendar.public_body_id, by, details=details))
    transaction.on_commit(lambda: queue.wake(RECOUNT_JOB, "all"))


def _write_week(calendar: Calendar, week: Mapping[int, Hours]) -> None:
    CalendarInterval.objects.bulk_create(
        CalendarInterval(calendar=calendar, weekday=day, opens_minute=opens, closes_minute=closes)
        for day, hours in week.items()
        for opens, closes in _hours(hours)
    )


def _hours(hours: Hours) -> tuple[Interval, ...]:
    if isinstance(hours, str):
        return rules.parse_hours(hours)
    return rules.check_hours((minutes(opens), minutes(closes)) for opens, closes in hours)


def _next_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('organisation_calendar_version')")
        version: int = cursor.fetchone()[0]
        return version


def _refuse_unknown_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (OSError, KeyError, ValueError) as error:
        raise UnknownZone(name) from error


def _known_hosts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Host names are compared in lower case."""
    if "host_names" not in fields:
        return dict(fields)
    return {**fields, "host_names": [host.strip().lower() for host in fields["host_names"] if host.strip()]}
