"""The questions of a new request, one form a page. Cleaned values are texts, or lists of texts, as a session keeps."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from ventanilla.messages import documents
from ventanilla.messages.typed import PHONE_MAX_CHARACTERS, is_phone, seen

TEXT_MAX_CHARACTERS = 100_000
SUBJECT_MAX_CHARACTERS = 150
NAME_MAX_CHARACTERS = 150
EMAIL_MAX_CHARACTERS = 254
ASSISTANCE_MAX_CHARACTERS = 100


class Choice(NamedTuple):
    """One way to answer: what it is, and what it means for the person."""

    value: str
    label: Any
    hint: Any = ""


TYPES = (
    Choice(
        "information",
        gettext_lazy("Consulta"),
        gettext_lazy("Querés saber algo. Por ejemplo: «¿Qué tengo que llevar para renovar la licencia?»"),
    ),
    Choice(
        "claim",
        gettext_lazy("Reclamo"),
        gettext_lazy(
            "Pedís que se arregle algo o que se cumpla un derecho. «Hace un mes que no hay luz en mi cuadra.»"
        ),
    ),
    Choice(
        "complaint",
        gettext_lazy("Queja"),
        gettext_lazy("No estás conforme con la atención. «Esperé dos horas y nadie me explicó por qué.»"),
    ),
    Choice(
        "suggestion",
        gettext_lazy("Sugerencia"),
        gettext_lazy("Proponés una mejora. «Estaría bueno que abrieran un sábado por mes.»"),
    ),
    Choice(
        "thanks",
        gettext_lazy("Felicitación"),
        gettext_lazy("Querés destacar algo que se hizo bien. «Me atendieron con mucha paciencia.»"),
    ),
)
BY_EMAIL, ON_PAGE = "email", "page"
WAYS = (
    Choice(
        BY_EMAIL,
        gettext_lazy("Por correo electrónico"),
        gettext_lazy("Te mandamos el código, el plazo y la respuesta."),
    ),
    Choice(
        ON_PAGE,
        gettext_lazy("Solo en este sitio"),
        gettext_lazy("Al terminar te damos un enlace para ver la respuesta. Guardalo: sin él no vas a poder verla."),
    ),
)
ASSISTANCE = (
    Choice("lsu", gettext_lazy("Lengua de señas uruguaya")),
    Choice("priority", gettext_lazy("Atención preferencial")),
)


class PlainText(forms.CharField):
    """Without what nobody can see or means to send: control characters, and those that turn the writing round."""

    def to_python(self, value: Any) -> str:
        cleaned: str = super().to_python(seen(str(value or ""))) or ""
        return cleaned

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: browsers would cut what is pasted without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class PlainEmail(PlainText, forms.EmailField):
    """An address without what cannot be seen, which comes along when it is copied."""


class TypeForm(forms.Form):
    type = forms.ChoiceField(
        label=_("Qué querés hacer"),
        choices=[(one.value, one.label) for one in TYPES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Elegí una opción."), "invalid_choice": _("Elegí una opción de la lista.")},
    )


class ServiceForm(forms.Form):
    """The services are the body's; whoever chooses none leaves it to us."""

    service = forms.ChoiceField(
        label=_("Servicio"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Ese servicio ya no está en la lista, elegí otro.")},
    )

    def __init__(self, *args: Any, slugs: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["service"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", ""), *((slug, slug) for slug in slugs)]


class TextForm(forms.Form):
    text = PlainText(
        label=_("Tu mensaje"),
        max_length=TEXT_MAX_CHARACTERS,
        help_text=_("Qué pasó, dónde y cuándo. Si sabés un número de expediente o de cuenta, ponelo."),
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "true", "autocomplete": "off"}),
        error_messages={
            "required": _("Escribí qué necesitás."),
            "max_length": _("Es demasiado largo (entran 100.000 caracteres); acortalo o mandalo como archivo."),
        },
    )
    subject = PlainText(
        label=_("Título"),
        required=False,
        max_length=SUBJECT_MAX_CHARACTERS,
        help_text=_("En pocas palabras, para que la encuentres después. Si no ponés, lo sacamos de tu mensaje."),
        widget=forms.TextInput(attrs={"spellcheck": "true", "autocomplete": "off"}),
        error_messages={"max_length": _("Es demasiado largo, acortalo a menos de 150 letras.")},
    )


class AnswerForm(forms.Form):
    answer_by = forms.ChoiceField(
        label=_("Cómo querés la respuesta"),
        choices=[(one.value, one.label) for one in WAYS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Elegí una opción."), "invalid_choice": _("Elegí una opción de la lista.")},
    )
    email = PlainEmail(
        label=_("Tu correo electrónico"),
        required=False,
        max_length=EMAIL_MAX_CHARACTERS,
        help_text=_("Por ejemplo: nombre@correo.com.uy. Lo usamos solo para esta solicitud."),
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={
            "invalid": _("Fijate que esté completo, con arroba, como nombre@correo.com.uy."),
            "max_length": _("Es demasiado largo, fijate que esté bien."),
        },
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer_by") == BY_EMAIL and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", gettext("Escribí a dónde te respondemos."))
        if cleaned.get("answer_by") == ON_PAGE:
            # Nobody asked for it then; a mistake in it is none.
            self.errors.pop("email", None)
            cleaned["email"] = ""
        return cleaned


class PersonForm(forms.Form):
    name = PlainText(
        label=_("Tu nombre"),
        required=False,
        max_length=NAME_MAX_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", "autocapitalize": "words"}),
        error_messages={
            "required": _("Escribilo; este organismo no recibe solicitudes anónimas."),
            "max_length": _("Es demasiado largo, acortalo."),
        },
    )
    phone = PlainText(
        label=_("Teléfono"),
        required=False,
        max_length=PHONE_MAX_CHARACTERS,
        help_text=_("Por si hace falta llamarte. Por ejemplo: 099 123 456."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "spellcheck": "false"}),
        error_messages={"max_length": _("Escribilo con números, como 099 123 456.")},
    )
    document = PlainText(
        label=_("Cédula u otro documento"),
        required=False,
        max_length=documents.TYPED_MAX_CHARACTERS,
        help_text=_("Solo si tu solicitud tiene que ver con un trámite tuyo. Por ejemplo: 1.234.567-2."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"max_length": _("Es demasiado largo para un documento, revisalo.")},
    )
    assistance = forms.MultipleChoiceField(
        label=_("¿Necesitás algo para que te atendamos bien?"),
        required=False,
        choices=[(one.value, one.label) for one in ASSISTANCE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Elegí opciones de la lista.")},
    )
    assistance_other = PlainText(
        label=_("Otra cosa que debamos saber para atenderte"),
        required=False,
        max_length=ASSISTANCE_MAX_CHARACTERS,
        help_text=_("Por ejemplo: letra grande, o que te llamemos de mañana."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "true"}),
        error_messages={"max_length": _("Es demasiado largo, acortalo a menos de 100 letras.")},
    )

    def __init__(self, *args: Any, needs_name: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = needs_name

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and not is_phone(phone):
            raise forms.ValidationError(gettext("Escribilo con números, como 099 123 456."))
        return phone

    def clean_document(self) -> str:
        typed = str(self.cleaned_data["document"])
        if not typed:
            return ""
        try:
            return documents.document(typed).shown
        except documents.NotADocument as problem:
            raise forms.ValidationError(gettext(str(problem))) from problem


class SendForm(forms.Form):
    """Consent, apart from everything else (Ley 18.331 art. 9), to the notice whose number the page carried."""

    accepts = forms.BooleanField(
        label=_("Leí el aviso y acepto que usen mis datos para atender esta solicitud"),
        error_messages={"required": _("Marcá la casilla para poder enviarla.")},
    )
    notice = forms.IntegerField(widget=forms.HiddenInput, required=False)


def assistance_words(answers: Mapping[str, Any]) -> str:
    """What she needs to be attended, in one line; "" when she said nothing."""
    chosen = answers.get("assistance") or []
    words = [str(one.label) for one in ASSISTANCE if one.value in chosen]
    return "; ".join([*words, *filter(None, [answers.get("assistance_other", "")])])
