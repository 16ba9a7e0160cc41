"""Forms of following a case."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ventanilla.flow.portal import FILE_MAX_BYTES, FILES_MAX
from ventanilla.kit import file_types
from ventanilla.messages import codes
from ventanilla.messages.contract import Attachment

TEXT_LIMIT_CHARACTERS = 20_000


class CodeForm(forms.Form):
    codigo = forms.CharField(
        label=gettext_lazy("Código de seguimiento"),
        max_length=40,
        help_text=gettext_lazy("Tiene ocho letras y números, por ejemplo K7M4-X9PT."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("Escribí el código.")},
    )

    def clean_codigo(self) -> str:
        code = codes.normalise(self.cleaned_data["codigo"])
        if code is None:
            raise ValidationError(
                _("Ese código no está completo o tiene un error. Revisá cada letra: no usamos vocales ni la letra S.")
            )
        return code


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Tu correo electrónico"),
        max_length=254,
        help_text=gettext_lazy("El mismo con que hiciste la solicitud."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Escribí tu correo."),
            "invalid": gettext_lazy("Eso no es una dirección de correo: tiene que ser como nombre@ejemplo.com."),
        },
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of kinds that people use, judged by their content. Cleans to a list of Attachment."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > FILES_MAX:
            raise ValidationError(_("Podés mandar hasta %(count)d archivos.") % {"count": FILES_MAX})
        return [_attachment(one) for one in given]


def _attachment(uploaded: Any) -> Attachment:
    name = str(uploaded.name or _("archivo"))
    if uploaded.size > FILE_MAX_BYTES:
        raise ValidationError(
            _("«%(name)s» pesa demasiado: cada archivo puede tener hasta %(count)d MB.")
            % {"name": name, "count": FILE_MAX_BYTES // 2**20}
        )
    content = uploaded.read()
    verdict = file_types.check(name, uploaded.content_type or "", content)
    if not verdict.is_allowed:
        raise ValidationError(verdict.reason)
    return Attachment(name, verdict.media_type, content)


class MessageForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Qué querés agregar"),
        required=False,
        max_length=TEXT_LIMIT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attached = FilesField(label=gettext_lazy("Archivos"), required=False)
    request_id = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("text", "").strip() and not cleaned.get("attached") and not self.errors:
            self.add_error("text", _("Escribí algo o elegí un archivo."))
        return cleaned
