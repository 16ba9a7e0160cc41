"""Why a promise falls due when it does, stretch by stretch, in words that a person at the counter can check.

Stretches that count and stretches that do not follow each other without a hole from the start to the due moment; what
touches is one stretch, so a closed week of Turismo with its weekends is one line. Texts are Spanish; `gettext` may be
given to translate them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ventanilla.calendars.bases import Basis, due, elapsed
from ventanilla.calendars.opening import ExceptionKind, OpeningCalendar
from ventanilla.calendars.zone import to_microseconds

Translate = Callable[[str], str]

SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of the way from the start to the due moment; `counted` is zero where nothing counts."""

    start: datetime
    end: datetime
    counted: timedelta
    reason: str

    @property
    def is_counted(self) -> bool:
        """Whether time ran here."""
        return bool(self.counted)

    @property
    def counted_minutes(self) -> float:
        """Counted time in minutes, seconds as a fraction."""
        return self.counted / timedelta(minutes=1)


def explain(
    basis: Basis, calendar: OpeningCalendar, start: datetime, duration: timedelta, gettext: Translate = str
) -> list[Step]:
    """The way from `start` to `due(basis, calendar, start, duration)`; the counted parts add up to `duration`.

    Costs one look a stretch and one a closed day. Raises NeverOpen; a negative duration raises ValueError.
    """
    if duration < timedelta(0):
        raise ValueError("a promise has no negative duration")
    start, end = start.astimezone(calendar.zone), due(basis, calendar, start, duration)
    if basis is Basis.CALENDAR_HOURS:
        return [Step(start, end, duration, gettext("todas las horas"))] if duration else []
    counting = calendar if basis is Basis.OFFICE_HOURS else calendar.business_days
    steps: list[Step] = []
    at = start
    for opens, closes in counting.intervals(start, end):
        if to_microseconds(at) < to_microseconds(opens):
            steps.append(Step(at, opens, timedelta(0), _why_closed(counting, at, opens, gettext)))
        reason = _why_open(counting, opens, gettext) if basis is Basis.OFFICE_HOURS else gettext("días hábiles")
        steps.append(Step(opens, closes, elapsed(basis, calendar, opens, closes), reason))
        at = closes
    if to_microseconds(at) < to_microseconds(end):
        steps.append(Step(at, end, timedelta(0), _why_closed(counting, at, end, gettext)))
    return steps


def as_text(steps: Sequence[Step], gettext: Translate = str) -> list[str]:
    """One line a step, and a last one with the sum and the due moment; no steps, no lines."""
    if not steps:
        return []
    lines = []
    for step in steps:
        span = gettext("{start} a {end}").format(start=_moment(step.start, gettext), end=_end(step, gettext))
        if step.is_counted:
            amount = _amount(step.counted)
            lines.append(
                gettext("{span}: cuenta {amount} ({reason})").format(span=span, amount=amount, reason=step.reason)
            )
        else:
            lines.append(gettext("{span}: no cuenta ({reason})").format(span=span, reason=step.reason))
    total = sum((step.counted for step in steps), timedelta(0))
    last = steps[-1]
    if last.is_counted and _ends_at_midnight(last):
        day = _day((last.end - ONE_DAY).date(), gettext)
        lines.append(gettext("En total {amount}: vence al terminar el {day}").format(amount=_amount(total), day=day))
    else:
        promise = gettext("En total {amount}: vence el {day} a las {clock}")
        day = _day(last.end.date(), gettext)
        lines.append(promise.format(amount=_amount(total), day=day, clock=_clock(last.end)))
    return lines


def _why_open(calendar: OpeningCalendar, opens: datetime, gettext: Translate) -> str:
    """Days with hours of their own say so."""
    exception = calendar.exception_on(opens.date())
    if exception is None:
        return gettext("horario de atención")
    return _special_hours(exception.name, gettext)


def _why_closed(calendar: OpeningCalendar, start: datetime, end: datetime, gettext: Translate) -> str:
    """The reasons of each day in between, once each; the hours around closed days go without saying."""
    reasons: dict[str, None] = {}
    weekend = {day.weekday() for day in _days(start, end) if not calendar.is_business_day(day)} & {SATURDAY, SUNDAY}
    for day in _days(start, end):
        exception = calendar.exception_on(day)
        usual_hours = calendar.opening.week[day.weekday()]
        if calendar.is_business_day(day):
            if exception is not None:
                reasons[_special_hours(exception.name, gettext)] = None
        elif exception is not None and (usual_hours or exception.kind is ExceptionKind.CLOSURE):
            reasons[_exception_name(exception.name, exception.kind, gettext)] = None
        elif day.weekday() in weekend:
            reasons[_weekend(weekend, gettext)] = None
        else:
            reasons[gettext("{weekday} sin atención").format(weekday=_weekday(day, gettext))] = None
    return ", ".join(reasons) or gettext("fuera de horario")


def _special_hours(name: str, gettext: Translate) -> str:
    return gettext("horario especial: {name}").format(name=name) if name else gettext("horario especial")


def _exception_name(name: str, kind: ExceptionKind, gettext: Translate) -> str:
    if kind is ExceptionKind.HOLIDAY:
        return gettext("feriado: {name}").format(name=name) if name else gettext("feriado")
    return gettext("cerrado: {name}").format(name=name) if name else gettext("cerrado")


def _weekend(days: set[int], gettext: Translate) -> str:
    if days == {SATURDAY, SUNDAY}:
        return gettext("fin de semana")
    return gettext("sábado") if SATURDAY in days else gettext("domingo")


def _days(start: datetime, end: datetime) -> Iterator[date]:
    """Every date that the stretch touches; one that ends at midnight does not touch the day then begun."""
    last = end.date() - ONE_DAY if end.time() == MIDNIGHT else end.date()
    day = start.date()
    while day <= last:
        yield day
        day += ONE_DAY


def _ends_at_midnight(step: Step) -> bool:
    return step.end.time() == MIDNIGHT and step.start.date() < step.end.date()


def _weekday(day: date, gettext: Translate) -> str:
    names = (
        gettext("lunes"),
        gettext("martes"),
        gettext("miércoles"),
        gettext("jueves"),
        gettext("viernes"),
        gettext("sábado"),
        gettext("domingo"),
    )
    return names[day.weekday()]


def _day(day: date, gettext: Translate) -> str:
    return f"{_weekday(day, gettext)} {day:%d/%m/%Y}"


def _clock(moment: datetime) -> str:
    """Hours and minutes, with seconds only where there are some."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _moment(moment: datetime, gettext: Translate) -> str:
    return f"{_day(moment.date(), gettext)} {_clock(moment)}"


def _end(step: Step, gettext: Translate) -> str:
    """The end of a stretch: the hour alone on the same day, and midnight as the 24:00 of the day that ends."""
    day, clock = step.end.date(), _clock(step.end)
    if _ends_at_midnight(step):
        day, clock = day - ONE_DAY, "24:00"
    return clock if day == step.start.date() else f"{_day(day, gettext)} {clock}"


def _amount(amount: timedelta) -> str:
    """ "7 h 30 min": hours and minutes, seconds only where there are some. The units are international symbols."""
    seconds = amount // timedelta(seconds=1)
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"
