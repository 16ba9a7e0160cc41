"""What follows when time passes, or a calendar changes: clocks are marked or counted anew, and queues show it."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction

from ventanilla.cases import queries as cases
from ventanilla.flow.changed import changed
from ventanilla.kit import clock, live
from ventanilla.organisation import actions as calendars
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.sla import actions as sla


def tick() -> int:
    """Warn of what falls due soon, note what fell due, count anew what a calendar left behind; the cases touched."""
    now = clock.now()
    touched = 0
    for body in organisation.bodies():
        with scope({body.pk}):
            touched += _mark(body.pk, sla.warn_due, now)
            touched += _mark(body.pk, sla.breach_due, now)
            touched += _recount_body()
    return touched


def recount() -> int:
    """Count the open clocks of changed calendars anew, also for the holidays of a new year; the cases touched."""
    calendars.take_new_holidays()
    touched = 0
    for body in organisation.bodies():
        with scope({body.pk}):
            touched += _recount_body()
    return touched


def _mark(body_id: int, mark: Callable[[datetime], list[int]], now: datetime) -> int:
    """A batch a transaction, until no clock is left to mark. The moments of the rows stay as they are."""
    touched = 0
    while True:
        with transaction.atomic():
            case_ids = mark(now)
            if not case_ids:
                return touched
            _tell(body_id, case_ids)
        touched += len(case_ids)


def _recount_body() -> int:
    touched = 0
    while True:
        with transaction.atomic():
            done = sla.recount()
            if not done.seen:
                return touched
            changed(*cases.by_ids(done.case_ids).values())
        touched += len(done.case_ids)


def _tell(body_id: int, case_ids: Collection[int]) -> None:
    live.publish(live.body_group(body_id), "case", codes=[case.code for case in cases.by_ids(case_ids).values()])
    live.publish(live.body_group(body_id), "board")
