"""Writes down how a person needs to be attended."""

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.routing import events
from ventanilla.routing.models import Needs


def set_needs(case_id: int, body_id: int, actor: Actor, *, language: str, preferential_reason: str) -> bool:
    """Whether anything changed. The journal keeps that it is preferential and the language, never the reason: it says
    something about a person's health or life (Ley 18.331 art. 18)."""
    wanted = {"language": language, "preferential_reason": preferential_reason}
    now = Needs.objects.filter(case_id=case_id).values(*wanted).first() or dict.fromkeys(wanted, "")
    if now == wanted:
        return False
    Needs.unscoped.update_or_create(
        case_id=case_id, defaults={**wanted, "set_by_id": actor.user_id, "set_at": clock.now()}
    )
    details = {"language": language, "is_preferential": bool(preferential_reason)}
    record(NewFact(events.NEEDS_SET, body_id, actor, case_id=case_id, details=details))
    return True
