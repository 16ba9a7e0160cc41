"""Which hours a promise counts, and the days that the law counts.

"24 hours" is said in four ways (domain.md T1); each is a `Basis`. `due` is the earliest instant by which the duration
has been counted, except as NEXT_BUSINESS_DAY says. A pause needs no more than this: keep `duration - elapsed(...)`
when it begins, and ask `due` with that rest when it ends.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from ventanilla.calendars.axis import DAY, MINUTE
from ventanilla.calendars.opening import FIRST_DAY, NeverOpen, OpeningCalendar, day_number
from ventanilla.calendars.zone import EPOCH, LAST_SECOND, MICROSECOND, SECOND, from_microseconds, to_microseconds

ONE_DAY = timedelta(days=1)
CLOCK_ORIGIN = EPOCH.replace(tzinfo=None)


class Basis(StrEnum):
    """How the hours of a promise are counted.

    CALENDAR_HOURS: every hour. OFFICE_HOURS: only those when the office is open. BUSINESS_DAY_HOURS: around the
    clock, 0 to 24, on business days only: 24 hours from Friday 16:00 end on Monday 16:00; from Saturday 10:00 they
    end with Monday, at its midnight.

    NEXT_BUSINESS_DAY: the same time of day, one business day later for each 24 hours. What comes in on a day that is
    not a business day counts as received at 00:00 of the next one: days are counted from the day after and run until
    they end (Decreto 500/991 arts 112 to 114), so Saturday's mail has the whole of Monday. The due moment always lies
    in a business day. It is counted on the clock on the wall: the time of day stays the same also when clocks change.
    A rest of a day is counted in hours of the business day.
    """

    CALENDAR_HOURS = "calendar_hours"
    NEXT_BUSINESS_DAY = "next_business_day"
    BUSINESS_DAY_HOURS = "business_day_hours"
    OFFICE_HOURS = "office_hours"


def due(basis: Basis, calendar: OpeningCalendar, start: datetime, duration: timedelta) -> datetime:
    """When a promise of `duration`, made at `start`, falls due, by the calendar's clock; no duration gives `start`.

    A negative duration looks back, as `rewind` does. Raises NeverOpen; a naive instant or one outside 1970 to 2099
    raises ValueError.
    """
    if duration < timedelta(0):
        return rewind(basis, calendar, start, -duration)
    match basis:
        case Basis.CALENDAR_HOURS:
            return from_microseconds(to_microseconds(start) + duration // MICROSECOND, calendar.zone)
        case Basis.NEXT_BUSINESS_DAY:
            return _same_time_later(calendar, start, duration // MICROSECOND)
        case Basis.BUSINESS_DAY_HOURS:
            return calendar.business_days.add(start, duration)
        case Basis.OFFICE_HOURS:
            return calendar.add(start, duration)


def rewind(basis: Basis, calendar: OpeningCalendar, end: datetime, duration: timedelta) -> datetime:
    """The latest instant from which `duration` is still counted until `end`: when to warn, in working time."""
    if duration < timedelta(0):
        return due(basis, calendar, end, -duration)
    match basis:
        case Basis.CALENDAR_HOURS:
            return from_microseconds(to_microseconds(end) - duration // MICROSECOND, calendar.zone)
        case Basis.NEXT_BUSINESS_DAY:
            return _same_time_later(calendar, end, -(duration // MICROSECOND))
        case Basis.BUSINESS_DAY_HOURS:
            return calendar.business_days.subtract(end, duration)
        case Basis.OFFICE_HOURS:
            return calendar.subtract(end, duration)


def elapsed(basis: Basis, calendar: OpeningCalendar, start: datetime, end: datetime) -> timedelta:
    """What `basis` counts from `start` to `end`; negative when `end` comes first. A business day counts 24 hours."""
    match basis:
        case Basis.CALENDAR_HOURS:
            return timedelta(microseconds=to_microseconds(end) - to_microseconds(start))
        case Basis.NEXT_BUSINESS_DAY:
            axis = calendar.business_days.axis
            counted = axis.amount(_clock_position(calendar, end)) - axis.amount(_clock_position(calendar, start))
            return timedelta(microseconds=counted)
        case Basis.BUSINESS_DAY_HOURS:
            return calendar.business_days.between(start, end)
        case Basis.OFFICE_HOURS:
            return calendar.between(start, end)


def add_business_days(calendar: OpeningCalendar, on: date, days: int) -> date:
    """The last day of a term of so many business days, counted from the day after `on` (Decreto 500/991 art. 112)."""
    if days < 0:
        raise ValueError("a term has no negative days")
    if not days:
        return on
    axis = calendar.business_days.axis
    until = axis.earliest(axis.amount((day_number(on) + 1) * DAY) + days * DAY)
    if until is None or until > LAST_SECOND * SECOND:
        raise NeverOpen("the calendar has not so many business days before 2100")
    return FIRST_DAY + timedelta(days=until // DAY - 1)  # `until` is the midnight that ends the day


def add_calendar_days(calendar: OpeningCalendar, on: date, days: int, paused: Iterable[date] = ()) -> date:
    """The last day of a term of calendar days, counted from the day after; if no business day, the next one.

    `paused` are days that do not count, such as the week of Turismo (Decreto 500/991 arts 109 and 112). Raises
    NeverOpen.
    """
    if days < 0:
        raise ValueError("a term has no negative days")
    last = on + timedelta(days=days)
    for day in sorted(set(paused)):
        if on < day <= last:
            last += ONE_DAY
    return last if calendar.is_business_day(last) else add_business_days(calendar, last, 1)


def business_days_between(calendar: OpeningCalendar, start: date, end: date) -> int:
    """Business days after `start` until `end`, `end` included; negative when `end` comes first."""
    axis = calendar.business_days.axis
    return (axis.amount((day_number(end) + 1) * DAY) - axis.amount((day_number(start) + 1) * DAY)) // DAY


def last_moment(calendar: OpeningCalendar, on: date) -> datetime:
    """When a term that ends on this day ends: the office's last working moment (Decreto 500/991 art. 114).

    Raises NeverOpen on a day without hours.
    """
    hours = calendar.hours_on(on)
    if not hours:
        raise NeverOpen(f"the office does not open on {on}")
    return _at_clock(calendar, day_number(on) * DAY + hours[-1][1] * MINUTE)


def _same_time_later(calendar: OpeningCalendar, start: datetime, microseconds: int) -> datetime:
    if not microseconds:
        return start.astimezone(calendar.zone)
    axis = calendar.business_days.axis
    position = axis.latest(axis.amount(_clock_position(calendar, start)) + microseconds)
    if position is None or not 0 <= position <= LAST_SECOND * SECOND:
        raise NeverOpen("the calendar has not so many business days between 1970 and 2100")
    return _at_clock(calendar, position)


def _clock_position(calendar: OpeningCalendar, instant: datetime) -> int:
    """What the calendar's clock shows, as a position on its axis."""
    to_microseconds(instant)  # refuses a naive instant
    return (instant.astimezone(calendar.zone).replace(tzinfo=None) - CLOCK_ORIGIN) // MICROSECOND


def _at_clock(calendar: OpeningCalendar, position: int) -> datetime:
    """When the clock shows that: the first time of two; for a time that it skips, as much after the jump."""
    shown = (CLOCK_ORIGIN + timedelta(microseconds=position)).replace(tzinfo=calendar.zone)
    return from_microseconds(to_microseconds(shown), calendar.zone)
