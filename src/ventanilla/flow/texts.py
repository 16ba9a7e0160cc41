"""What the house itself writes to people, in plain Spanish."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ventanilla.cases.models import Case
from ventanilla.organisation.models import Office, PublicBody

PEOPLES_LANGUAGE = "es"
GREETED_MAX_CHARACTERS = 60
_NAME = re.compile(r"(?:[^\W\d_]|[ '\u2019-]|\.(?= |$))+")
DEFAULT_ZONE = ZoneInfo("America/Montevideo")


def day_in_words(day: date) -> str:
    """«martes 24 de noviembre»."""
    return date_format(day, pgettext("formato de fecha", r"l j \d\e F"))


def moment(instant: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """«martes 24 de noviembre a las 16:00», in local time."""
    local = timezone.localtime(instant, zone)
    return _("%(day)s a las %(time)s") % {"day": day_in_words(local), "time": f"{local:%H:%M}"}


def subject_with_code(case: Case, subject: str = "") -> str:
    return f"[{case.code}] {subject or case.subject}"


def subject_of_receipt(case: Case) -> str:
    with translation.override(PEOPLES_LANGUAGE):
        return subject_with_code(case, _("Recibimos tu solicitud"))


def name_to_greet(name: str) -> str:
    """The name, if it is one; "" for what holds an address, a number or a whole advertisement."""
    return name if len(name) <= GREETED_MAX_CHARACTERS and _NAME.fullmatch(name) else ""


def acknowledgement(
    body: PublicBody, case: Case, name: str, promised_at: datetime | None, offices: Sequence[Office], link: str
) -> str:
    """We have your message, this is its code, by when you will hear, and where else you can do it."""
    with translation.override(PEOPLES_LANGUAGE):
        lines = [_("Hola, %(name)s:") % {"name": name} if name else _("Hola:"), ""]
        lines += [_("Recibimos tu mensaje. Tu código de seguimiento es %(code)s.") % {"code": case.code}, ""]
        if promised_at is not None:
            lines += [
                _("Te vamos a responder a más tardar el %(moment)s.") % {"moment": moment(promised_at)}
                + " "
                + _("Si el tema es complejo y necesita más tiempo, te avisamos antes."),
                "",
            ]
        lines += [
            _("Si querés agregar algo, respondé a este correo."),
            _("También podés seguir tu solicitud acá: %(link)s") % {"link": link},
            _("Ese enlace es solo para vos: quien lo tenga puede ver tu solicitud."),
            "",
        ]
        if offices:
            lines += [_("También podés hacerlo en persona:")]
            lines += [f"- {office.name}, {office.address}" for office in offices[:3]]
            lines += [""]
        if body.acknowledgement_text.strip():
            lines += [body.acknowledgement_text.strip(), ""]
        lines += [body.name, "", _("Este correo es un aviso: no tiene el valor de una notificación legal.")]
        return "\n".join(lines)


def signed(body: PublicBody, text: str) -> str:
    """An agent's text with the body's signature."""
    signature = body.signature_text.strip() or body.name
    return f"{text.rstrip()}\n\n{signature}"


def complexity(case: Case, text: str, new_due_at: datetime) -> str:
    """The notice that the matter needs longer, with its new date (domain.md 1.2)."""
    with translation.override(PEOPLES_LANGUAGE):
        promise = _("Te vamos a responder a más tardar el %(moment)s.") % {"moment": moment(new_due_at)}
        return f"{text.rstrip()}\n\n{promise}\n\n" + _("Tu código de seguimiento es %(code)s.") % {"code": case.code}
