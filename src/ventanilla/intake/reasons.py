"""Doubts and refused rules in words for the screen."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ventanilla.intake.rules import Doubt, DoubtKind, RuleProblem

DOUBTS: Mapping[DoubtKind, Promise] = {
    DoubtKind.ADDRESS: gettext_lazy("La dirección %(detail)s está bloqueada."),
    DoubtKind.DOMAIN: gettext_lazy("El dominio %(detail)s está bloqueado."),
    DoubtKind.NETWORK: gettext_lazy("Vino de una red bloqueada, %(detail)s."),
    DoubtKind.WORDS: gettext_lazy("Dice «%(detail)s», que está en la lista de palabras bloqueadas."),
    DoubtKind.HONEYPOT: gettext_lazy("Completó un campo que las personas no ven."),
    DoubtKind.TOO_FAST: gettext_lazy("Completó el formulario en %(detail)s s: más rápido que una persona."),
    DoubtKind.LINKS: gettext_lazy("Trae %(detail)s enlaces y es la primera vez que escribe."),
    DoubtKind.MARKED: gettext_lazy("El filtro de nuestro servidor de correo lo marcó como correo basura."),
    DoubtKind.UNPROVEN: gettext_lazy("No se pudo comprobar que venga de quien dice."),
}
PROBLEMS: Mapping[RuleProblem, Promise] = {
    RuleProblem.EMPTY: gettext_lazy("Escribí qué se bloquea."),
    RuleProblem.NOT_AN_ADDRESS: gettext_lazy(
        "No es una dirección de correo: escribila así, nombre@dominio.com. Para un dominio entero elegí «dominio»."
    ),
    RuleProblem.NOT_A_DOMAIN: gettext_lazy(
        "No es un dominio: escribilo así, dominio.com, sin arroba. Para bloquear a una sola persona elegí «dirección»."
    ),
    RuleProblem.NOT_A_NETWORK: gettext_lazy("No es una red: escribila así, 203.0.113.0/24 o 2001:db8::/32."),
    RuleProblem.TOO_WIDE: gettext_lazy("Abarca demasiado: dejaría afuera a muchísima gente. Elegí algo más preciso."),
    RuleProblem.SHARED_DOMAIN: gettext_lazy("Ese dominio lo usa muchísima gente: bloqueá direcciones, una por una."),
    RuleProblem.OURS: gettext_lazy("Es del propio organismo: no se puede bloquear."),
    RuleProblem.OUR_NETWORK: gettext_lazy("En esa red está nuestro propio servidor de correo: no se puede bloquear."),
    RuleProblem.SHORT_WORDS: gettext_lazy(
        "Escribí al menos cuatro letras: algo más corto aparece en cualquier mensaje."
    ),
}


def reason(doubt: Doubt) -> str:
    return str(DOUBTS[doubt.kind]) % {"detail": doubt.detail}


def stored_reasons(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """The reasons of a doubtful delivery, as `InboundDelivery.doubt` keeps them."""
    return [reason(Doubt(DoubtKind(one["kind"]), str(one.get("detail", "")))) for one in stored]


def problem_in_words(problem: RuleProblem) -> str:
    return str(PROBLEMS[problem])


def summary(reasons: list[str]) -> str:
    """What stands where a delivery's problem is told, in lists and in the API."""
    return _("Dudosa: %(reasons)s") % {"reasons": " ".join(reasons)}
