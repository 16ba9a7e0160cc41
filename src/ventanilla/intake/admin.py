"""The administration's pages about channel accounts, whose secrets go in and never come out, and about block lists."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from ventanilla.intake import actions
from ventanilla.intake.models import BlockRule, ChannelAccount
from ventanilla.intake.reasons import problem_in_words
from ventanilla.intake.rules import BadRule
from ventanilla.messages import registry
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields


class AccountForm(OwnedForm):
    smtp_url = forms.CharField(
        label=gettext_lazy("Servidor de salida"),
        required=False,
        help_text=gettext_lazy(
            "smtp://usuario:clave@servidor:puerto. Se guarda cifrado y no se muestra; vacío deja el que está."
        ),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def clean_channel(self) -> str:
        channel = str(self.cleaned_data["channel"])
        if channel not in registry.names():
            raise ValidationError(_("Los canales instalados son: %(names)s.") % {"names": ", ".join(registry.names())})
        return channel

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip().lower()


@admin.register(ChannelAccount)
class ChannelAccountAdmin(OwnedAdmin):
    form = AccountForm
    fields = ("public_body", "channel", "address", "name", "options", "smtp_url", "is_active")
    list_display = ("address", "channel", "name", "public_body", "is_active")
    list_filter = ("channel", "is_active")
    list_select_related = ("public_body",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What came in by an account names its channel and address for ever."""
        return (*super().get_readonly_fields(request, obj), *(("channel", "address") if obj else ()))

    def save_model(self, request: HttpRequest, obj: ChannelAccount, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        if change:
            actions.change_account(obj, actor=acting(request), **changed_fields(form))
        else:
            account = actions.create_account(
                cleaned["public_body"],
                cleaned["channel"],
                cleaned["address"],
                cleaned["name"],
                options=cleaned["options"],
                actor=acting(request),
            )
            obj.pk = account.pk
        if cleaned.get("smtp_url"):
            actions.set_secrets(obj, {"smtp_url": cleaned["smtp_url"]}, acting(request))


class BlockRuleForm(OwnedForm):
    def clean(self) -> dict[str, Any]:
        """The value as it is kept, once per body."""
        cleaned = super().clean()
        body, kind, value = (cleaned.get(name) for name in ("public_body", "kind", "value"))
        if body is None or not kind or not value:
            return cleaned
        try:
            cleaned["value"] = actions.checked_block(body, kind, value)
        except BadRule as problem:
            self.add_error("value", problem_in_words(problem.problem))
            return cleaned
        if BlockRule.objects.filter(public_body=body, kind=kind, value=cleaned["value"]).exists():
            self.add_error("value", _("Ya hay un bloqueo igual: abrilo para ponerlo en uso otra vez."))
        return cleaned


@admin.register(BlockRule)
class BlockRuleAdmin(OwnedAdmin):
    form = BlockRuleForm
    list_display = ("value", "kind", "note", "until", "is_active", "public_body")
    list_filter = ("kind", "is_active")
    list_select_related = ("public_body",)
    search_fields = ("value", "note")
    fieldsets = (
        (
            None,
            {
                "fields": ("public_body", "kind", "value", "note", "until", "is_active"),
                "description": gettext_lazy(
                    "Lo que viene de ahí no se pierde ni se contesta: espera en «Dudosas» a que una persona lo mire. "
                    "El valor es nombre@dominio.com, dominio.com, 203.0.113.0/24, o palabras tal como se dirían."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Another value is another rule."""
        return (*super().get_readonly_fields(request, obj), *(("kind", "value") if obj else ("is_active",)))

    def save_model(self, request: HttpRequest, obj: BlockRule, form: Any, change: bool) -> None:
        cleaned, by = form.cleaned_data, acting(request)
        if change:
            actions.change_block(
                obj, note=cleaned["note"], until=cleaned["until"], is_active=cleaned["is_active"], actor=by
            )
        else:
            made = actions.block(
                cleaned["public_body"], cleaned["kind"], cleaned["value"],
                note=cleaned["note"], until=cleaned["until"], actor=by,
            )  # fmt: skip
            obj.pk = made.pk
