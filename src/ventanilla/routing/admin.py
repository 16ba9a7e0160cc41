"""The administration's page about the second level: who answers the person when a unit holds the answer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget

from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting
from ventanilla.routing import actions
from ventanilla.routing.models import AnsweredBy, SecondLevel


class SecondLevelForm(OwnedForm):
    answered_by = forms.ChoiceField(
        label=gettext_lazy("quién le responde a la persona"),
        choices=AnsweredBy.choices,
        widget=UnfoldAdminRadioSelectWidget,
    )


@admin.register(SecondLevel)
class SecondLevelAdmin(OwnedAdmin):
    form = SecondLevelForm
    list_display = ("public_body", "answered_by")
    list_select_related = ("public_body",)
    fieldsets = (
        (
            None,
            {
                "fields": ("public_body", "answered_by"),
                "description": gettext_lazy(
                    "Dos páginas del Modelo de Atención a la Ciudadanía dicen cosas distintas. "
                    "«Servicio de atención para canales digitales»: si falta información, el centro consulta al "
                    "segundo nivel, obtiene su respuesta, se la envía a la persona y cierra. "
                    "«Sistema integrado de atención»: la solicitud se deriva dentro del organismo, y quien tiene la "
                    "respuesta le responde a la persona y cierra. Elegí una; las derivaciones que ya están en curso "
                    "siguen como empezaron. Sin elección, responde el centro."
                ),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: SecondLevel, form: Any, change: bool) -> None:
        body = obj.public_body if change else form.cleaned_data["public_body"]
        obj.pk = actions.set_second_level(body, form.cleaned_data["answered_by"], by=acting(request)).pk
