"""Which notices somebody wants, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ventanilla.notices import queries as notices
from ventanilla.notices.queries import Choice
from ventanilla.notices.rules import DAY_BEGINS_HOUR, NIGHT_BEGINS_HOUR, Wanted, lets_nothing_through

DESK, MAIL = "desk-", "mail-"
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
DAY_HOURS = HOURS[DAY_BEGINS_HOUR:NIGHT_BEGINS_HOUR]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: the kind in words, and its two boxes."""

    label: str
    desk: Any
    mail: Any


class PreferencesForm(forms.Form):
    """A box for each kind and place, the rhythm of the mail, and the quiet hours."""

    digest = forms.ChoiceField(label=_("Correo con los avisos"), widget=forms.RadioSelect)
    daily_hour = forms.TypedChoiceField(
        label=_("Hora del correo diario"), coerce=int, choices=DAY_HOURS, help_text=_("Si elegís uno por día.")
    )
    quiet_from_hour = forms.TypedChoiceField(label=_("No me escriban desde las"), coerce=int, choices=HOURS)
    quiet_until_hour = forms.TypedChoiceField(label=_("hasta las"), coerce=int, choices=HOURS)

    def __init__(self, data: Any, *, choices: Mapping[str, Choice], rhythm: Wanted) -> None:
        initial = {
            "digest": rhythm.digest,
            "daily_hour": min(max(rhythm.daily_hour, DAY_BEGINS_HOUR), NIGHT_BEGINS_HOUR - 1),
            "quiet_from_hour": rhythm.quiet_from_hour,
            "quiet_until_hour": rhythm.quiet_until_hour,
        }
        super().__init__(data, initial=initial)
        self.fields["digest"].choices = notices.DIGESTS  # type: ignore[attr-defined] # a choice field
        for kind, label in notices.KINDS:
            for prefix, is_on, place in (
                (DESK, choices[kind].in_desk, _now("en el mostrador")),
                (MAIL, choices[kind].by_mail, _now("por correo")),
            ):
                box = forms.CheckboxInput(attrs={"aria-label": f"{label}: {place}", "class": "ds-input"})
                self.fields[prefix + kind] = forms.BooleanField(required=False, initial=is_on, widget=box)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from_hour"), cleaned.get("quiet_until_hour")
        if begins is not None and ends is not None and lets_nothing_through(begins, ends):
            self.add_error("quiet_until_hour", _now("Con esas horas no quedaría ninguna para escribirte."))
        return cleaned

    @property
    def lines(self) -> list[Line]:
        return [Line(str(label), self[DESK + kind], self[MAIL + kind]) for kind, label in notices.KINDS]

    def wanted(self) -> dict[str, tuple[bool, bool]]:
        cleaned = self.cleaned_data
        return {kind: (cleaned[DESK + kind], cleaned[MAIL + kind]) for kind, _label in notices.KINDS}

    def rhythm(self) -> Wanted:
        cleaned = self.cleaned_data
        return Wanted(cleaned["digest"], cleaned["daily_hour"], cleaned["quiet_from_hour"], cleaned["quiet_until_hour"])
