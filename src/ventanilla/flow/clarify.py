"""Asking the person back, in short questions; the clocks wait for her (domain.md 1.4, step 2)."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases.models import CaseState, Entry
from ventanilla.flow import texts
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import Actor

QUESTIONS_MAX: Final = 3
QUESTION_CHARACTERS: Final = 200
"""A longer question is asked all the same, once the agent has been warned: the Model wants them short and simple."""


@patient
def ask_back(actor: Actor, case_id: int, questions: Sequence[str], greeting: str = "") -> Entry:
    """Send up to three questions and wait for the answer. Raises Refused.

    Emits cases.clarification_asked, with how many they were, and cases.waiting.
    """
    asked = [question.strip() for question in questions if question.strip()]
    if not asked:
        raise Refused(_("Escribí al menos una pregunta."))
    if len(asked) > QUESTIONS_MAX:
        raise Refused(_("Preguntá hasta %(count)d cosas por vez.") % {"count": QUESTIONS_MAX})
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud está cerrada: reabrila antes de preguntar."))
        entry = reply(actor, case.pk, _written(greeting, asked), wait_for_citizen=True)
        case = cases.lock(case.pk)
        cases.add_event(case, events.CLARIFICATION_ASKED, actor, {"questions": len(asked)})
        changed(case)
        return entry


@translation.override(texts.PEOPLES_LANGUAGE)
def _written(greeting: str, questions: Sequence[str]) -> str:
    listed = questions if len(questions) == 1 else [f"{n}. {one}" for n, one in enumerate(questions, 1)]
    return "\n\n".join(
        [
            greeting.strip() or suggested_greeting(),
            "\n".join(listed),
            _("Respondé a este mensaje cuando puedas: mientras tanto, tu solicitud te espera."),
        ]
    )


@translation.override(texts.PEOPLES_LANGUAGE)
def suggested_greeting() -> str:
    return str(_("Hola: para poder ayudarte necesitamos que nos cuentes algo más."))
