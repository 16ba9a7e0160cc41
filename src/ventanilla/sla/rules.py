"""Which promise applies, when it falls due, and what its light shows. Pure.

A promise is counted in stretches: a pause ends one and the resumption begins the next, and the due moment is found by
walking them in order. So a pause can only move it away, and a promise that fell due stays due (lessons.md 14).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from ventanilla.calendars import bases, uruguay
from ventanilla.calendars.opening import NeverOpen, OpeningCalendar

FIRST_RESPONSE, RESOLUTION, LEGAL, REFERRAL = "first_response", "resolution", "legal", "referral"
RUNNING, PAUSED, MET, MISSED, CANCELLED = "running", "paused", "met", "missed", "cancelled"

ONE_DAY = timedelta(days=1)
LAST_OPEN_MINUTE = timedelta(minutes=1)

Stretch = tuple[datetime, datetime]


class Counting(StrEnum):
    """The four bases of `calendars`, and the two in which laws count: whole days from the day after."""

    CALENDAR_HOURS = "calendar_hours"
    NEXT_BUSINESS_DAY = "next_business_day"
    BUSINESS_DAY_HOURS = "business_day_hours"
    OFFICE_HOURS = "office_hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class CaseToTime:
    """What choosing and starting clocks must know of a case; `started_at` is when the person's message came in."""

    case_id: int
    public_body_id: int
    channel: str
    case_type: str
    service_id: int | None
    started_at: datetime


class Choosable(Protocol):
    """As much of a policy as the choice looks at; "" and None fit any case."""

    @property
    def pk(self) -> int: ...
    @property
    def public_body_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def case_type(self) -> str: ...
    @property
    def service_id(self) -> int | None: ...


P = TypeVar("P", bound=Choosable)


def choose(policies: Iterable[P], case: CaseToTime) -> list[P]:
    """The policies that apply to a case: of each kind the most specific, of kind `legal` every one that fits.

    A service says more than a type, a type more than a channel. Of two that say as much the older one wins. Those of
    kind `referral` promise nothing to the person and are left out: `for_referral` chooses among them.
    """
    return _choose((policy for policy in policies if policy.kind != REFERRAL), case)


def for_referral(policies: Iterable[P], case: CaseToTime) -> P | None:
    """How long the second level has for this case, chosen in the same way; None where the body says nothing."""
    return next(iter(_choose((policy for policy in policies if policy.kind == REFERRAL), case)), None)


def _choose(policies: Iterable[P], case: CaseToTime) -> list[P]:
    best: dict[str, P] = {}
    legal = []
    for policy in policies:
        if policy.public_body_id != case.public_body_id or not _fits(policy, case):
            continue
        if policy.kind == LEGAL:
            legal.append(policy)
        elif policy.kind not in best or _rank(policy) > _rank(best[policy.kind]):
            best[policy.kind] = policy
    return [*(best[kind] for kind in sorted(best)), *sorted(legal, key=lambda policy: policy.pk)]


def _fits(policy: Choosable, case: CaseToTime) -> bool:
    return (
        policy.channel in ("", case.channel)
        and policy.case_type in ("", case.case_type)
        and policy.service_id in (None, case.service_id)
    )


def _rank(policy: Choosable) -> tuple[bool, bool, bool, int]:
    return policy.service_id is not None, bool(policy.case_type), bool(policy.channel), -policy.pk


