"""Why a promise falls due when it does, line by line, to show to whoever asks (lessons.md 13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.calendars import explanation
from ventanilla.calendars.bases import Basis
from ventanilla.calendars.opening import NeverOpen
from ventanilla.sla.models import Clock, ClockState, Policy
from ventanilla.sla.queries.clocks import clock as clock_by_id
from ventanilla.sla.queries.clocks import stretches
from ventanilla.sla.queries.policies import terms
from ventanilla.sla.rules import ONE_DAY, Counting, Terms


@dataclass(frozen=True, slots=True)
class Promise:
    """A due moment by the calendar's clock, and how it came about."""

    due_at: datetime
    lines: list[str]


def promise(policy: Policy, start: datetime) -> Promise:
    """What the policy promises for something that comes in at `start`. Raises NeverOpen."""
    how, target = terms(policy), timedelta(minutes=policy.target_minutes)
    due = how.due(start, target).astimezone(how.calendar.zone)
    return Promise(due, [*_heading(policy, target), *_counted(how, start, target), _falls_due(how, due)])


def explain(clock: Clock | int) -> list[str]:
    """The whole story of a clock: what was promised and by whom, what counted, its pauses, and where it stands."""
    found = clock_by_id(clock) if isinstance(clock, int) else clock
    if found is None:
        return []
    target = timedelta(seconds=found.target_seconds)
    return [*_heading(found.policy, target), *_story(found, terms(found.policy), target)]


def _story(clock: Clock, how: Terms, target: timedelta) -> Iterator[str]:
    rest, paused_at = target, None
    try:
        for start, end in stretches(clock):
            yield from _pause(how, paused_at, start)
            used = min(how.elapsed(start, end), rest)
            yield from _counted(how, start, used)
            rest, paused_at = rest - used, end
        if clock.running_since is not None:
            yield from _pause(how, paused_at, clock.running_since)
            if clock.announced_due_at is None:
                yield from _counted(how, clock.running_since, rest)
    except NeverOpen:
        yield _("El calendario «%(calendar)s» no tiene horarios, así que no hay vencimiento hasta que se corrija.") % {
            "calendar": clock.policy.calendar.name
        }
        return
    if clock.announced_due_at is not None:
        yield _("Se avisó a la persona que el asunto es complejo. Rige la fecha anunciada: %(moment)s.") % {
            "moment": _moment(how, clock.announced_due_at)
        }
    yield _standing(clock, how, target - rest, rest)


def _standing(clock: Clock, how: Terms, counted: timedelta, rest: timedelta) -> str:
    match clock.state:
        case ClockState.PAUSED:
            return _("En pausa mientras se espera a la persona: contó %(counted)s y quedan %(rest)s.") % {
                "counted": _amount(how, counted),
                "rest": _amount(how, rest),
            }
        case ClockState.MET:
            return _("Cumplido el %(moment)s.") % {"moment": _moment(how, clock.stopped_at)}
        case ClockState.MISSED:
            return _("Se cumplió fuera de plazo, el %(moment)s; vencía el %(due)s.") % {
                "moment": _moment(how, clock.stopped_at),
                "due": _moment(how, clock.due_at),
            }
        case ClockState.CANCELLED:
            return _("Anulado el %(moment)s.") % {"moment": _moment(how, clock.stopped_at)}
        case _:
            return _falls_due(how, clock.due_at)


def _heading(policy: Policy, target: timedelta) -> list[str]:
    first = _("«%(policy)s» (%(kind)s): %(amount)s. Se cuenta en %(basis)s, según el calendario «%(calendar)s».") % {
        "policy": policy.name,
        "kind": policy.get_kind_display(),
        "amount": _amount(terms(policy), target),
        "basis": policy.get_basis_display(),
        "calendar": policy.calendar.name,
    }
    if policy.is_official:
        return [first, _("Surge del Modelo de Atención o de una norma: %(source)s.") % {"source": policy.source or "—"}]
    chosen = _("Es una elección del organismo: ningún texto oficial fija este plazo.")
    return [first, f"{chosen} {policy.source}".strip()]


def _counted(how: Terms, start: datetime, amount: timedelta) -> list[str]:
    """The stretches that count and those that do not, from `start` until `amount` is reached."""
    if not amount:
        return []
    if how.counting is Counting.CALENDAR_DAYS:
        return _calendar_days(how, start, amount)
    if how.counting is Counting.BUSINESS_DAYS:
        return _business_days(how, start, amount)
    steps = explanation.explain(Basis(how.counting.value), how.calendar, start, amount, _)
    return explanation.as_text(steps, _)[:-1]


def _business_days(how: Terms, start: datetime, amount: timedelta) -> list[str]:
    lines = []
    for step in explanation.explain(Basis.BUSINESS_DAY_HOURS, how.calendar, _next_midnight(how, start), amount, _):
        span = _("%(first)s a %(last)s") % {"first": _day(step.start), "last": _day(step.end - timedelta(minutes=1))}
        days = step.counted // ONE_DAY
        counted = ngettext("cuenta %(count)s día hábil", "cuenta %(count)s días hábiles", days) % {"count": days}
        not_counted = _("no cuenta (%(reason)s)") % {"reason": step.reason}
        lines.append(f"{span}: {counted if days else not_counted}")
    return lines


def _calendar_days(how: Terms, start: datetime, amount: timedelta) -> list[str]:
    begins = _next_midnight(how, start)
    due = how.due(start, amount).astimezone(how.calendar.zone)
    lines = [_("%(days)s desde el %(first)s.") % {"days": _amount(how, amount), "first": _day(begins)}]
    stopped = (due.date() - begins.date()).days + 1 - how.elapsed(start, due) // ONE_DAY
    if stopped:
        lines.append(_("La Semana de Turismo no cuenta (Decreto 500/991, art. 109)."))
    counted_until = due.date() - (how.elapsed(start, due) - amount)
    if counted_until != due.date():
        lines.append(_("El último día no es hábil: pasa al siguiente día hábil."))
    return lines


def _pause(how: Terms, paused_at: datetime | None, resumed_at: datetime) -> list[str]:
    if paused_at is None or resumed_at <= paused_at:
        return []
    return [
        _("%(start)s a %(end)s: en pausa (se esperaba a la persona)")
        % {"start": _moment(how, paused_at), "end": _moment(how, resumed_at)}
    ]


def _falls_due(how: Terms, due: datetime | None) -> str:
    if due is None:
        return _("Sin vencimiento.")
    local = due.astimezone(how.calendar.zone)
    if local.time() == time(0):
        return _("Vence al terminar el %(day)s.") % {"day": _day(local - ONE_DAY)}
    return _("Vence el %(moment)s.") % {"moment": _moment(how, due)}


def _next_midnight(how: Terms, at: datetime) -> datetime:
    following = at.astimezone(how.calendar.zone).date() + ONE_DAY
    return datetime.combine(following, time(0), how.calendar.zone)


def _day(local: datetime) -> str:
    return date_format(local, "l d/m/Y")


def _moment(how: Terms, at: datetime | None) -> str:
    """ "lunes 02/02/2026 10:00", by the calendar's clock."""
    return date_format(at.astimezone(how.calendar.zone), "l d/m/Y H:i") if at is not None else "—"


def _amount(how: Terms, amount: timedelta) -> str:
    minutes = amount // timedelta(minutes=1)
    if how.counting in (Counting.BUSINESS_DAYS, Counting.CALENDAR_DAYS):
        days = minutes // 1440
        return ngettext("%(count)s día", "%(count)s días", days) % {"count": days}
    parts = ((minutes // 60, "h"), (minutes % 60, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"
