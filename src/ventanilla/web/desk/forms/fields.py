"""Fields of the desk's own: addresses typed in a row, several files, services."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ventanilla.catalogue import queries as catalogue
from ventanilla.kit import file_types
from ventanilla.messages.contract import Address, Attachment
from ventanilla.organisation.scoping import current_scope, scope

Data = Mapping[str, Any] | None
Files = Any
"""What `request.FILES` is."""
Initial = MutableMapping[str, Any] | None

TOTAL_FILES_BYTES = 20 * 1024 * 1024
"""More than this most mail servers refuse (25 MB with the transfer encoding)."""
ADDRESSES_LIMIT = 50


class AddressesField(forms.CharField):
    """Mail addresses separated by commas, semicolons or lines, with or without names. Cleans to a list of Address."""

    default_error_messages = {"max_length": ""}

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        pairs = getaddresses([text.replace(";", ",").replace("\r", "").replace("\n", ",")])
        found = []
        for name, address in pairs:
            if not name and not address:
                continue
            try:
                validate_email(address)
            except ValidationError:
                shown = address or name
                raise ValidationError(
                    _("“%(address)s” no es una dirección de correo. Separá las direcciones con comas.")
                    % {"address": shown}
                ) from None
            found.append(Address("email", address.lower(), name))
        # A text without any address in it, such as a lone word, is read as none at all.
        if text.strip() and not found:
            raise ValidationError(_("Escribí una o más direcciones de correo separadas por comas."))
        if len(found) > ADDRESSES_LIMIT:
            raise ValidationError(_("Son demasiadas direcciones: el máximo es %(limit)d.") % {"limit": ADDRESSES_LIMIT})
        return list({address.value: address for address in found}.values())


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleans to a list of Attachment."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given: Sequence[UploadedFile[Any]] = [
            one for one in (data if isinstance(data, list | tuple) else [data]) if one
        ]
        if sum(one.size or 0 for one in given) > TOTAL_FILES_BYTES:
            raise ValidationError(
                _("Los archivos suman más de 20 MB, y muchos correos los rechazarían. Adjuntá menos o más chicos.")
            )
        return [_allowed(one) for one in given]


def _allowed(given: "UploadedFile[Any]") -> Attachment:
    """Raises ValidationError for what nobody may upload; its type is what the content says, not the browser."""
    name, content = given.name or _("archivo"), given.read()
    verdict = file_types.check(name, given.content_type or "", content)
    if not verdict.is_allowed:
        raise ValidationError(verdict.reason)
    return Attachment(name, verdict.media_type, content)


def service_choices(body_id: int | None = None) -> list[tuple[Any, str]]:
    """Of one body, or of all in sight."""
    with scope({body_id} if body_id is not None else current_scope()):
        return [("", _("Sin servicio")), *((service.pk, service.name) for service in catalogue.services())]


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give a field of a form its choices, which only the page or the moment knows."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def offer_services(form: forms.Form, services: Mapping[int, str]) -> None:
    """Give a form that is about to be drawn the services that the page has already asked for."""
    offer(form, "service", [("", _("Sin servicio")), *services.items()])


class ServiceField(forms.TypedChoiceField):
    """A service of the catalogue, or none; cleans to its id or None. The choices are asked for when they are used."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, required=False, choices=service_choices, **options)
