"""The administration's pages about how the work is shared out, and about the second level."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from ventanilla.messages.registry import names as channel_names
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields
from ventanilla.routing import actions
from ventanilla.routing.models import AnsweredBy, BodyRouting, OverflowRule, SecondLevel
from ventanilla.routing.rules import weight_of


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


WEIGHT = "weight_"
HEAVIEST = 40


class BodyRoutingForm(OwnedForm):
    """A number for each channel that is installed; the model keeps them as one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        own = self.instance.channel_weights
        for name in channel_names():
            self.fields[WEIGHT + name].initial = weight_of(name, own)

    @property
    def weights(self) -> dict[str, int]:
        return {name: self.cleaned_data[WEIGHT + name] for name in channel_names()}


def _weight(name: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Peso de una solicitud por %(channel)s") % {"channel": name},
        min_value=1,
        max_value=HEAVIEST,
        widget=UnfoldAdminIntegerFieldWidget,
    )


@admin.register(BodyRouting)
class BodyRoutingAdmin(OwnedAdmin):
    # The administration asks the class, not the form, which fields there are.
    form = type("BodyRoutingForm", (BodyRoutingForm,), {WEIGHT + name: _weight(name) for name in channel_names()})
    list_display = ("public_body", "prefers_who_knows", "head_start_percent")
    list_select_related = ("public_body",)
    fieldsets = (
        (
            None,
            {
                "fields": ("public_body", "prefers_who_knows", "head_start_percent"),
                "description": gettext_lazy(
                    "Elección del organismo: ninguna norma dice cómo se reparte. Lo que sí dice el Modelo es que cada "
                    "canal lo atiende quien se capacitó en él, y eso no se configura. La ventaja es una parte del "
                    "plazo prometido, en centésimos: con 25, quien tiene atención preferencial se ofrece como si ya "
                    "hubiera esperado un cuarto de su plazo."
                ),
            },
        ),
        (
            gettext_lazy("Cuánto pesa cada canal"),
            {
                "fields": tuple(WEIGHT + name for name in channel_names()),
                "description": gettext_lazy(
                    "Cada persona tiene un máximo, y lo que tiene abierto pesa hasta llenarlo. Quien conversa en el "
                    "momento puede con menos a la vez que quien escribe correos. Lo ya asignado sigue pesando lo que "
                    "pesaba."
                ),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: BodyRouting, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        obj.pk = actions.set_body_routing(
            obj.public_body if change else cleaned["public_body"],
            channel_weights=form.weights,
            prefers_who_knows=cleaned["prefers_who_knows"],
            head_start_percent=cleaned["head_start_percent"],
            actor=acting(request),
        ).pk


class OverflowRuleForm(OwnedForm):
    same_body = ("from_team", "to_team")
    channel = forms.ChoiceField(label=gettext_lazy("canal"), choices=(), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # tells the type checker what stands above
        field.choices = [("", gettext_lazy("cualquiera")), *((name, name) for name in channel_names())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("from_team") and cleaned.get("from_team") == cleaned.get("to_team"):
            self.add_error("to_team", gettext_lazy("Elegí otro equipo: este es el mismo."))
        return cleaned


@admin.register(OverflowRule)
class OverflowRuleAdmin(OwnedAdmin):
    form = OverflowRuleForm
    list_display = ("from_team", "to_team", "channel", "after_minutes", "only_if", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("from_team", "to_team")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "public_body",
                    "from_team",
                    "to_team",
                    "channel",
                    "after_minutes",
                    "only_if",
                    "position",
                    "is_active",
                ),
                "description": gettext_lazy(
                    "Cuando un equipo no puede tomar una solicitud, otro puede: del organismo, o de un proveedor cuyo "
                    "contrato cubra el canal. Vale la primera regla que lleve a alguien con certificado y con lugar; "
                    "no se pasa de ahí a un tercero. Es elección del organismo."
                ),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: OverflowRule, form: Any, change: bool) -> None:
        if change:
            actions.change_overflow_rule(obj, actor=acting(request), **changed_fields(form))
            return
        fields = dict(form.cleaned_data)
        rule = actions.create_overflow_rule(
            fields.pop("public_body"), fields.pop("from_team"), fields.pop("to_team"), actor=acting(request), **fields
        )
        obj.pk = rule.pk
