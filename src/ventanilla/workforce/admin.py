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
from ventanilla.catalogue.models import Service
from ventanilla.messages.registry import names as channel_names
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields
from ventanilla.workforce import actions
from ventanilla.workforce.models import Agent, Certificate, Provider, Signature, Statement, Team
from ventanilla.workforce.queries import not_signed_by, signatures


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
    fields = ("public_body", "name", "contract_from_on", "contract_until_on", "channels", "sight")
    list_display = ("name", "contract_from_on", "contract_until_on", "sight", "public_body")
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


LANGUAGES = (
    ("es", gettext_lazy("español")),
    ("ugy", gettext_lazy("Lengua de Señas Uruguaya (LSU)")),
    ("pt", gettext_lazy("portugués")),
    ("en", gettext_lazy("inglés")),
    ("fr", gettext_lazy("francés")),
    ("it", gettext_lazy("italiano")),
)
"""Offered to tick; others that somebody has stay as they are."""


class AgentForm(forms.ModelForm):  # type: ignore[type-arg] # Django's forms are generic in stubs only
    """Everything about one person who attends, in one sitting."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        had = self.instance.languages if self.instance.pk else ["es"]
        known = dict(LANGUAGES)
        self.fields["languages"] = forms.MultipleChoiceField(
            label=gettext_lazy("Lenguas"),
            choices=[*LANGUAGES, *((code, code) for code in had if code not in known)],
            initial=had,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            help_text=gettext_lazy("Las que habla o usa para atender. Con la LSU atiende a personas sordas."),
        )


@admin.register(Agent)
class AgentAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Agents of the teams in sight. One who leaves loses her teams; what she did stays hers."""

    form = AgentForm
    fields = ("user", "teams", "languages", "services", "max_open_cases")
    list_display = ("__str__", "presence", "speaks", "max_open_cases")
    list_select_related = ("user",)
    filter_horizontal = ("teams", "services")
    inlines = (CertificateInline,)

    @admin.display(description=gettext_lazy("lenguas"))
    def speaks(self, agent: Agent) -> str:
        known = dict(LANGUAGES)
        return ", ".join(str(known.get(code, code)) for code in agent.languages)

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
        hers = {name: cleaned[name] for name in ("teams", "languages", "services", "max_open_cases")}
        if change:
            # What an administrator of another body gave her there is not on this page, and stays.
            hers["teams"] = [*hers["teams"], *Team.unscoped.filter(agents=obj).exclude(pk__in=Team.objects.all())]
            elsewhere = Service.unscoped.filter(pk__in=obj.services.through.objects.filter(agent=obj).values("service"))
            hers["services"] = [*hers["services"], *elsewhere.exclude(pk__in=Service.objects.all())]
            actions.change_agent(obj, actor=acting(request), **hers)
        else:
            obj.pk = actions.create_agent(cleaned["user"], actor=acting(request), **hers).pk

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


@admin.register(Statement)
class StatementAdmin(OwnedAdmin):
    """Each saving of another text is a version; what was signed stays with the one that was read."""

    fields = ("public_body", "text", "demanded_of")
    list_display = ("__str__", "demanded_of", "is_current", "written_at", "signed_by", "missing")
    list_select_related = ("public_body",)

    @admin.display(description=gettext_lazy("firmas"))
    def signed_by(self, statement: Statement) -> int:
        return Signature.objects.filter(statement=statement).count()

    @admin.display(description=gettext_lazy("faltan firmar"))
    def missing(self, statement: Statement) -> str:
        """By name: somebody has to tell them."""
        return ", ".join(str(agent) for one, agent in not_signed_by() if one.pk == statement.pk) or "—"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An old version is what people signed: nobody changes it."""
        return self.fields if obj is not None and not obj.is_current else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Statement, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        body = cleaned.get("public_body") or obj.public_body
        obj.pk = actions.write_statement(body, cleaned["text"], cleaned["demanded_of"], actor=acting(request)).pk


@admin.register(Signature)
class SignatureAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Who signed what, and when. To be read only."""

    list_display = ("agent", "statement", "signed_at")
    list_filter = ("signed_at",)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Signature]":
        return signatures()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
