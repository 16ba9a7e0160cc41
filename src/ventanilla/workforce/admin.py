"""The administration's pages about teams, agents and their certificates."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from ventanilla.accounts.models import User, UserKind
from ventanilla.messages.registry import names as channel_names
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields
from ventanilla.workforce import actions
from ventanilla.workforce.models import Agent, Certificate, Provider, Team


class ProviderForm(OwnedForm):
    """Offers the channels that are installed."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offered = [(name, name) for name in channel_names()]
        self.fields["channels"] = forms.MultipleChoiceField(
            label=gettext_lazy("Canales"),
            choices=offered,
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            help_text=gettext_lazy("Los que cubre el contrato; ninguno quiere decir todos."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, ends = cleaned.get("contract_from_on"), cleaned.get("contract_until_on")
        if begins and ends and ends < begins:
            self.add_error("contract_until_on", _("El contrato termina antes de empezar."))
        return cleaned


@admin.register(Provider)
class ProviderAdmin(OwnedAdmin):
    form = ProviderForm
    fields = ("public_body", "name", "contract_from_on", "contract_until_on", "channels")
    list_display = ("name", "contract_from_on", "contract_until_on", "public_body")
    list_select_related = ("public_body",)

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        if change:
            actions.change_provider(Provider.objects.get(pk=obj.pk), actor=acting(request), **changed_fields(form))
        else:
            fields = dict(form.cleaned_data)
            obj.pk = actions.create_provider(fields.pop("public_body"), actor=acting(request), **fields).pk


class TeamForm(OwnedForm):
    same_body = ("unit", "provider")


@admin.register(Team)
class TeamAdmin(OwnedAdmin):
    form = TeamForm
    fields = ("public_body", "unit", "slug", "name", "provider", "accounts", "is_active")
    list_display = ("name", "provider", "public_body", "is_active")
    list_select_related = ("public_body", "provider")
    filter_horizontal = ("accounts",)

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        if not change:
            team = actions.create_team(
                cleaned["public_body"],
                cleaned["slug"],
                cleaned["name"],
                provider=cleaned["provider"],
                actor=acting(request),
            )
            obj.pk = team.pk
        fields = {name: value for name, value in changed_fields(form).items() if name != "public_body"}
        actions.change_team(obj, actor=acting(request), accounts=cleaned["accounts"], **fields)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action has written the accounts already."""


class CertificateInline(TabularInline):  # type: ignore[misc] # unfold ships no types
    model = Certificate
    fields = ("channel", "valid_from_on", "valid_until_on")
    extra = 0
    can_delete = False


@admin.register(Agent)
class AgentAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Agents of the teams in sight. One who leaves loses her teams; what she did stays hers."""

    fields = ("user", "teams", "max_open_cases")
    list_display = ("__str__", "presence", "max_open_cases")
    list_select_related = ("user",)
    filter_horizontal = ("teams",)
    inlines = (CertificateInline,)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Agent]":
        return Agent.objects.filter(teams__in=Team.objects.all()).distinct()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "user":
            options["queryset"] = User.objects.filter(kind=UserKind.STAFF, is_active=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        if change:
            actions.change_agent(
                obj, teams=cleaned["teams"], max_open_cases=cleaned["max_open_cases"], actor=acting(request)
            )
        else:
            agent = actions.create_agent(cleaned["user"], cleaned["teams"], max_open_cases=cleaned["max_open_cases"])
            obj.pk = agent.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Certificates go through their action; the teams are written already."""
        agent = Agent.objects.get(pk=form.instance.pk)
        for formset in formsets:
            # Unsaved on purpose: the formset only says what is new or changed, for the administration's own log.
            for certificate in formset.save(commit=False):
                actions.certify(
                    agent,
                    certificate.channel,
                    certificate.valid_from_on,
                    certificate.valid_until_on,
                    actor=acting(request),
                )
