"""Opens incidents and says which cases are about them."""

from ventanilla.cases import events
from ventanilla.cases.actions.entries import add_event
from ventanilla.cases.actions.incoming import storable
from ventanilla.cases.models import Case, Incident, IncidentCase, IncidentState
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock

TITLE_LIMIT = 200


class InAnotherIncident(Exception):
    """The case is about another incident already; the message is that one's title."""


def open_incident(body_id: int, title: str, text: str, actor: Actor) -> Incident:
    """Emits cases.incident_opened."""
    incident = Incident(
        public_body_id=body_id,
        title=storable(title).strip()[:TITLE_LIMIT],
        text=storable(text).strip(),
        opened_by_id=actor.user_id,
        opened_at=clock.now(),
    )
    incident.save(force_insert=True)
    _tell(events.INCIDENT_OPENED, incident, actor)
    return incident


def change_incident(incident: Incident, title: str, text: str, actor: Actor) -> bool:
    """What is known of it. Emits cases.incident_changed; False when nothing changed."""
    title, text = storable(title).strip()[:TITLE_LIMIT], storable(text).strip()
    if (incident.title, incident.text) == (title, text):
        return False
    incident.title, incident.text = title, text
    incident.save(update_fields=["title", "text"])
    _tell(events.INCIDENT_CHANGED, incident, actor)
    return True


def lock_incident(incident_id: int) -> Incident | None:
    """Held until the transaction ends, so that two who press the same button come one after the other."""
    found: Incident | None = Incident.objects.select_for_update(no_key=True).filter(pk=incident_id).first()
    return found


def link_to_incident(incident: Incident, case: Case, actor: Actor) -> bool:
    """The case is about it. Hold the case. Emits cases.incident_linked; False when it was already. Raises
    InAnotherIncident."""
    found = IncidentCase.objects.select_related("incident").filter(case=case).first()
    if found is not None and found.incident_id != incident.pk:
        raise InAnotherIncident(found.incident.title)
    if found is not None:
        return False
    IncidentCase.objects.create(case=case, incident=incident, linked_by_id=actor.user_id, linked_at=clock.now())
    add_event(case, events.INCIDENT_LINKED, actor, {"incident_id": incident.pk})
    return True


def unlink_from_incident(case: Case, actor: Actor) -> bool:
    """It was about something else. Hold the case. Emits cases.incident_unlinked; False when it was in none."""
    found = IncidentCase.objects.filter(case=case).first()
    if found is None:
        return False
    found.delete()
    add_event(case, events.INCIDENT_UNLINKED, actor, {"incident_id": found.incident_id})
    return True


def close_incident(incident: Incident, actor: Actor) -> bool:
    """It is over; its cases stay as they are. Emits cases.incident_closed; False when it was closed."""
    if incident.state == IncidentState.CLOSED:
        return False
    incident.state, incident.closed_at, incident.closed_by_id = IncidentState.CLOSED, clock.now(), actor.user_id
    incident.save(update_fields=["state", "closed_at", "closed_by"])
    _tell(events.INCIDENT_CLOSED, incident, actor)
    return True


def reopen_incident(incident: Incident, actor: Actor) -> bool:
    """It goes on. Emits cases.incident_reopened; False when it was open."""
    if incident.state == IncidentState.OPEN:
        return False
    incident.state, incident.closed_at, incident.closed_by_id = IncidentState.OPEN, None, None
    incident.save(update_fields=["state", "closed_at", "closed_by"])
    _tell(events.INCIDENT_REOPENED, incident, actor)
    return True


def _tell(kind: str, incident: Incident, actor: Actor) -> None:
    record(NewFact(kind, incident.public_body_id, actor, details={"incident_id": incident.pk}))
