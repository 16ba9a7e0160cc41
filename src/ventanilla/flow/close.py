"""The end of a case, and its new beginning."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Case, CaseState
from ventanilla.cases.rules import Outcome
from ventanilla.flow import trained
from ventanilla.flow.belonging import refuse_unknown
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import NothingRecorded, Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.flow.reply import reply
from ventanilla.flow.second_level import ended
from ventanilla.flow.timing import to_time
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.routing import actions as routing
from ventanilla.sla import actions as sla
from ventanilla.sla.models import ClockKind
from ventanilla.worklist import actions as worklist

ALL_KINDS: Sequence[ClockKind] = list(ClockKind)


@patient
def close(
    actor: Actor, case_id: int, *, type: str, service_id: int | None, text: str = "", outcome: str = "answered"
) -> Case:
    """Close with a type and a service, after a last answer if `text` has one.

    Raises NothingRecorded when nobody answered or wrote a note (domain.md 1.4), Refused.
    """
    if outcome not in case_queries.OUTCOMES:
        raise Refused(_("Ese resultado no existe."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        refuse_unknown(type, service_id, case.public_body_id)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud ya está cerrada."))
        if text.strip():
            reply(actor, case.pk, text)
            case = cases.lock(case.pk)
        if not case_queries.has_recorded_action(case.pk):
            raise NothingRecorded(_("Antes de cerrar, respondé o dejá una nota que diga qué se hizo."))
        cases.change(case, actor, case_type=type, service_id=service_id, subject=case.subject)
        now = clock.now()
        ended(case, actor)
        if case_queries.has_answer(case.pk):
            sla.stop([case.pk], ALL_KINDS, now, by=actor)
        else:
            # Nobody was answered: closing a thank-you or a duplicate keeps no promise and breaks none.
            sla.cancel([case.pk], now, by=actor)
        cases.close(case, Outcome(outcome), actor)
        routing.set_open([case.pk], is_open=False)
        worklist.mark_read(case.pk)
        changed(case)
        return case


@patient
def reopen(actor: Actor, case_id: int, reason: str = "") -> Case:
    """Open a closed case again; its promise begins anew. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if case.state != CaseState.CLOSED:
            raise Refused(_("La solicitud ya está abierta."))
        cases.reopen(case, actor)
        said = [cases.add_note(case, reason, actor)] if reason.strip() else []
        sla.restart([to_time(case, clock.now())], {ClockKind.RESOLUTION})
        trained.reopen(case.pk)
        changed(case, said=said)
        return case
