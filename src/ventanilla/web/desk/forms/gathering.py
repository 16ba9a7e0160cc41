"""Forms of what is done to many cases, and of incidents."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.flow.bulk_rules import Kind, Wish, must_be_sure
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.forms.fields import Data, Initial, ServiceField, offer, service_choices
from ventanilla.web.desk.happenings import OUTCOMES, outcome_label
from ventanilla.workforce import queries as workforce

NEW = "new"
TITLE_LIMIT = 200
TEXT_LIMIT = 100_000
_ASKED: dict[Kind, tuple[str, ...]] = {
    Kind.AGENT: ("agent", "note"),
    Kind.QUEUE: ("team", "note"),
    Kind.SHARE: ("team",),
    Kind.CHANGE: ("type", "service"),
    Kind.CLOSE: ("outcome", "type", "service", "note"),
    Kind.LINK: ("incident", "title"),
}
"""What each action needs to know."""


class BulkForm(forms.Form):
    """What one action needs to know; the fields of the others are left out."""

    agent = forms.TypedChoiceField(label=_("A quién"), coerce=int, error_messages={"required": _("Elegí a quién.")})
    team = forms.TypedChoiceField(label=_("Equipo"), coerce=int, error_messages={"required": _("Elegí un equipo.")})
    outcome = forms.ChoiceField(label=_("Cómo terminaron"))
    type = forms.ChoiceField(label=_("Tipo"), required=False)
    service = ServiceField(label=_("Servicio"))
    incident = forms.ChoiceField(label=_("Incidente"), error_messages={"required": _("Elegí un incidente.")})
    title = forms.CharField(
        label=_("Qué pasó, si es un incidente nuevo"),
        help_text=_("En pocas palabras: «Sin agua en el barrio La Blanqueada»."),
        max_length=TITLE_LIMIT,
        required=False,
    )
    note = forms.CharField(
        label=_("Nota interna"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_sure = forms.BooleanField(required=True)

    def __init__(self, data: Data = None, *, kind: Kind, body_id: int, count: int) -> None:
        super().__init__(data)
        self.kind = kind
        asked = _ASKED.get(kind, ())
        for name in list(self.fields):
            if name not in asked and not (name == "is_sure" and must_be_sure(Wish(kind), count)):
                del self.fields[name]
        if "is_sure" in self.fields:
            self.fields["is_sure"].label = _now("Sí, hacerlo con las %(count)d") % {"count": count}
            self.fields["is_sure"].error_messages["required"] = _now("Marcá que estás de acuerdo: son varias a la vez.")
        with scope({body_id}):
            self._offer(body_id)

    def _offer(self, body_id: int) -> None:
        as_it_is = ("", _now("Como está en cada una"))
        if "agent" in self.fields:
            labels = dict(workforce.PRESENCES)
            people = [
                (one.pk, f"{one.user.display_name} · {labels.get(one.presence, '')}") for one in workforce.agents()
            ]
            offer(self, "agent", [("", _now("Elegí una persona")), *people])
        if "team" in self.fields:
            teams = [(one.pk, one.name) for one in workforce.teams()]
            offer(self, "team", [("", _now("Elegí un equipo")), *teams])
        if "type" in self.fields:
            offer(self, "type", [as_it_is, *cases.TYPES])
        if "service" in self.fields:
            offer(self, "service", [as_it_is, *service_choices(body_id)[1:]])
        if "outcome" in self.fields:
            offer(self, "outcome", [(value, outcome_label(value)) for value in OUTCOMES])
        if "incident" in self.fields:
            known = [(str(one.pk), one.title) for one in incidents.open_incidents(body_id)]
            offer(self, "incident", [("", _now("Elegí uno")), *known, (NEW, _now("Un incidente nuevo"))])
        if "note" in self.fields:
            self.fields["note"].help_text = _now("Queda en cada solicitud; solo la lee el personal.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.kind is Kind.CHANGE and not data.get("type") and data.get("service") is None:
            self.add_error("type", _now("Elegí un tipo o un servicio: si no, no cambia nada."))
        if data.get("incident") == NEW and not data.get("title", "").strip():
            self.add_error("title", _now("Escribí qué pasó: es el título del incidente nuevo."))
        return data

    @property
    def is_new_incident(self) -> bool:
        return bool(self.cleaned_data.get("incident") == NEW)

    def wish(self, incident_id: int | None = None) -> Wish:
        data = self.cleaned_data
        chosen = data.get("incident", "")
        return Wish(
            self.kind,
            agent_id=data.get("agent"),
            team_id=data.get("team"),
            type=data.get("type", ""),
            service_id=data.get("service"),
            outcome=data.get("outcome", ""),
            incident_id=incident_id or (int(chosen) if chosen.isdigit() else None),
            text=data.get("note", ""),
        )


class IncidentForm(forms.Form):
    """One thing that happened."""

    body = forms.TypedChoiceField(label=_("Organismo"), coerce=int)
    title = forms.CharField(
        label=_("Qué pasó"),
        help_text=_("En pocas palabras: «Sin agua en el barrio La Blanqueada»."),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Escribí qué pasó: es el título del incidente.")},
    )
    text = forms.CharField(
        label=_("Qué se sabe"),
        help_text=_("Para quienes atienden: causa, zona, hasta cuándo. Las personas no lo leen."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data: Data = None, *, bodies: Iterable[tuple[int, str]] = (), initial: Initial = None) -> None:
        super().__init__(data, initial=initial)
        offered = list(bodies)
        if offered:
            offer(self, "body", offered)
        else:
            del self.fields["body"]


class IncidentAnswerForm(forms.Form):
    """One text to everybody; first to see how it looks, then to send."""

    text = forms.CharField(
        label=_("Respuesta"),
        help_text=_(
            "Podés usar {{nombre}}, {{codigo}}, {{servicio}}, {{organismo}} y {{ejecutivo}}: en cada una va lo suyo."
        ),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Escribí la respuesta.")},
    )
    closes = forms.BooleanField(
        label=_("Cerrar cada solicitud después de responderla"),
        help_text=_("Si el problema sigue, dejalas abiertas: así podés volver a avisarles."),
        required=False,
    )
