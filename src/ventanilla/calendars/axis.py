"""Open time along a clock that never jumps: prefix sums over weeks and exceptional days.

A position on the axis is a number of microseconds of *local* clock since 1 January 1970, 00:00. Zones and their jumps
are no matter of this module (see `zone`): here each day has 24 hours.

Any question is answered in closed form for whole weeks, plus one binary search among the exceptional days. So the
cost grows with the logarithm of the number of exceptions, and not at all with the length of the span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

MINUTE = 60_000_000
DAY = 1_440 * MINUTE
THURSDAY = 3  # 1 January 1970; weekdays count from Monday, as `datetime.date.weekday` does

Interval = tuple[int, int]
"""Minutes of the local day: start (included) and end (excluded), 0 to 1440."""


def open_minutes(intervals: Sequence[Interval]) -> int:
    """How many minutes of a day are open."""
    return sum(end - start for start, end in intervals)


def _open_before(intervals: Sequence[Interval], moment: int) -> int:
    """Open microseconds of a day before `moment`, itself in microseconds since the day began."""
    return sum(max(0, min(moment, end * MINUTE) - start * MINUTE) for start, end in intervals)


def _first_moment(intervals: Sequence[Interval], amount: int) -> int:
    """The earliest moment of a day by which `amount` (above zero, at most the day's total) has been open."""
    for start, end in intervals:
        length = (end - start) * MINUTE
        if amount <= length:
            return start * MINUTE + amount
        amount -= length
    raise AssertionError("the day is shorter than the amount sought")


def _last_moment(intervals: Sequence[Interval], amount: int) -> int:
    """The latest moment of a day by which no more than `amount` (below the day's total) has been open."""
    for start, end in intervals:
        length = (end - start) * MINUTE
        if amount < length:
            return start * MINUTE + amount
        amount -= length
    raise AssertionError("the day is shorter than the amount sought")


class LocalAxis:
    """Open time of one weekly pattern with its exceptional days, both ways: position to amount, amount to position.

    Amounts are microseconds of open time since the axis' origin, negative before it.
    """

    def __init__(self, week: Sequence[Sequence[Interval]], exceptions: Mapping[int, Sequence[Interval]]) -> None:
        """`week` has seven entries, Monday first; `exceptions` maps a day number (0 is 1970-01-01) to its own hours."""
        self._week = [tuple(intervals) for intervals in week]
        # Open time of a usual week before each of its days; the eighth entry is the whole week.
        self._before_weekday = list(accumulate((open_minutes(day) * MINUTE for day in week), initial=0))
        self._week_total = self._before_weekday[-1]
        self._days = sorted(exceptions)
        self._hours = [tuple(exceptions[day]) for day in self._days]
        deviations = (open_minutes(exceptions[day]) * MINUTE - self._usual_total(day) for day in self._days)
        # Deviation of all exceptional days before the i-th from the usual week; one entry more than days.
        self._deviation = list(accumulate(deviations, initial=0))
        # Amount at the start and at the end of each exceptional day: both never decrease.
        self._at_start = [self._at_midnight(day, i) for i, day in enumerate(self._days)]
        self._at_end = [self._at_midnight(day + 1, i + 1) for i, day in enumerate(self._days)]

    def hours_of(self, day: int) -> tuple[Interval, ...]:
        """The open intervals of a day number."""
        index = bisect_left(self._days, day)
        if index < len(self._days) and self._days[index] == day:
            return self._hours[index]
        return self._week[(day + THURSDAY) % 7]

    def amount(self, position: int) -> int:
        """Open time from the origin to `position`."""
        day, moment = divmod(position, DAY)
        index = bisect_left(self._days, day)
        is_exception = index < len(self._days) and self._days[index] == day
        hours = self._hours[index] if is_exception else self._week[(day + THURSDAY) % 7]
        return self._at_midnight(day, index) + _open_before(hours, moment)

    def earliest(self, amount: int) -> int | None:
        """The first position by which `amount` has been open: an interval's end rather than the next one's start.

        None when there is never so much open time.
        """
        index = bisect_left(self._at_start, amount) - 1  # the last exceptional day that begins before it is reached
        if index >= 0 and amount <= self._at_end[index]:
            return self._days[index] * DAY + _first_moment(self._hours[index], amount - self._at_start[index])
        if not self._week_total:
            return None
        # As if the usual week had always been kept; weeks begin on Monday, hence the shift.
        target = amount - self._deviation[index + 1] + self._before_weekday[THURSDAY]
        weeks, rest = divmod(target - 1, self._week_total)
        weekday = bisect_left(self._before_weekday, rest + 1) - 1
        moment = _first_moment(self._week[weekday], rest + 1 - self._before_weekday[weekday])
        return (weeks * 7 + weekday - THURSDAY) * DAY + moment

    def latest(self, amount: int) -> int | None:
        """The last position by which no more than `amount` has been open: an opening rather than the close before it.

        None when nothing opens after that much open time.
        """
        index = bisect_right(self._at_start, amount) - 1  # the last exceptional day that begins with at most that
        if index >= 0 and amount < self._at_end[index]:
            return self._days[index] * DAY + _last_moment(self._hours[index], amount - self._at_start[index])
        if not self._week_total:
            return None
        target = amount - self._deviation[index + 1] + self._before_weekday[THURSDAY]
        weeks, rest = divmod(target, self._week_total)
        weekday = bisect_right(self._before_weekday, rest) - 1
        moment = _last_moment(self._week[weekday], rest - self._before_weekday[weekday])
        return (weeks * 7 + weekday - THURSDAY) * DAY + moment

    def _usual_total(self, day: int) -> int:
        weekday = (day + THURSDAY) % 7
        return self._before_weekday[weekday + 1] - self._before_weekday[weekday]

    def _at_midnight(self, day: int, exceptions_before: int) -> int:
        """Open time from the origin to the start of a day before which so many exceptional days lie."""
        weeks, weekday = divmod(day + THURSDAY, 7)
        usual = weeks * self._week_total + self._before_weekday[weekday] - self._before_weekday[THURSDAY]
        return usual + self._deviation[exceptions_before]
