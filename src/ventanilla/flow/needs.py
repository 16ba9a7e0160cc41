"""How a person needs to be attended: what she asked for in a form, and what an agent writes down."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases.models import CaseState
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments


def language_asked(facts: Mapping[str, Any]) -> str:
    """The code of the language that a form was filled in or asked for; "" for ours and for those that nobody offers."""
    code = str(facts.get("language", "")).lower().partition("-")[0]
    return code if code != assignments.OURS and code in dict(assignments.LANGUAGES) else ""


def keep_languages(asked: Mapping[int, Mapping[str, Any]], body_id: int) -> None:
    """Of new cases, by what their messages say; in the caller's transaction."""
    for case_id, facts in asked.items():
        language = language_asked(facts)
        if language:
            routing.set_needs(case_id, body_id, SYSTEM, language=language, preferential_reason="")


@patient
def set_needs(actor: Actor, case_id: int, *, language: str, preferential_reason: str) -> bool:
    """Write down the language that the person needs, and whether and why her attention is preferential. Whether it
    changed. Raises Refused."""
    if language and language not in dict(assignments.LANGUAGES):
        raise Refused(_("Ese idioma no está en la lista."))
    if preferential_reason and preferential_reason not in dict(assignments.PREFERENTIAL_REASONS):
        raise Refused(_("Ese motivo no está en la lista."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud está cerrada."))
        is_new = routing.set_needs(
            case.pk,
            case.public_body_id,
            actor,
            language="" if language == assignments.OURS else language,
            preferential_reason=preferential_reason,
        )
        if is_new:
            changed(case)
        return is_new
