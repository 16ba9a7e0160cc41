"""One thing that happened and that many people write about: their cases are gathered, and one answer reaches them all.

What is done to many cases at once (linking a selection, answering) goes through flow.bulk.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import incidents
from ventanilla.cases.models import Batch, Case, CaseState, Incident
from ventanilla.flow import bulk, bulk_acts
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock

TITLE_LIMIT = 200
SAME_ANSWER = timedelta(minutes=10)


def open_incident(actor: Actor, body_id: int, title: str, text: str) -> Incident:
    """Raises Refused."""
    _refuse_untitled(title)
    with transaction.atomic():
        return cases.open_incident(body_id, title, text, actor)


def change_incident(actor: Actor, incident_id: int, title: str, text: str) -> Incident:
    """What is known of it. Raises Refused."""
    _refuse_untitled(title)
    incident = known(incident_id)
    with transaction.atomic():
        cases.change_incident(incident, title, text, actor)
    return incident


def set_open(actor: Actor, incident_id: int, is_open: bool) -> Incident:
    """It is over, or goes on after all; its cases stay as they are. Raises Refused."""
    incident = known(incident_id)
    with transaction.atomic():
        (cases.reopen_incident if is_open else cases.close_incident)(incident, actor)
    return incident


@patient
def unlink(actor: Actor, case_id: int) -> Case:
    """It was about something else. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if cases.unlink_from_incident(case, actor):
            changed(case)
        return case


def answer(actor: Actor, incident_id: int, text: str, *, closes: bool = False) -> Batch:
    """Answer everybody, each in her channel, in a job that never answers one twice; those who cannot be answered are
    kept with the reason. Raises Refused, also for the same text within `SAME_ANSWER`: a button was pressed twice."""
    known(incident_id)
    wish = Wish(Kind.ANSWER, incident_id=incident_id, text=text, closes=closes)
    with transaction.atomic():
        cases.lock_incident(incident_id)
        case_ids = incidents.case_ids_of(incident_id)
        if not case_ids:
            raise Refused(_("El incidente no tiene solicitudes: vinculá alguna antes de responder."))
        since = clock.now() - SAME_ANSWER
        said = [one for one in incidents.answers_of(incident_id) if one.finished_at is None or one.made_at > since]
        if any(one.text.split() == text.split() for one in said):
            raise Refused(_("Esa misma respuesta ya se mandó hace un momento: mirá en el incidente a quiénes llegó."))
        return bulk.ask(actor, case_ids, wish)


@dataclass(frozen=True, slots=True)
class Sample:
    """How the answer looks for one of the cases."""

    case: Case
    text: str


def preview(incident_id: int, text: str, staff_name: str) -> Sample:
    """For the first case that is open. Raises Refused."""
    bulk_acts.refuse_unsayable(text)
    case = next((one for one in incidents.cases_of(incident_id) if one.state != CaseState.CLOSED), None)
    if case is None:
        raise Refused(_("El incidente no tiene solicitudes abiertas a las que responder."))
    return Sample(case, bulk_acts.filled(case, text, staff_name))


def known(incident_id: int) -> Incident:
    """Raises Refused where there is none in sight."""
    incident = incidents.incident(incident_id)
    if incident is None:
        raise Refused(_("Ese incidente no existe."))
    return incident


def _refuse_untitled(title: str) -> None:
    if not title.strip():
        raise Refused(_("Escribí qué pasó en pocas palabras: es el título del incidente."))
    if len(title.strip()) > TITLE_LIMIT:
        raise Refused(_("El título es demasiado largo."))
