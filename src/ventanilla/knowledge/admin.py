"""The administration's page about canned replies."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ventanilla.knowledge import actions
from ventanilla.knowledge.models import CannedReply
from ventanilla.knowledge.rules import unknown_variables
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields


class CannedReplyForm(OwnedForm):
    same_body = ("service",)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        unknown = unknown_variables(text)
        if unknown:
            raise ValidationError(_("Variables que no existen: %(names)s") % {"names": ", ".join(unknown)})
        return text


@admin.register(CannedReply)
class CannedReplyAdmin(OwnedAdmin):
    form = CannedReplyForm
    fields = ("public_body", "service", "shortcut", "title", "text", "is_active")
    list_display = ("title", "shortcut", "service", "is_active")
    list_select_related = ("service",)
    search_fields = ("title", "shortcut", "text")

    def save_model(self, request: HttpRequest, obj: CannedReply, form: Any, change: bool) -> None:
        if change:
            actions.change_canned_reply(obj, actor=acting(request), **changed_fields(form))
            return
        cleaned = form.cleaned_data
        row = actions.create_canned_reply(
            cleaned["public_body"],
            cleaned["shortcut"],
            cleaned["title"],
            cleaned["text"],
            service=cleaned["service"],
            actor=acting(request),
        )
        obj.pk = row.pk
