"""The administration's page about services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ventanilla.catalogue import actions
from ventanilla.catalogue.models import Service
from ventanilla.organisation.admin import OwnedAdmin, OwnedForm, acting, changed_fields


class ServiceForm(OwnedForm):
    same_body = ("unit",)


@admin.register(Service)
class ServiceAdmin(OwnedAdmin):
    form = ServiceForm
    fields = ("public_body", "unit", "slug", "name", "summary", "is_active")
    list_display = ("name", "unit", "public_body", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("unit", "public_body")
    search_fields = ("name", "summary")

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: bool) -> None:
        if change:
            actions.change_service(Service.objects.get(pk=obj.pk), by=acting(request), **changed_fields(form))
        else:
            fields = dict(form.cleaned_data)
            obj.pk = actions.create_service(fields.pop("public_body"), by=acting(request), **fields).pk
