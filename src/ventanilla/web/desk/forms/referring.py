"""Forms of the second level: to whom, what is asked, what is answered; and what goes back to the person."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ventanilla.flow.clarify import QUESTION_CHARACTERS, QUESTIONS_MAX
from ventanilla.web.desk.forms.fields import Data, Files, FilesField, Initial, offer

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.organisation.models import PublicBody, Unit

TEXT_LIMIT = 100_000


class ReferForm(forms.Form):
    """Whom to ask, what, and by when."""

    whom = forms.ChoiceField(label=_("A quién"), error_messages={"required": _("Elegí a quién derivarla.")})
    question = forms.CharField(
        label=_("Qué necesitás saber"),
        help_text=_("Una pregunta concreta se responde antes. Lo que la persona escribió ya lo van a ver."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Escribí qué necesitás saber.")},
    )
    on = forms.DateField(
        label=_("Para cuándo"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Escribí la fecha como año-mes-día.")},
    )

    def __init__(
        self,
        data: Data = None,
        *,
        case: "Case",
        units: "Sequence[Unit]",
        bodies: "Sequence[PublicBody]",
        usual: str = "",
    ) -> None:
        of_service = case.service.unit_id if case.service else None
        super().__init__(data, initial={"whom": f"unit:{of_service}" if of_service else ""})
        others = [(f"body:{one.pk}", _now("Otro organismo: %(body)s") % {"body": one.name}) for one in bodies]
        offer(
            self,
            "whom",
            [("", _now("Elegí una unidad")), *((f"unit:{one.pk}", one.name) for one in units), *others],
        )
        self.fields["on"].help_text = (
            _now("Si no elegís, rige el plazo del organismo: «%(policy)s».") % {"policy": usual}
            if usual
            else _now("El organismo no fijó un plazo para las derivaciones: va sin vencimiento.")
        )

    @property
    def unit_id(self) -> int | None:
        return self._id("unit")

    @property
    def body_id(self) -> int | None:
        return self._id("body")

    def _id(self, kind: str) -> int | None:
        chosen, _sep, number = self.cleaned_data["whom"].partition(":")
        return int(number) if chosen == kind else None

    @property
    def due_at(self) -> datetime | None:
        """The end of that day, in the installation's time zone."""
        on = self.cleaned_data["on"]
        return timezone.make_aware(datetime.combine(on, time(23, 59))) if on else None


class AnswerReferralForm(forms.Form):
    """What the unit says, and to whom."""

    text = forms.CharField(
        label=_("Respuesta"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Escribí la respuesta.")},
    )
    attachments = FilesField(label=_("Archivos"), required=False)
    then = forms.ChoiceField(label=_("A quién le llega"), widget=forms.RadioSelect, initial="close")

    def __init__(
        self, data: Data = None, files: Files = None, *, is_for_the_person: bool, initial: Initial = None
    ) -> None:
        super().__init__(data, files, initial=initial)
        if is_for_the_person:
            offer(
                self,
                "then",
                [
                    ("close", _now("A la persona, y la solicitud se cierra")),
                    ("person", _now("A la persona, y la solicitud vuelve al centro")),
                    ("centre", _now("Solo al centro, como nota interna")),
                ],
            )
        else:
            del self.fields["then"]

    @property
    def to_person(self) -> bool:
        return self.cleaned_data.get("then") in ("close", "person")

    @property
    def closes(self) -> bool:
        return self.cleaned_data.get("then") == "close"


class NotOursForm(forms.Form):
    """The answer that points to the right body; the agent changes it before it leaves."""

    text = forms.CharField(
        label=_("Respuesta para la persona"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": _("Escribí la respuesta: la persona tiene que saber a dónde dirigirse.")},
    )


class ClarifyForm(forms.Form):
    """Up to three short questions. A long one comes back once with a word of warning."""

    greeting = forms.CharField(
        label=_("Para empezar"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    question_1 = forms.CharField(
        label=_("Primera pregunta"),
        max_length=1000,
        error_messages={"required": _("Escribí al menos una pregunta.")},
    )
    question_2 = forms.CharField(label=_("Segunda pregunta"), max_length=1000, required=False)
    question_3 = forms.CharField(label=_("Tercera pregunta"), max_length=1000, required=False)
    is_sure = forms.BooleanField(label=_("Enviarlas así, aunque sean largas"), required=False)

    def __init__(self, data: Data = None, *, initial: Initial = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["question_1"].help_text = _now("Corta y en palabras de todos los días, hasta %(count)d letras.") % {
            "count": QUESTION_CHARACTERS
        }
        if data is None:
            self._forget_warning()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        long = [name for name in self._names if len(data.get(name) or "") > QUESTION_CHARACTERS]
        for name in long:
            if not data.get("is_sure"):
                self.add_error(
                    name,
                    _now("Tiene más de %(count)d letras: partila o acortala, así se entiende mejor.")
                    % {"count": QUESTION_CHARACTERS},
                )
        if not long:
            self._forget_warning()
        return data

    def _forget_warning(self) -> None:
        self.fields.pop("is_sure", None)

    @property
    def _names(self) -> list[str]:
        return [f"question_{number}" for number in range(1, QUESTIONS_MAX + 1)]

    @property
    def questions(self) -> list[str]:
        return [self.cleaned_data[name] for name in self._names if self.cleaned_data.get(name)]
