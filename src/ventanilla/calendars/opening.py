"""When an office is open, and open time between instants.

One rule decides everything, also on the nights when clocks are changed: **the office is open at an instant when the
zone's clock, read at that instant, stands inside one of that date's intervals.** Open time is the real time that
passes while it is open. So an interval across a lost hour is an hour shorter, and an hour that the clock shows twice
counts twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from ventanilla.calendars.axis import Interval, LocalAxis
from ventanilla.calendars.zone import LAST_SECOND, MICROSECOND, SECOND, from_microseconds, segments_of, to_microseconds

FIRST_DAY = date(1970, 1, 1)
MINUTES_A_DAY = 1_440
WHOLE_DAY: tuple[Interval, ...] = ((0, MINUTES_A_DAY),)


class NeverOpen(ValueError):
    """The calendar has not so much open time: none at all, or not before 2100, or not after 1970."""


class ExceptionKind(StrEnum):
    """Why a day differs from the usual week."""

    HOLIDAY = "holiday"
    CLOSURE = "closure"
    SPECIAL = "special"


def minutes(moment: str | time | int) -> int:
    """Minutes since the day began: "9:00" is 540, "24:00" is 1440. Seconds and whatever else raise ValueError."""
    if isinstance(moment, time):
        if moment.second or moment.microsecond:
            raise ValueError(f"opening hours are kept to the minute: {moment}")
        return moment.hour * 60 + moment.minute
    if isinstance(moment, str):
        hour, separator, minute = moment.partition(":")
        if not (separator and hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and int(minute) < 60):
            raise ValueError(f"not a time of the day: {moment!r}")
        moment = int(hour) * 60 + int(minute)
    if not 0 <= moment <= MINUTES_A_DAY:
        raise ValueError(f"not a time of the day: {moment}")
    return moment


def _tidy(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted, with neighbours joined; overlapping, empty or impossible ones raise ValueError."""
    ordered = sorted((minutes(start), minutes(end)) for start, end in intervals)
    for start, end in ordered:
        if start >= end:
            raise ValueError(f"an interval must end after it begins: {start} to {end}; split it at midnight")
    for (_, end), (start, _) in pairwise(ordered):
        if start < end:
            raise ValueError(f"intervals overlap at minute {start}")
    joined: list[Interval] = []
    for start, end in ordered:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class DayException:
    """One date that does not follow the usual week: closed, or with hours of its own (half day, special opening).

    `name` is shown to people, in Spanish. No intervals means closed all day.
    """

    on: date
    name: str = ""
    intervals: tuple[Interval, ...] = ()
    kind: ExceptionKind = ExceptionKind.HOLIDAY

    def __post_init__(self) -> None:
        object.__setattr__(self, "intervals", _tidy(self.intervals))


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of an office: seven days, Monday first, and the dates that differ.

    Of two exceptions on one date the last counts, so national holidays come first and the body's own days after them.
    Bad intervals and unknown zones raise ValueError.
    """

    week: tuple[tuple[Interval, ...], ...]
    exceptions: tuple[DayException, ...] = ()
    zone: str = "America/Montevideo"

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has seven days, not {len(self.week)}")
        object.__setattr__(self, "week", tuple(_tidy(intervals) for intervals in self.week))
        last = {exception.on: exception for exception in self.exceptions}
        object.__setattr__(self, "exceptions", tuple(last[on] for on in sorted(last)))
        try:
            ZoneInfo(self.zone)
        except (OSError, KeyError, ValueError) as error:
            # A name that is not there raises a KeyError, the name of a folder of zones an OSError.
            raise ValueError(f"unknown time zone: {self.zone!r}") from error

    @classmethod
    def weekly(
        cls,
        week: Mapping[int, Iterable[tuple[str | time | int, str | time | int]]],
        exceptions: Iterable[DayException] = (),
        zone: str = "America/Montevideo",
    ) -> "Opening":
        """From weekday (0 is Monday) to its intervals; a day left out is closed, an end of `time(0, 0)` is 24:00."""
        if unknown := set(week) - set(range(7)):
            raise ValueError(f"weekdays go from 0 to 6: {sorted(unknown)}")
        days = (
            tuple(
                (minutes(start), MINUTES_A_DAY if end == time(0) else minutes(end)) for start, end in week.get(day, ())
            )
            for day in range(7)
        )
        return cls(week=tuple(days), exceptions=tuple(exceptions), zone=zone)


class OpeningCalendar:
    """An opening, compiled: every question costs a few binary searches, however long the span.

    Instants must carry a time zone; answers are shown by the calendar's own clock. Mind that Python subtracts two
    datetimes of one zone by the clock on the wall; ask `between`, or go through UTC.
    """

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.zone = ZoneInfo(opening.zone)
        self._exceptions = {exception.on: exception for exception in opening.exceptions}
        by_day = {day_number(on): exception.intervals for on, exception in self._exceptions.items()}
        self.axis = LocalAxis(opening.week, by_day)
        segments = segments_of(self.zone)
        self._starts = list(segments.starts)
        self._offsets = segments.offsets
        ends = (*segments.starts[1:], LAST_SECOND * SECOND)
        # What the axis shows as each stretch of constant offset begins, and the open time until then; the last entry
        # of the second is all there ever is.
        self._axis_before = [
            self.axis.amount(at + ahead) for at, ahead in zip(self._starts, self._offsets, strict=True)
        ]
        self._open_before = [0]
        for end, ahead, before in zip(ends, self._offsets, self._axis_before, strict=True):
            self._open_before.append(self._open_before[-1] + self.axis.amount(end + ahead) - before)

    @staticmethod
    @lru_cache(maxsize=256)
    def of(opening: Opening) -> "OpeningCalendar":
        """The compiled calendar of an opening, kept for the next who asks."""
        return OpeningCalendar(opening)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant by which `duration` has been open since `start`: a closing time, not the next opening.

        No duration gives `start` back; a negative one is subtracted. Raises NeverOpen.
        """
        if duration < timedelta(0):
            return self.subtract(start, -duration)
        if not duration:
            return start.astimezone(self.zone)
        return self._instant(self._earliest(self._amount(start) + duration // MICROSECOND))

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The latest instant from which `duration` is open until `end`. Raises NeverOpen."""
        if duration < timedelta(0):
            return self.add(end, -duration)
        if not duration:
            return end.astimezone(self.zone)
        amount = self._amount(end) - duration // MICROSECOND
        return self._instant(self._latest(amount) if amount >= 0 else None)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; negative when `end` comes first."""
        return timedelta(microseconds=self._amount(end) - self._amount(start))

    def is_open(self, at: datetime) -> bool:
        """Whether the zone's clock stands inside an interval; its start is inside, its end is not."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.hours_on(local.date()))

    def next_open(self, at: datetime) -> datetime:
        """The first open instant not before `at`: itself when it is open. Raises NeverOpen."""
        return self._instant(self._following(to_microseconds(at)))

    def next_closed(self, at: datetime) -> datetime:
        """The first closed instant not before `at`. Raises NeverOpen for an office that never closes."""
        return self._closed.next_open(at)

    def intervals(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches between two instants, cut to them; what touches is one, also over midnight."""
        position, last = to_microseconds(start), to_microseconds(end)
        while position < last:
            opens = self._following(position)
            if opens is None or opens >= last:
                return
            closes = self._closed._following(opens)
            position = last if closes is None else min(closes, last)
            yield from_microseconds(opens, self.zone), from_microseconds(position, self.zone)

    def hours_on(self, on: date) -> tuple[Interval, ...]:
        """The intervals of one date, exceptions considered."""
        return self.axis.hours_of(day_number(on))

    def exception_on(self, on: date) -> DayException | None:
        """The exception that holds on a date."""
        return self._exceptions.get(on)

    def is_business_day(self, on: date) -> bool:
        """Whether the office opens at all on that date (Decreto 500/991 art. 113)."""
        return bool(self.hours_on(on))

    @cached_property
    def business_days(self) -> "OpeningCalendar":
        """The same calendar open around the clock, 0 to 24, on every business day."""
        return self._with_hours(lambda intervals: WHOLE_DAY if intervals else ())

    @cached_property
    def _closed(self) -> "OpeningCalendar":
        """The opposite calendar: open when this one is closed."""
        return self._with_hours(_gaps)

    def _with_hours(self, change: Callable[[tuple[Interval, ...]], tuple[Interval, ...]]) -> "OpeningCalendar":
        opening = self.opening
        return OpeningCalendar(
            Opening(
                week=tuple(change(intervals) for intervals in opening.week),
                exceptions=tuple(replace(each, intervals=change(each.intervals)) for each in opening.exceptions),
                zone=opening.zone,
            )
        )

    def _amount(self, instant: datetime) -> int:
        """Open microseconds from the first bound to an instant."""
        return self._amount_at(to_microseconds(instant))

    def _amount_at(self, position: int) -> int:
        stretch = bisect_right(self._starts, position) - 1
        on_axis = self.axis.amount(position + self._offsets[stretch])
        return self._open_before[stretch] + on_axis - self._axis_before[stretch]

    def _following(self, position: int) -> int | None:
        """The first open position not before another; None when it stays closed."""
        return self._latest(self._amount_at(position))

    def _earliest(self, amount: int) -> int | None:
        """The first position by which an amount (above zero) has been open."""
        if amount > self._open_before[-1]:
            return None
        stretch = bisect_left(self._open_before, amount) - 1
        found = self.axis.earliest(amount - self._open_before[stretch] + self._axis_before[stretch])
        return None if found is None else found - self._offsets[stretch]

    def _latest(self, amount: int) -> int | None:
        """The last position by which no more than an amount (not below zero) has been open."""
        if amount >= self._open_before[-1]:
            return None
        stretch = bisect_right(self._open_before, amount) - 1
        found = self.axis.latest(amount - self._open_before[stretch] + self._axis_before[stretch])
        return None if found is None else found - self._offsets[stretch]

    def _instant(self, position: int | None) -> datetime:
        if position is None:
            raise NeverOpen("the calendar has not so much open time between 1970 and 2100")
        return from_microseconds(position, self.zone)


def day_number(on: date) -> int:
    """Days since 1 January 1970, as the axis counts them."""
    return (on - FIRST_DAY).days


def _gaps(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The rest of the day."""
    edges = [0, *(minute for interval in intervals for minute in interval), MINUTES_A_DAY]
    return tuple((start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)
