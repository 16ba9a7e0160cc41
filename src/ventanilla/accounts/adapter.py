"""How allauth treats staff: nobody signs herself up, and a sign-in page says nothing of who exists."""

import secrets
import time
from typing import Any, ClassVar

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts import actions, events, staff_security
from ventanilla.accounts.attempts import DEVICE_COOKIE, Attempt, guards_of_password
from ventanilla.accounts.models import User, UserKind
from ventanilla.accounts.sessions import begin, keep_only_this

DEMO_PASSWORD = "demo-ventanilla"  # noqa: S105 # everybody knows it: it opens nothing outside demo mode

CHANGES = {
    "account/email/password_changed": (events.PASSWORD_CHANGED, "changed"),
    "account/email/password_reset": (events.PASSWORD_CHANGED, "reset"),
    "account/email/password_set": (events.PASSWORD_CHANGED, "set"),
    "mfa/email/totp_activated": (events.SECOND_FACTOR_CHANGED, "totp_activated"),
    "mfa/email/totp_deactivated": (events.SECOND_FACTOR_CHANGED, "totp_deactivated"),
    "mfa/email/webauthn_added": (events.SECOND_FACTOR_CHANGED, "passkey_added"),
    "mfa/email/webauthn_removed": (events.SECOND_FACTOR_CHANGED, "passkey_removed"),
    "mfa/email/recovery_codes_generated": (events.SECOND_FACTOR_CHANGED, "codes_generated"),
}
"""What allauth writes to a person about her account, and the fact that the journal is told."""


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("El usuario o la contraseña no son correctos."),
        "too_many_login_attempts": _("Hubo demasiados intentos. Esperá unos minutos y probá de nuevo."),
        "account_inactive": _("Esta cuenta está desactivada. Hablá con quien administra."),
        "enter_current_password": _("Escribí tu contraseña actual."),
        "incorrect_password": _("La contraseña no es correcta."),
        "incorrect_code": _("El código no es correcto."),
        "invalid_password_reset": _("El enlace para cambiar la contraseña ya no sirve. Pedí otro."),
        "rate_limited": _("Hubo demasiados intentos. Esperá unos minutos y probá de nuevo."),
    }
    attempt: Attempt | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Every attempt is counted before its password is looked at, whether that name exists or not."""
        super().pre_authenticate(request, **credentials)
        self.attempt = actions.begin_attempt(guards_of_password(request, str(credentials.get("username", ""))))
        if self.attempt is None:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The demo's password is refused outside demo mode, even if a database with demo users went into production."""
        if credentials.get("password") == DEMO_PASSWORD and not settings.IS_DEMO:
            self.pre_authenticate(request, **credentials)
            self.authentication_failed(request, **credentials)
            return None
        user = super().authenticate(request, **credentials)
        if user is not None and self.attempt is not None:
            actions.succeed(self.attempt)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        if self.attempt is not None:
            owners = (claim.guard.user_id for claim in self.attempt.claims if claim.guard.user_id)
            actions.fail(self.attempt, next(owners, None), "password")

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Only staff enter by this door."""
        if user.kind != UserKind.STAFF:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Remember the browser, and write to her when it is a new one."""
        begin(request.session)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        device_key = request.COOKIES.get(DEVICE_COOKIE) or secrets.token_urlsafe(32)
        if actions.sign_in(user, device_key, _method_of(request)):
            self.send_notification_mail("account/email/new_device", user)
        response.set_cookie(
            DEVICE_COOKIE,
            device_key,
            max_age=actions.DEVICE_KEPT,
            path=reverse("account_login"),
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            actions.sign_out(request.user)
        super().logout(request)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth tells the person what changed; the journal hears it too, whether she has an address or not.

        A second factor that is new closes the doors that were opened without it: all her other sessions end.
        """
        if template_prefix in CHANGES:
            kind, change = CHANGES[template_prefix]
            actions.note_change(user, kind, change)
            if change in ("totp_activated", "passkey_added") and staff_security.count_of_factors(user) == 1:
                keep_only_this(self.request, user)
        if email or user.email:
            super().send_notification_mail(template_prefix, user, context, email or user.email)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever came in a moment ago is not asked for her password again."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = bool(records) and time.time() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Usar mi contraseña"),
            "mfa_reauthenticate": _("Usar un código"),
            "mfa_reauthenticate:webauthn": _("Usar una llave de acceso"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]


def _method_of(request: HttpRequest) -> str:
    """`password`, `passkey`, or `password+` what confirmed it (`totp`, `recovery_codes`, `webauthn`)."""
    records = get_authentication_records(request, request.user)
    latest = records[-1] if records else {}
    if latest.get("method") != "mfa":
        return "password"
    return "passkey" if latest.get("passwordless") else f"password+{latest.get('type')}"
