"""The second factor, as allauth runs it, with our locks: secrets encrypted, guesses counted, no code twice."""

import base64
import hashlib
from functools import cache
from typing import Any, ClassVar

import structlog
from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts import actions
from ventanilla.accounts.attempts import guards_of_second_factor
from ventanilla.accounts.models import User
from ventanilla.accounts.staff_security import needs_second_factor

logger = structlog.get_logger(__name__)


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Para tu función el segundo factor es obligatorio. Agregá otro antes de quitar este."
        ),
        "cannot_generate_recovery_codes": _("Primero activá la aplicación de códigos o una llave de acceso."),
        "incorrect_code": _("El código no es correcto."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when it was stored under another secret key: the second factor must then be reset."""
        return _cipher(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def _get_user_identifier(self, user: Any) -> str:
        """What the browser lists a passkey under: the user name, never the address."""
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return "Ventanilla"

    def build_totp_svg(self, url: str) -> str:
        """The drawing to stand in a page: an image in a `data:` address would need a looser policy of the browser."""
        return str(super().build_totp_svg(url)).partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps one."""
        if not needs_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """The name that is proposed for a new passkey."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("Mi llave")) if not count else str(_("Mi llave %(number)d") % {"number": count + 1})


@cache
def _cipher(secret_key: str) -> Fernet:
    derived = hashlib.scrypt(
        secret_key.encode(), salt=b"ventanilla.accounts.second_factor", n=2**12, r=8, p=1, dklen=32
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def _checked(user: User, factor: str, check: Any) -> Any:
    """The check's result; a wrong one is counted, and after too many none is looked at."""
    attempt = actions.begin_attempt(guards_of_second_factor(context.request, user.pk))
    if attempt is None:
        raise account_adapter().validation_error("too_many_login_attempts")
    try:
        result = check()
    except ValidationError:
        actions.fail(attempt, user.pk, factor)
        raise
    actions.succeed(attempt)
    return result


class _CodeOnce:
    """A code of six digits that is right once, or a recovery code."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> Any:
        return _checked(self.user, "code", self._clean_once)

    def _clean_once(self) -> Any:
        try:
            code = super().clean_code()  # type: ignore[misc] # mixed into allauth's form
        except InvalidToken as problem:
            # Stored under another secret key: nothing can be right until an administrator resets it.
            logger.error("second_factor_unreadable", user_id=self.user.pk)
            raise account_adapter().validation_error("incorrect_code") from problem
        digits = "".join(code.split())
        if self.authenticator.type == Authenticator.Type.TOTP and not actions.use_code(self.user.pk, digits):
            raise account_adapter().validation_error("incorrect_code")
        return code


def _dress(field: forms.Field, label: Any, help_text: Any = "") -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class AuthenticateForm(_CodeOnce, base_forms.AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], _("Código"), _("Los seis números de tu aplicación, o un código de recuperación."))


class ReauthenticateForm(_CodeOnce, base_forms.ReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], _("Código"), _("Los seis números de tu aplicación, o un código de recuperación."))


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc] # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self.fields["code"], _("Código que muestra la aplicación"), _("Seis números; cambian cada medio minuto.")
        )
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class _KnownKey:
    """An unknown passkey is told as such, and counted when it is known whose it should be."""

    user: User | None

    def clean_credential(self) -> Any:
        if self.user is None:
            # Whose key it is was told by whoever sends it: counting it would let a stranger lock somebody out.
            return self._clean_known()
        return _checked(self.user, "passkey", self._clean_known)

    def _clean_known(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc] # mixed into allauth's form
        except ValidationError as problem:
            raise ValidationError(_("No reconocimos esa llave de acceso.")) from problem


class AuthenticateWebAuthnForm(_KnownKey, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc] # no types
    pass


class LoginWebAuthnForm(_KnownKey, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc] # no types
    pass


class ReauthenticateWebAuthnForm(_KnownKey, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc] # no types
    pass


def _dress_name(field: forms.Field) -> None:
    field.label = _("Nombre de la llave")
    field.help_text = _("Para distinguirla de otras: «Notebook del trabajo», «Llave azul».")
    field.widget.attrs |= {"autocomplete": "off", "maxlength": 60}


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        _dress_name(self.fields["name"])
        self.fields["name"].required = True
        # allauth makes this field, when settings allow it, while its module is read.
        self.fields["passwordless"].label = _("Ingresar solo con esta llave, sin contraseña")
        self.fields["passwordless"].help_text = _("La llave te va a pedir tu huella, tu cara o un PIN.")


class EditWebAuthnForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_name(self.fields["name"])
