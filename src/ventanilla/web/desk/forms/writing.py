"""Forms of what is written: reply, note, forward, a new mail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.cases import queries as cases
from ventanilla.intake import queries as intake
from ventanilla.web.desk.forms.fields import (
    AddressesField,
    Data,
    Files,
    FilesField,
    Initial,
    ServiceField,
    offer,
    service_choices,
)

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.web.desk.timeline import Line

TEXT_LIMIT = 100_000
EMPTY = {"required": _("Escribí algo antes de enviar.")}


class _Written(forms.Form):
    """A text with files. Ids carry a prefix of their own, for three such forms stand on one page."""

    text = forms.CharField(
        label=_("Texto"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 5}), error_messages=EMPTY
    )
    attachments = FilesField(label=_("Archivos"), required=False)


class ReplyForm(_Written):
    """An answer to the person, and what happens to the case after it."""

    THEN = (("", _("Sigue abierta")), ("wait", _("Queda esperando a la persona")), ("close", _("Se cierra")))

    copies = AddressesField(
        label=_("Copias (Cc)"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    then = forms.ChoiceField(label=_("Después de enviar"), choices=THEN, required=False)
    type = forms.ChoiceField(label=_("Tipo"), choices=cases.TYPES, required=False)
    service = ServiceField(label=_("Servicio"))
    last_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The last entry that was on the page when the agent began; a newer message makes her confirm."""

    def __init__(
        self, data: Data = None, files: Files = None, *, case: "Case", last_id: int = 0, initial: Initial = None
    ) -> None:
        given = {"type": case.type, "service": case.service_id, "last_id": last_id} | dict(initial or {})
        super().__init__(data, files, initial=given, auto_id="reply_%s")
        if data is not None:
            offer(self, "service", service_choices(case.public_body_id))


class NoteForm(_Written):
    """Something that only colleagues read."""

    def __init__(self, data: Data = None, files: Files = None, *, initial: Initial = None) -> None:
        super().__init__(data, files, initial=initial, auto_id="note_%s")
        self.fields["text"].error_messages["required"] = _("Escribí la nota antes de guardarla.")


class ForwardForm(_Written):
    """Messages of the case, sent to somebody outside."""

    to = AddressesField(label=_("Para"), widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}))
    entries = forms.MultipleChoiceField(label=_("Mensajes que van"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Data = None, files: Files = None, *, lines: "Sequence[Line]", initial: Initial = None
    ) -> None:
        super().__init__(data, files, initial=initial, auto_id="forward_%s")
        offer(
            self,
            "entries",
            [(str(line.id), line.author) for line in lines if line.kind in ("in", "out") and not line.is_automatic],
        )
        self.fields["entries"].error_messages["required"] = _("Elegí al menos un mensaje para reenviar.")
        self.fields["to"].error_messages["required"] = _("Escribí a quién se lo reenviás.")
        self.fields["text"].error_messages["required"] = _("Contale en dos líneas por qué se lo mandás.")


class NewMailForm(_Written):
    """A mail that the agent begins; it makes a case of its own."""

    account = forms.TypedChoiceField(label=_("Desde"), coerce=int)
    to = AddressesField(label=_("Para"), widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}))
    copies = AddressesField(
        label=_("Copias (Cc)"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    subject = forms.CharField(label=_("Asunto"), max_length=300)
    type = forms.ChoiceField(label=_("Tipo"), choices=cases.TYPES)
    service = ServiceField(label=_("Servicio"))

    field_order = ["account", "to", "copies", "subject", "text", "attachments", "type", "service"]

    def __init__(self, data: Data = None, files: Files = None, *, initial: Initial = None) -> None:
        super().__init__(data, files, initial=initial)
        offer(self, "account", [(one.pk, f"{one.name} <{one.address}>") for one in intake.accounts("email")])
        self.fields["text"].widget.attrs["rows"] = 10
        self.fields["to"].error_messages["required"] = _("Escribí a quién va el correo.")
        self.fields["subject"].error_messages["required"] = _("Escribí el asunto.")
