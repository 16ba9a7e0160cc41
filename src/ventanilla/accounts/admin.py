"""The administration's pages about staff: who they are, what they are in each body, and their tokens."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from ventanilla.accounts import actions, staff_security
from ventanilla.accounts.models import ApiToken, Membership, User, UserKind
from ventanilla.accounts.site import guard
from ventanilla.journal.actors import Actor, staff
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import current_scope

# Rights come from roles (accounts.rules); a second way to give them would only mislead.
admin.site.unregister(Group)
# Nobody looks into another's second factor, sessions or allauth's own addresses: what may be done is an action below.
# Jobs are every body's; the failed ones stand on the supervisor's board.
for library_table in (Authenticator, UserSession, EmailAddress, ProcrastinateJob):
    admin.site.unregister(library_table)
guard(admin.site)


def _by(request: HttpRequest) -> Actor:
    return staff(int(request.user.pk or 0))


def _administered(request: HttpRequest, users: QuerySet[User]) -> QuerySet[User]:
    """Staff of the bodies that this person configures, and of none besides: a password opens every body of its owner.

    Whoever runs the machine reaches everybody.
    """
    if request.user.is_superuser:
        return users
    elsewhere = Membership.objects.exclude(public_body_id__in=current_scope()).values("user_id")
    return users.filter(kind=UserKind.STAFF, is_superuser=False).exclude(pk__in=elsewhere)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg] # its inline names the model
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        body, unit = cleaned.get("public_body"), cleaned.get("unit")
        if body is not None and unit is not None and unit.public_body_id != body.pk:
            self.add_error("unit", _("Es de otro organismo."))
        return cleaned


class MembershipInline(TabularInline):  # type: ignore[misc] # unfold ships no types
    """A role is given or taken, never turned into another: the journal tells each."""

    model = Membership
    form = MembershipForm
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "public_body":
            options["label"] = gettext_lazy("Organismo")
        if db_field.name == "public_body" and not request.user.is_superuser:
            options["queryset"] = PublicBody.objects.filter(pk__in=current_scope()).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg] # unfold ships no types
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (MembershipInline,)
    list_display = ("username", "whole_name", "email", "is_active", "second_factor", "locked", "last_login")
    list_filter = ("is_active", "kind")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Persona"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Acceso"), {"fields": ("is_active",)}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "first_name", "last_name", "email", "usable_password", "password1", "password2")},
        ),
    )
    actions = ("issue_token", "revoke_tokens", "unlock", "end_sessions", "reset_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return _administered(request, super().get_queryset(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody who wrote to people stays in their cases; she is made inactive instead."""
        return False

    @admin.display(description=gettext_lazy("Nombre"), ordering="first_name")
    def whole_name(self, user: User) -> str:
        return user.display_name

    @admin.display(description=gettext_lazy("segundo factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return staff_security.has_second_factor(user)

    @admin.display(description=gettext_lazy("bloqueo"))
    def locked(self, user: User) -> str:
        return _("bloqueado") if staff_security.is_locked(user) else ""

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and not obj.is_active and "is_active" in form.changed_data:
            actions.end_sessions(obj, by=_by(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for membership in formset.deleted_objects:
            actions.take_role(membership, by=_by(request))
        for membership in formset.new_objects:
            actions.give_role(
                membership.user, membership.public_body, membership.role, membership.unit, by=_by(request)
            )

    @admin.action(description=gettext_lazy("Crear un token de la API"))
    def issue_token(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        if chosen.count() != 1:
            self.message_user(request, _("Elegí un solo usuario."), messages.ERROR)
            return
        user = chosen.get()
        token = actions.issue_token(user, by=_by(request))
        told = _("Token de %(user)s, que no se va a mostrar otra vez: %(token)s")
        self.message_user(request, told % {"user": user.username, "token": token}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Anular todos sus tokens de la API"))
    def revoke_tokens(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        count = sum(actions.revoke_tokens(user, by=_by(request)) for user in chosen)
        self.message_user(request, _("Tokens anulados: %(count)d.") % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Desbloquear el ingreso"))
    def unlock(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            actions.unlock(user, by=_by(request))
        self.message_user(request, _("Ya puede probar de nuevo."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Cerrar todas sus sesiones"))
    def end_sessions(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            actions.end_sessions(user, by=_by(request))
        self.message_user(request, _("Sus sesiones están cerradas."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Restablecer su segundo factor"))
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            actions.reset_second_factor(user, by=_by(request))
            get_adapter(request).send_notification_mail("account/email/second_factor_reset", user)
        told = _("Su segundo factor está restablecido y sus sesiones cerradas; lo activa de nuevo al ingresar.")
        self.message_user(request, told, messages.SUCCESS)


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """What tokens exist and when they were last used; the tokens themselves nobody can read."""

    list_display = ("user", "created_at", "last_used_on", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "created_at", "last_used_on", "revoked_at")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        found: QuerySet[ApiToken] = super().get_queryset(request)
        return found.filter(user__in=_administered(request, User.objects.all()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Anular"), permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        count = sum(actions.revoke_token(token, by=_by(request)) for token in chosen)
        self.message_user(request, _("Tokens anulados: %(count)d.") % {"count": count}, messages.SUCCESS)
