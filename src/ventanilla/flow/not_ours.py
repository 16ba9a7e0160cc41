"""What belongs to another body: the person is told which, and every way to reach it (domain.md 1.4, branch C)."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases.models import Case, CaseState
from ventanilla.cases.rules import Outcome
from ventanilla.flow import texts
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.journal.actors import Actor
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.models import OtherBody


@patient
def not_ours(actor: Actor, case_id: int, other_body_id: int, text: str) -> Case:
    """Answer with where to turn to, write down which body that is, and close. Raises Refused."""
    if not text.strip():
        raise Refused(_("Escribí la respuesta: la persona tiene que saber a dónde dirigirse."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud ya está cerrada."))
        other = organisation.other_body(other_body_id)
        if other is None or other.public_body_id != case.public_body_id:
            raise Refused(_("Ese organismo no está en la guía: elegí otro."))
        cases.add_event(case, events.NOT_OURS, actor, {"other_body_id": other.pk})
        return close(
            actor, case.pk, type=case.type, service_id=case.service_id, text=text, outcome=Outcome.NOT_OURS.value
        )


@translation.override(texts.PEOPLES_LANGUAGE)
def suggested(case: Case, other: OtherBody) -> str:
    """The answer to begin with; the agent changes what she likes before it leaves."""
    ways = [
        (_("En su sitio web: %(way)s"), other.website),
        (_("Por teléfono: %(way)s"), other.phone),
        (_("Por correo: %(way)s"), other.email),
        (_("En persona: %(way)s"), other.address),
        (_("Horario: %(way)s"), other.hours),
    ]
    listed = [f"- {words % {'way': way}}" for words, way in ways if way]
    name = texts.name_to_greet(case.contact.name) if case.contact else ""
    parts = [
        _("Hola, %(name)s: gracias por escribirnos.") % {"name": name} if name else _("Hola: gracias por escribirnos."),
        _("Lo que planteás no corresponde a este organismo (%(body)s). Quien puede ayudarte es %(other)s.")
        % {"body": case.public_body.name, "other": other.name},
    ]
    if listed:
        parts.append(_("Podés comunicarte así:") + "\n" + "\n".join(listed))
    parts.append(_("Con esto cerramos tu solicitud acá. Si te parece que sí nos corresponde, respondé este mensaje."))
    return "\n\n".join(parts)
