""" "It is complex": the person is told a new date before the old one passes (domain.md 1.2, 5)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.journal.actions import record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.sla import events
from ventanilla.sla.actions import rows
from ventanilla.sla.models import Clock, ClockKind, ClockState

LAST_YEAR = 2098
"""Calendars count until 2099; a date so far is a slip of the keyboard."""


class CannotAnnounce(ValueError):
    """The promise cannot be given a new date; the message says why, to show."""


@transaction.atomic
def announce(case_id: int, new_due_at: datetime, at: datetime, *, by: Actor = SYSTEM) -> Clock:
    """Give the case's resolution, or without one its answer, the date that the person is told; returns that clock.

    `new_due_at` must be later than the present promise, which must still be ahead; it may be put off again as long as
    it is. Terms of the law are not ours to extend. The policy's target stays for the indicators. Raises
    CannotAnnounce.

    Emits: sla.extended.
    """
    service_kinds = [ClockKind.RESOLUTION, ClockKind.FIRST_RESPONSE]
    clocks = rows.locked([case_id], [ClockState.RUNNING, ClockState.PAUSED], kind__in=service_kinds)
    running = {clock.kind: clock for clock in clocks if clock.state == ClockState.RUNNING}
    clock = running.get(ClockKind.RESOLUTION) or running.get(ClockKind.FIRST_RESPONSE)
    if clock is None:
        raise CannotAnnounce(
            _("El plazo está en pausa mientras se espera a la persona: no hace falta una nueva fecha.")
            if clocks
            else _("Esta solicitud no tiene un plazo corriendo.")
        )
    if new_due_at <= at:
        raise CannotAnnounce(_("La nueva fecha tiene que ser futura."))
    if new_due_at.year > LAST_YEAR:
        raise CannotAnnounce(_("Revisá la nueva fecha: queda demasiado lejos."))
    old_due_at = clock.due_at
    if old_due_at is not None:
        if old_due_at <= at:
            raise CannotAnnounce(_("El plazo ya venció: el aviso tiene que salir antes del vencimiento."))
        if new_due_at <= old_due_at:
            raise CannotAnnounce(_("La nueva fecha tiene que ser posterior al vencimiento actual."))
    clock.announced_due_at = new_due_at
    rows.recount(clock, at)
    rows.save([clock])
    details = {"old_due_at": old_due_at.isoformat() if old_due_at else None, "new_due_at": new_due_at.isoformat()}
    record(rows.fact(events.EXTENDED, clock, by, happened_at=at, details=details))
    return clock
