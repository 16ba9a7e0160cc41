"""The page "Tu cuenta y seguridad" of a member of staff."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ventanilla.accounts import staff_security
from ventanilla.accounts.models import User
from ventanilla.accounts.sessions import keep_only_this


@method_decorator([login_required, never_cache], name="dispatch")
class SecurityView(IndexView):  # type: ignore[misc] # allauth ships no types
    """Second factor, passkeys, recovery codes, password and sessions on one page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        context |= {
            "sessions": staff_security.sessions_of(user, self.request.session.session_key),
            "is_demanded": staff_security.needs_second_factor(user),
            "is_lacking": staff_security.lacks_second_factor(user),
            "has_second_factor": staff_security.has_second_factor(user),
            "codes_left": _count_of_codes(context["authenticators"].get("recovery_codes")),
            "passkeys": context["authenticators"].get("webauthn", []),
            "totp": context["authenticators"].get("totp"),
            "layout": "look/public.html" if staff_security.lacks_second_factor(user) else "look/staff.html",
            "return_to": _own_path(self.request, self.request.GET.get("next", "")),
        }
        return context


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """allauth asks before it takes the app of codes away whether it may, and not before it takes a passkey."""

    def is_kept(self) -> bool:
        return not mfa_adapter().can_delete_authenticator(self.get_object())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_kept": self.is_kept()}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.is_kept():
            return cast(HttpResponse, self.render_to_response(self.get_context_data(form=form), status=409))
        return cast(HttpResponse, super().form_valid(form))


def _count_of_codes(codes: Any) -> int:
    """Recovery codes that were not used; none can be read when the installation's secret key is another one."""
    try:
        return len(codes.get_unused_codes()) if codes else 0
    except InvalidToken:
        return 0


def _own_path(request: HttpRequest, path: str) -> str:
    return path if url_has_allowed_host_and_scheme(path, None) and path.startswith("/") else ""


@login_required
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of hers but this one."""
    keep_only_this(request, cast(User, request.user))
    messages.success(request, _("Cerramos tus otras sesiones."))
    return redirect("mfa_index")
