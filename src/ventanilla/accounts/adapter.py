"""How allauth treats staff: nobody signs herself up, and a sign-in page says nothing of who exists."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import UserKind

DEMO_PASSWORD = "demo-ventanilla"  # noqa: S105 # everybody knows it: it opens nothing outside demo mode


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("El usuario o la contraseña no son correctos."),
        "too_many_login_attempts": _("Hubo demasiados intentos. Esperá unos minutos y probá de nuevo."),
        "account_inactive": _("Esta cuenta está desactivada. Hablá con quien administra."),
        "enter_current_password": _("Escribí tu contraseña actual."),
        "incorrect_password": _("La contraseña no es correcta."),
        "invalid_password_reset": _("El enlace para cambiar la contraseña ya no sirve. Pedí otro."),
        "rate_limited": _("Hubo demasiados intentos. Esperá unos minutos y probá de nuevo."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The demo's password is refused outside demo mode, even if a database with demo users went into production."""
        if credentials.get("password") == DEMO_PASSWORD and not settings.IS_DEMO:
            self.authentication_failed(request, **credentials)
            return None
        return super().authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Only staff enter by this door."""
        if user.kind != UserKind.STAFF:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)
