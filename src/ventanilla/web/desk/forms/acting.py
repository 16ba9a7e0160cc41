"""Forms of what is done with a case beside writing."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ventanilla.cases import queries as cases
from ventanilla.contacts import queries as contacts
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.forms.fields import Data, Initial, ServiceField, offer, service_choices
from ventanilla.web.desk.happenings import OUTCOMES, outcome_label
from ventanilla.workforce import queries as workforce

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.contacts.models import Contact
    from ventanilla.web.desk.timeline import Line


class AssignForm(forms.Form):
    """To an agent, or to a team's queue, with a word for whoever gets it."""

    whom = forms.ChoiceField(label=_("A quién"), error_messages={"required": _("Elegí a quién se la pasás.")})
    note = forms.CharField(
        label=_("Nota para quien la recibe"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Data = None, *, case: "Case") -> None:
        super().__init__(data)
        field = self.fields["whom"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # tells the type checker what stands above
        labels = dict(workforce.PRESENCES)
        # A shared centre's agent sees the teams of several bodies; a case stays in its own.
        with scope({case.public_body_id}):
            agents, teams = workforce.agents(), workforce.teams()
        offer(
            self,
            "whom",
            [
                ("", _now("Elegí una persona o un equipo")),
                *((f"agent:{one.pk}", f"{one.user.display_name} · {labels.get(one.presence, '')}") for one in agents),
                *((f"team:{one.pk}", _now("Cola de %(team)s") % {"team": one.name}) for one in teams),
            ],
        )

    @property
    def agent_id(self) -> int | None:
        return self._id("agent")

    @property
    def team_id(self) -> int | None:
        return self._id("team")

    def _id(self, kind: str) -> int | None:
        chosen, _sep, number = self.cleaned_data["whom"].partition(":")
        return int(number) if chosen == kind else None


class CloseForm(forms.Form):
    """How it ended; the last answer may be written here as well."""

    type = forms.ChoiceField(label=_("Tipo"), choices=cases.TYPES)
    service = ServiceField(label=_("Servicio"))
    outcome = forms.ChoiceField(label=_("Cómo terminó"))
    text = forms.CharField(
        label=_("Última respuesta"),
        help_text=_("Si escribís algo, se le envía a la persona antes de cerrar."),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Data = None, *, case: "Case", initial: Initial = None) -> None:
        given = {"type": case.type, "service": case.service_id, "outcome": "answered"} | dict(initial or {})
        super().__init__(data, initial=given)
        offer(self, "service", service_choices(case.public_body_id))
        offer(self, "outcome", [(value, outcome_label(value)) for value in OUTCOMES])


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Motivo"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ChangeForm(forms.Form):
    """What a case is about."""

    subject = forms.CharField(
        label=_("Asunto"), max_length=300, error_messages={"required": _("El asunto no puede quedar vacío.")}
    )
    type = forms.ChoiceField(label=_("Tipo"), choices=cases.TYPES)
    service = ServiceField(label=_("Servicio"))

    def __init__(self, data: Data = None, *, case: "Case", initial: Initial = None) -> None:
        given = {"subject": case.subject, "type": case.type, "service": case.service_id} | dict(initial or {})
        super().__init__(data, initial=given)
        offer(self, "service", service_choices(case.public_body_id))


class ComplexityForm(forms.Form):
    """The notice that the matter is complex, with the new date that the person is told."""

    on = forms.DateField(
        label=_("Nueva fecha"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Elegí la nueva fecha."), "invalid": _("Escribí la fecha como año-mes-día.")},
    )
    at = forms.TimeField(label=_("Hora"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    text = forms.CharField(
        label=_("Mensaje a la persona"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Explicale a la persona por qué demora más.")},
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("on") and data.get("at") and self.due_at <= clock.now():
            self.add_error("on", _now("La nueva fecha tiene que ser futura."))
        return data

    @property
    def due_at(self) -> datetime:
        """In the installation's time zone."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"]))


class _OtherCase(forms.Form):
    """Another case, by the code that somebody typed or chose."""

    code = forms.CharField(
        label=_("Código de la otra solicitud"),
        max_length=20,
        error_messages={"required": _("Escribí o elegí el código de la otra solicitud.")},
    )

    def __init__(
        self, data: Data = None, *, case: "Case", sees: "Callable[[Case], bool]", initial: Initial = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.case = case
        self.sees = sees
        self.other: Case | None = None

    def clean_code(self) -> str:
        other = cases.by_code(self.cleaned_data["code"])
        if other is None or not self.sees(other):
            raise forms.ValidationError(
                _now("No hay ninguna solicitud con ese código. Revisalo: tiene ocho caracteres, como K7M4-X9PT.")
            )
        if other.pk == self.case.pk:
            raise forms.ValidationError(_now("Ese es el código de esta misma solicitud."))
        self.other = other
        return other.code


class MergeForm(_OtherCase):
    """First without `is_sure`, to see both sides; then with it."""

    keeps = forms.ChoiceField(choices=[("this", ""), ("other", "")], required=False)
    is_sure = forms.BooleanField(required=False)


class LinkForm(_OtherCase):
    pass


class SplitForm(forms.Form):
    """Messages that are another matter."""

    subject = forms.CharField(
        label=_("Asunto de la nueva solicitud"),
        max_length=300,
        error_messages={"required": _("Escribí de qué trata la nueva solicitud.")},
    )
    entries = forms.MultipleChoiceField(
        label=_("Mensajes que pasan"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Elegí al menos un mensaje.")},
    )

    def __init__(self, data: Data = None, *, lines: "list[Line]", initial: Initial = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "entries", [(str(line.id), line.author) for line in lines if line.kind != "event"])


class MergeContactForm(forms.Form):
    """The contact that is the same person."""

    other = forms.TypedChoiceField(
        label=_("Es la misma persona que"),
        coerce=int,
        error_messages={
            "required": _("Elegí uno de los contactos."),
            "invalid_choice": _("Elegí uno de los contactos."),
        },
    )
    is_sure = forms.BooleanField(required=False)

    def __init__(self, data: Data = None, *, candidates: "list[Contact]") -> None:
        super().__init__(data)
        offer(self, "other", [(one.pk, str(one)) for one in candidates])

    @property
    def chosen(self) -> "Contact | None":
        return contacts.by_id(self.cleaned_data["other"])


class DiscardForm(forms.Form):
    """Why a delivery that nobody could read is put away."""

    reason = forms.CharField(
        label=_("Motivo"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Escribí por qué se descarta: queda registrado.")},
    )


class DiscardDoubtfulForm(forms.Form):
    """Why doubtful messages are put away, and whether their writers are blocked."""

    reason = forms.ChoiceField(
        label=_("Motivo"),
        choices=[
            ("spam", _("Publicidad o correo masivo")),
            ("fraud", _("Intento de engaño")),
            ("not_for_us", _("No es para el organismo")),
            ("other", _("Otro motivo")),
        ],
        initial="spam",
        widget=forms.RadioSelect,
        error_messages={"required": _("Elegí un motivo: queda registrado.")},
    )
    detail = forms.CharField(
        label=_("Contalo en pocas palabras"),
        help_text=_("Hace falta si el motivo es otro."),
        max_length=300,
        required=False,
    )
    block = forms.BooleanField(
        label=_("Bloquear también a quien escribió"),
        help_text=_("Lo próximo que mande esa dirección va a esperar en «Dudosas»."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == "other" and not cleaned.get("detail"):
            self.add_error("detail", _("Escribí por qué se descarta: queda registrado."))
        return cleaned

    @property
    def words(self) -> str:
        """The reason as it is kept."""
        reason = str(dict(self.fields["reason"].choices)[self.cleaned_data["reason"]])  # type: ignore[attr-defined] # a ChoiceField
        detail = self.cleaned_data["detail"]
        if self.cleaned_data["reason"] == "other":
            return str(detail)
        return f"{reason}: {detail}" if detail else reason


class BlockForm(forms.Form):
    """Block an address, or everybody of its domain."""

    what = forms.ChoiceField(label=_("Qué se bloquea"), initial="address", widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Motivo"),
        max_length=300,
        error_messages={"required": _("Escribí por qué se bloquea: lo va a leer quien quiera deshacerlo.")},
    )

    def __init__(self, data: Data = None, *, sender: str) -> None:
        super().__init__(data)
        self._sender = sender
        domain = self._domain
        offer(
            self,
            "what",
            [
                ("address", _("Solo la dirección %(address)s") % {"address": sender}),
                ("domain", _("Todo el dominio %(domain)s") % {"domain": domain}),
            ],
        )

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2]

    @property
    def rule(self) -> tuple[str, str]:
        """Kind and value."""
        kind = self.cleaned_data["what"]
        return kind, self._domain if kind == "domain" else self._sender
