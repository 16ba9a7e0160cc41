"""The order of the questions of a new request, and where a draft stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ventanilla.catalogue import queries as catalogue
from ventanilla.web.citizen import session
from ventanilla.web.citizen.drafting import Draft
from ventanilla.web.citizen.forms.new_request import AnswerForm, PersonForm, ServiceForm, TextForm, TypeForm

if TYPE_CHECKING:
    from ventanilla.catalogue.models import Service
    from ventanilla.organisation.models import PublicBody

FILES, REVIEW = "archivos", "revisar"


@dataclass(frozen=True, slots=True)
class Step:
    """A page: `slug` of its address, what it asks, and what its answer is called on the last page."""

    slug: str
    title: Any
    name: Any


STEPS = (
    Step("tipo", _("¿Qué querés hacer?"), _("Tipo de solicitud")),
    Step("servicio", _("¿De qué servicio se trata?"), _("Servicio")),
    Step("texto", _("Contanos qué necesitás"), _("Mensaje")),
    Step(FILES, _("¿Querés agregar fotos o documentos?"), _("Archivos")),
    Step("respuesta", _("¿Cómo querés que te respondamos?"), _("Respuesta")),
    Step("datos", _("¿Quién sos?"), _("Tus datos")),
    Step(REVIEW, _("Revisá y enviá tu solicitud"), _("Revisión")),
)


class Way:
    """A draft's way through the questions that its body asks; the services are looked up once."""

    def __init__(self, request: HttpRequest, body: "PublicBody", draft: Draft) -> None:
        self.draft = draft
        self.services: Sequence[Service] = catalogue.services()
        # Asked for by nobody who offers no service to choose from.
        self.steps = [step for step in STEPS if step.slug != "servicio" or self.services]
        self._allows_nameless = body.allows_anonymous or session.proven(request).is_signed_in

    def step(self, slug: str) -> Step | None:
        return next((step for step in self.steps if step.slug == slug), None)

    def number(self, step: Step) -> int:
        return self.steps.index(step) + 1

    def before(self, step: Step) -> Step | None:
        at = self.steps.index(step)
        return self.steps[at - 1] if at else None

    def after(self, step: Step) -> Step:
        return self.steps[self.steps.index(step) + 1]

    @property
    def needs_name(self) -> bool:
        """As flow.portal.file_request: somebody who says nothing of herself is heard only where the body allows it."""
        return not self._allows_nameless and not self.draft.answers.get("email")

    def form(self, slug: str, data: Any = None) -> forms.Form | None:
        """The step's form, with what was answered before where `data` is None; None for a step without one."""
        initial = self.draft.answers if data is None else None
        if slug == "servicio":
            return ServiceForm(data, initial=initial, slugs=[one.slug for one in self.services])
        if slug == "datos":
            return PersonForm(data, initial=initial, needs_name=self.needs_name)
        plain = {"tipo": TypeForm, "texto": TextForm, "respuesta": AnswerForm}.get(slug)
        return plain(data, initial=initial) if plain else None

    def answered(self, slug: str) -> forms.Form | None:
        """As `form`, held against the rules of today if she tried: a service may be gone, a name be due now."""
        return self.form(slug, self.draft.answers if slug in self.draft.tried else None)

    def is_complete(self, slug: str) -> bool:
        if slug not in self.draft.tried:
            return False
        form = self.answered(slug)
        return form is None or form.is_valid()

    def next_due(self) -> Step:
        """The first question without a good answer; the last page when there is none."""
        return next((step for step in self.steps[:-1] if not self.is_complete(step.slug)), self.steps[-1])

    def service_name(self) -> str:
        chosen = self.draft.answers.get("service")
        return next((one.name for one in self.services if one.slug == chosen), "")
