"""The administration's page about channel accounts; secrets go in and never come out."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from ventanilla.intake import actions
from ventanilla.intake.models import ChannelAccount
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
