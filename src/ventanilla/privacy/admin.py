"""The administration's page about privacy notices: a new text is a new version, and none is ever changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting
from ventanilla.privacy import actions
from ventanilla.privacy.models import Notice


@admin.register(Notice)
class NoticeAdmin(OwnedAdmin):
    form = OwnedForm
    fields = ("public_body", "text")
    list_display = ("published_at", "public_body", "is_own")
    list_select_related = ("public_body",)
    ordering = ("-published_at",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:
        obj.pk = actions.publish(form.cleaned_data["public_body"], form.cleaned_data["text"], acting(request)).pk