@dataclass(frozen=True, slots=True)
class Terms:
    """How one policy counts. Instants go in and come out timezone-aware; `warning` is counted as the promise is."""

    counting: Counting
    calendar: OpeningCalendar
    warning: timedelta
    stops_in_turismo: bool = False

    def due(self, start: datetime, duration: timedelta) -> datetime:
        """When `duration` (above zero) has been counted since `start`. Raises NeverOpen."""
        on = start.astimezone(self.calendar.zone).date()
        days = -(-duration // ONE_DAY)
        match self.counting:
            case Counting.BUSINESS_DAYS:
                last = bases.add_business_days(self.calendar, on, days)
                return bases.last_moment(self.calendar, last).astimezone(UTC)
            case Counting.CALENDAR_DAYS:
                last = bases.add_calendar_days(
                    self.calendar, on, days, self._days_that_stop(on.year, on.year + days // 300 + 1)
                )
                return bases.last_moment(self.calendar, last).astimezone(UTC)
            case _:
                return bases.due(bases.Basis(self.counting.value), self.calendar, start, duration).astimezone(UTC)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """What counts from `start` to `end`; whole days where the law counts days."""
        first, last = (at.astimezone(self.calendar.zone).date() for at in (start, end))
        match self.counting:
            case Counting.BUSINESS_DAYS:
                return ONE_DAY * bases.business_days_between(self.calendar, first, last)
            case Counting.CALENDAR_DAYS:
                stopped = sum(first < day <= last for day in self._days_that_stop(first.year, last.year))
                return ONE_DAY * ((last - first).days - stopped)
            case _:
                return bases.elapsed(bases.Basis(self.counting.value), self.calendar, start, end)

    def rewind(self, end: datetime, duration: timedelta) -> datetime:
        """The moment from which `duration` is left until `end`. Raises NeverOpen."""
        match self.counting:
            case Counting.BUSINESS_DAYS:
                basis = bases.Basis.BUSINESS_DAY_HOURS
            case Counting.CALENDAR_DAYS:
                basis = bases.Basis.CALENDAR_HOURS
            case _:
                basis = bases.Basis(self.counting.value)
        return bases.rewind(basis, self.calendar, end, duration).astimezone(UTC)

    def _days_that_stop(self, first_year: int, last_year: int) -> list[date]:
        if not self.stops_in_turismo:
            return []
        return [day for year in range(first_year, last_year + 1) for day in uruguay.turismo_week(year)]


def due_at(
    terms: Terms, target: timedelta, stretches: Sequence[Stretch], running_since: datetime | None
) -> datetime | None:
    """When the promise falls due, or fell due in a finished stretch; None when a pause holds it. Raises NeverOpen."""
    rest = target
    for start, end in stretches:
        counted = terms.elapsed(start, end)
        if counted >= rest:
            return terms.due(start, rest)
        rest -= counted
    return terms.due(running_since, rest) if running_since is not None else None


def consumed(terms: Terms, stretches: Sequence[Stretch], running_since: datetime | None, until: datetime) -> timedelta:
    """What has been counted of the promise until then, pauses left out."""
    counted = sum((terms.elapsed(start, end) for start, end in stretches), timedelta(0))
    if running_since is not None and until > running_since:
        counted += terms.elapsed(running_since, until)
    return counted


def warn_at(terms: Terms, running_since: datetime, due: datetime) -> datetime | None:
    """When the light turns and the warning may go out: in working time, `warning` before the due moment (lesson 15).

    A moment out of hours moves back to the last open minute before it; one before the clock began, to the first open
    moment since. Where nobody works between the beginning and the due moment the light turns at once, and
    `warn_due` holds the warning back. None when the policy gives no warning.
    """
    if not terms.warning:
        return None
    calendar = terms.calendar
    try:
        at = terms.rewind(due, terms.warning)
        if not calendar.is_open(at):
            at = calendar.subtract(at, LAST_OPEN_MINUTE)
        if at < running_since:
            at = calendar.next_open(running_since)
    except NeverOpen:
        return running_since
    return at.astimezone(UTC) if at < due else running_since


@dataclass(frozen=True, slots=True)
class Times:
    """What a clock's row says while it runs; both None while paused, or while the calendar has no hours."""

    due_at: datetime | None
    warn_at: datetime | None


def times(
    terms: Terms,
    target: timedelta,
    stretches: Sequence[Stretch],
    running_since: datetime | None,
    announced_due_at: datetime | None = None,
) -> Times:
    """Due and warning moments of a clock; an announced date takes the place of the counted one."""
    if running_since is None:
        return Times(None, None)
    try:
        due = announced_due_at or due_at(terms, target, stretches, running_since)
    except NeverOpen:
        return Times(None, None)
    return Times(due, warn_at(terms, running_since, due) if due is not None else None)


def announced_after_pause(
    terms: Terms, announced_due_at: datetime, paused_at: datetime, resumed_at: datetime
) -> datetime:
    """The announced date, moved by what was left of it when the person was asked; never to an earlier one."""
    try:
        rest = terms.elapsed(paused_at, announced_due_at)
        if rest <= timedelta(0):
            return announced_due_at
        return max(announced_due_at, terms.due(resumed_at, rest))
    except NeverOpen:
        return announced_due_at


def close_stretch(stretches: Sequence[Stretch], running_since: datetime, at: datetime) -> list[Stretch]:
    """The stretches with the running one ended; an instant before its beginning counts as that beginning."""
    return [*stretches, (running_since, at)] if at > running_since else list(stretches)


def was_met(fell_due_at: datetime | None, stopped_at: datetime) -> bool:
    """The due moment itself is in time; no due moment means that a pause still held it."""
    return fell_due_at is None or stopped_at <= fell_due_at


def light(now: datetime, due_at: datetime | None, warn_at: datetime | None, is_paused: bool) -> str:
    """The traffic light of a promise: "late", "soon", "ok", "paused", or "none" where nothing was promised."""
    if due_at is None:
        return "paused" if is_paused else "none"
    if now > due_at:
        return "late"
    return "soon" if warn_at is not None and now >= warn_at else "ok"


class Timed(Protocol):
    """As much of a clock as a row of the queue looks at."""

    kind: str
    state: str
    is_restart: bool
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowTimes:
    """What a row of the queue shows: `first_…` of the opening of the case, `next_…` of what runs now."""

    first_response_due_at: datetime | None = None
    first_responded_at: datetime | None = None
    resolution_due_at: datetime | None = None
    next_due_at: datetime | None = None
    next_warn_at: datetime | None = None
    is_paused: bool = False


def row_times(clocks: Iterable[Timed]) -> RowTimes:
    """From a case's clocks, whichever their state. What the second level owes to the centre was not promised to the
    person."""
    promises = (clock for clock in clocks if clock.state != CANCELLED and clock.kind != REFERRAL)
    valid = sorted(promises, key=lambda clock: clock.started_at)
    running = [clock for clock in valid if clock.state == RUNNING]
    first = next((clock for clock in valid if clock.kind == FIRST_RESPONSE and not clock.is_restart), None)
    resolutions = [clock for clock in valid if clock.kind == RESOLUTION]
    return RowTimes(
        first_response_due_at=first.due_at if first else None,
        first_responded_at=first.stopped_at if first else None,
        resolution_due_at=resolutions[-1].due_at if resolutions else None,
        next_due_at=min((clock.due_at for clock in running if clock.due_at is not None), default=None),
        next_warn_at=min((clock.warn_at for clock in running if clock.warn_at is not None), default=None),
        is_paused=not running and any(clock.state == PAUSED for clock in valid),
    )
