"""Notices in words. They are made where they are shown: a case that is out of sight says nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.web.look.templatetags.look import channel_word

if TYPE_CHECKING:
    from ventanilla.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the page shows it."""

    notice_id: int
    at: datetime
    icon: str
    text: str
    subject: str
    code: str
    href: str
    is_read: bool


ICONS = {
    "overdue": "light-late",
    "team_overdue": "light-late",
    "due_soon": "light-soon",
    "referral_due": "light-soon",
    "undelivered": "alert",
    "set_aside": "shield",
    "training": "check",
    "cover": "user",
    "confidentiality": "lock",
    "batch_finished": "check",
}


def line_of(notice: "Notice") -> Line:
    case = notice.case
    if case is not None and case.merged_into is not None:
        case = case.merged_into
    return Line(
        notice.pk,
        notice.created_at,
        ICONS.get(notice.kind, "inbox"),
        text_of(notice.kind, notice.facts),
        case.subject if case else "",
        case.code if case else "",
        reverse("desk:conversation", args=[case.code]) if case else _place(notice.kind),
        notice.read_at is not None,
    )


def _place(kind: str) -> str:
    return {
        "set_aside": reverse("desk:quarantine"),
        "cover": reverse("supervisor:board"),
        "batch_finished": reverse("desk:queue"),
    }.get(kind, reverse("desk:queue"))


def text_of(kind: str, facts: dict[str, Any]) -> str:
    """A sentence without any name."""
    if kind == "set_aside" and facts.get("fact") == "intake.doubted":
        return _("Hay un mensaje dudoso que espera que alguien decida.")
    if kind == "batch_finished" and "done" in facts:
        done, refused = int(facts["done"]), int(facts.get("refused", 0))
        said = ngettext(
            "Terminó lo que pediste: se hizo en %(n)d solicitud",
            "Terminó lo que pediste: se hizo en %(n)d solicitudes",
            done,
        )
        left = ngettext("%(n)d no se pudo", "%(n)d no se pudieron", refused) % {"n": refused}
        return f"{said % {'n': done}}; {left}." if refused else f"{said % {'n': done}}."
    if kind in ("training", "cover"):
        return _of_cover(facts)
    return {
        "assigned": _("Te asignaron una solicitud."),
        "team": _("Llegó una solicitud a la cola de tu equipo."),
        "person_answered": _("La persona escribió en una solicitud tuya."),
        "due_soon": _("Está por vencer el plazo de una solicitud tuya."),
        "overdue": _("Venció el plazo de una solicitud tuya."),
        "referred": _("Tu unidad tiene una derivación para responder."),
        "referral_answered": _("Respondieron la derivación que pediste."),
        "referral_due": _("Una derivación de tu unidad está por vencer o venció."),
        "undelivered": _("No se pudo entregar un mensaje de una solicitud tuya."),
        "team_overdue": _("Venció el plazo de una solicitud."),
        "set_aside": _("Un mensaje quedó en revisión técnica."),
        "confidentiality": _("Hay una declaración de confidencialidad nueva para firmar."),
        "batch_finished": _("Terminó lo que pediste."),
    }.get(kind, "")


def _of_cover(facts: dict[str, Any]) -> str:
    """Certificates, exceptions and contracts; `days` are those that are left."""
    fact, days = str(facts.get("fact", "")), int(facts.get("days", 0))
    channel = channel_word(str(facts.get("channel", "")))
    if fact == "workforce.contract_ending":
        return ngettext(
            "El contrato de un proveedor termina en %(n)d día.",
            "El contrato de un proveedor termina en %(n)d días.",
            days,
        ) % {"n": days}
    if fact == "workforce.contract_ended":
        return _("Terminó el contrato de un proveedor: lo que atendía volvió a la cola.")
    if fact == "workforce.exemption_granted":
        return _("Podés atender %(channel)s por una excepción, hasta la fecha que te dijeron.") % {"channel": channel}
    if fact == "workforce.exemption_ended":
        return _("Terminó la excepción con la que atendías %(channel)s.") % {"channel": channel}
    return ngettext(
        "Un certificado de %(channel)s vence en %(n)d día.", "Un certificado de %(channel)s vence en %(n)d días.", days
    ) % {"channel": channel, "n": days}
