"""The administration's page about policies: what is promised, how it is counted, and where the number comes from."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from ventanilla.cases.models import CaseType
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields
from ventanilla.sla import actions, queries
from ventanilla.sla.models import Policy

ANY = ("", gettext_lazy("cualquiera"))


class PolicyForm(OwnedForm):
    same_body = ("service", "calendar")
    case_type = forms.ChoiceField(
        label=gettext_lazy("tipo"), choices=[ANY, *CaseType.choices], required=False, widget=UnfoldAdminSelectWidget
    )

    def _post_clean(self) -> None:
        """The action's own rules, told beside the form instead of raised at saving."""
        super()._post_clean()  # type: ignore[misc] # Django's stubs leave it out
        if not self.errors:
            try:
                actions.check_policy(self.instance)
            except actions.BadPolicy as problem:
                self.add_error(None, str(problem))


@admin.register(Policy)
class PolicyAdmin(OwnedAdmin):
    form = PolicyForm
    list_display = ("name", "kind", "channel", "case_type", "service", "basis", "target_minutes", "is_active")
    list_filter = ("is_active", "kind")
    list_select_related = ("service",)
    fieldsets = (
        (None, {"fields": ("public_body", "slug", "name", "is_active")}),
        (gettext_lazy("A qué solicitudes se aplica"), {"fields": ("kind", "channel", "case_type", "service")}),
        (
            gettext_lazy("Plazo"),
            {
                "fields": ("basis", "target_minutes", "warning_minutes", "calendar", "pauses_while_waiting"),
                "description": gettext_lazy("Cambiar los minutos no toca los plazos que ya están corriendo."),
            },
        ),
        (gettext_lazy("De dónde sale"), {"fields": ("is_official", "source", "stops_in_turismo")}),
    )

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        if change:
            before = Policy.objects.select_related("calendar", "service").get(pk=obj.pk)
            actions.change_policy(before, by=acting(request), **changed_fields(form))
            return
        fields = dict(form.cleaned_data)
        is_active = fields.pop("is_active")
        made = actions.create_policy(fields.pop("public_body"), by=acting(request), **fields)
        obj.pk = made.pk
        if not is_active:
            actions.change_policy(made, by=acting(request), is_active=False)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list says at its head which promises cannot be counted."""
        for trouble in queries.troubles():
            self.message_user(request, trouble.message, messages.WARNING)
        return super().changelist_view(request, extra_context)
