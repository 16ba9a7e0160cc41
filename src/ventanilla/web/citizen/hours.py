"""Opening hours in words: what the week is like, and whether it is open now. Pure but for the words' language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ventanilla.calendars.axis import Interval
from ventanilla.calendars.opening import ExceptionKind, NeverOpen, OpeningCalendar
from ventanilla.flow.texts import day_in_words

WEEKDAYS = (
    gettext_lazy("lunes"),
    gettext_lazy("martes"),
    gettext_lazy("miércoles"),
    gettext_lazy("jueves"),
    gettext_lazy("viernes"),
    gettext_lazy("sábado"),
    gettext_lazy("domingo"),
)
SPECIAL_DAYS_AHEAD = 45
SPECIAL_DAYS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class State:
    """Whether it is open, and until or from when."""

    is_open: bool
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Days of the week and their hours: "lunes a viernes", "de 9:00 a 12:30 y de 13:30 a 17:00"."""

    days: str
    hours: str


def week_lines(week: Mapping[int, Sequence[Interval]]) -> list[Line]:
    """Days that follow each other with the same hours share a line; closed days have none."""
    lines = []
    for hours, days in groupby(range(7), key=lambda day: tuple(week.get(day, ()))):
        span = list(days)
        if hours:
            lines.append(Line(_days(span), intervals_in_words(hours)))
    return lines


def _days(span: Sequence[int]) -> str:
    first, last = str(WEEKDAYS[span[0]]), str(WEEKDAYS[span[-1]])
    if len(span) == 1:
        return capfirst(first)
    joined = _("%(first)s y %(last)s") if len(span) == 2 else _("%(first)s a %(last)s")
    return capfirst(joined % {"first": first, "last": last})


def intervals_in_words(hours: Sequence[Interval]) -> str:
    each = [
        _("de %(opens)s a %(closes)s") % {"opens": _clock(opens), "closes": _clock(closes)} for opens, closes in hours
    ]
    return each[0] if len(each) == 1 else _("%(first)s y %(last)s") % {"first": ", ".join(each[:-1]), "last": each[-1]}


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def state_at(calendar: OpeningCalendar, now: datetime) -> State:
    """Open until when, or closed and open again when."""
    try:
        if calendar.is_open(now):
            closes = timezone.localtime(calendar.next_closed(now))
            return State(True, _("Abierto ahora, hasta las %(time)s") % {"time": f"{closes:%-H:%M}"})
        opens = timezone.localtime(calendar.next_open(now))
    except NeverOpen:
        return State(False, _("Cerrado por ahora"))
    today = timezone.localtime(now).date()
    when = {today: pgettext("día", "hoy"), today + timedelta(days=1): pgettext("día", "mañana")}.get(opens.date())
    if when is None:
        is_near = opens.date() - today < timedelta(days=7)
        when = _("el %(day)s") % {"day": date_format(opens, "l") if is_near else day_in_words(opens)}
    return State(False, _("Cerrado ahora. Abre %(when)s a las %(time)s") % {"when": when, "time": f"{opens:%-H:%M}"})


def special_days(calendar: OpeningCalendar, today: date) -> list[Line]:
    """The next dates that are not like their weekday, with why."""
    found = []
    for ahead in range(SPECIAL_DAYS_AHEAD):
        on = today + timedelta(days=ahead)
        exception = calendar.exception_on(on)
        if exception is None:
            continue
        usual = _("cerrado") if not exception.intervals else intervals_in_words(exception.intervals)
        name = exception.name or (_("Feriado") if exception.kind is ExceptionKind.HOLIDAY else "")
        found.append(Line(capfirst(day_in_words(on)), f"{usual} ({name})" if name else usual))
        if len(found) == SPECIAL_DAYS_SHOWN:
            break
    return found
