"""Why a case is where it is, in plain Spanish: "¿Por qué me tocó?" """

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.routing.models import Assignment, Language, OverflowRule
from ventanilla.routing.queries.assigning import assignment_of
from ventanilla.workforce import queries as workforce

Facts = Mapping[str, Any]


def explain(case_id: int) -> str:
    """Why this case has the agent it has, in a few sentences."""
    return " ".join(explanation(case_id))


def explanation(case_id: int) -> list[str]:
    """The same, a sentence each, the reason first. What is kept are numbers and ids; the words are made now."""
    assignment = assignment_of(case_id)
    if assignment is None:
        return [_("Todavía no se asignó.")]
    return sentences(assignment)


def sentences(assignment: Assignment) -> list[str]:
    """What the explanation of this assignment says, be it of now or of then."""
    facts: Facts = assignment.explanation
    reason = str(facts.get("reason", ""))
    by_person = {
        "taken": _("La tomó su responsable."),
        "by_hand": _("La asignó una persona del equipo."),
        "begun": _("La inició su responsable."),
        "returned": _("Se devolvió a la cola del equipo."),
        "copied": _("Sigue a la solicitud de la que se separó."),
    }
    moved = _moved(facts)
    if reason in by_person:
        return [*moved, by_person[reason]]
    said = [*moved, _nobody(reason) or _chosen(reason, facts)]
    if assignment.agent_id is not None:
        said += _load(facts)
    return [*said, *_left_out(facts), *_overflow(assignment, facts), *_language(facts), *_preferential(facts)]


def _moved(facts: Facts) -> list[str]:
    """All that somebody had was given to others."""
    if facts.get("moved_from") is None:
        return []
    agent = workforce.agents_by_id([int(facts["moved_from"])]).get(int(facts["moved_from"]))
    return [_("Se repartió lo de %(agent)s.") % {"agent": agent.user.display_name if agent else _("otra persona")}]


def _nobody(reason: str) -> str:
    return {
        "nobody_present": _("No había nadie disponible en el equipo: espera en la cola."),
        "nobody_trained": _("Nadie de los presentes tiene certificado vigente en el canal: espera en la cola."),
        "everybody_full": _(
            "Quienes podían atenderla llegaron a su máximo de solicitudes abiertas: espera en la cola."
        ),
        "no_team": _("Ningún equipo atiende esta cuenta: asignala a mano."),
    }.get(reason, "")


def _chosen(reason: str, facts: Facts) -> str:
    considered = int(facts.get("considered", 0))
    among = {"count": considered}
    if reason == "least_loaded":
        # Of one who was alone the older explanations said this as well.
        return (
            ngettext(
                "Era la única persona presente con certificado en el canal y con lugar.",
                "Tenía la menor carga para su máximo, entre %(count)d personas presentes con certificado en el canal "
                "y con lugar.",
                considered,
            )
            % among
        )
    return {
        "knows_case": _("Ya había atendido esta solicitud: la conoce, estaba presente y tenía lugar."),
        "knows_person": _("Atiende otra solicitud abierta de la misma persona, estaba presente y tenía lugar."),
        "knows_service": _("Conoce el servicio de la solicitud; de quienes lo conocen tenía la menor carga."),
        "only_one": _("Era la única persona presente con certificado en el canal y con lugar."),
        "longest_waiting": _(
            "Tenía la misma carga que otras personas, y hacía más tiempo que no recibía una solicitud, entre "
            "%(count)d presentes con certificado en el canal y con lugar."
        )
        % among,
    }.get(reason, _("Se asignó automáticamente."))


def _load(facts: Facts) -> list[str]:
    if "max" not in facts:
        return []
    said = _("Su carga era %(load)d de un máximo de %(max)d; esta solicitud pesa %(weight)d.")
    return [said % {"load": facts["load"], "max": facts["max"], "weight": facts.get("weight", 1)}]


def _left_out(facts: Facts) -> list[str]:
    untrained, full = int(facts.get("untrained", 0)), int(facts.get("full", 0))
    said = []
    if untrained:
        said.append(
            ngettext(
                "Una persona presente no podía recibirla, por no tener certificado vigente en el canal.",
                "%(count)d personas presentes no podían recibirla, por no tener certificado vigente en el canal.",
                untrained,
            )
            % {"count": untrained}
        )
    if full:
        said.append(
            ngettext(
                "Una persona con certificado estaba en su máximo.",
                "%(count)d personas con certificado estaban en su máximo.",
                full,
            )
            % {"count": full}
        )
    return said


def _overflow(assignment: Assignment, facts: Facts) -> list[str]:
    if facts.get("rule_id") is None:
        return []
    rule = OverflowRule.unscoped.select_related("from_team").filter(pk=facts["rule_id"]).first()
    named = {
        "team": rule.from_team.name if rule else _("otro equipo"),
        "own": assignment.team.name if assignment.team else "",
        "rule": facts["rule_id"],
        "minutes": facts.get("waited_minutes", 0),
    }
    why = {
        "nobody_present": _("no tenía a nadie presente"),
        "nobody_trained": _("no tenía presente a nadie con certificado en el canal"),
        "everybody_full": _("estaba en su máximo"),
        "no_team": _("no cubre el canal"),
    }.get(str(facts.get("own_reason", "")), _("no podía tomarla"))
    return [
        _("Pasó de %(team)s a %(own)s por la regla de desborde %(rule)d: %(team)s %(why)s.") % {**named, "why": why}
    ]


def _language(facts: Facts) -> list[str]:
    language = facts.get("language")
    if not language:
        return []
    name = dict(Language.choices).get(str(language), language)
    if facts.get("is_language_missing"):
        return [
            _("La persona pidió atención en %(language)s; nadie presente y con lugar lo habla.") % {"language": name}
        ]
    return [_("La persona pidió atención en %(language)s.") % {"language": name}]


def _preferential(facts: Facts) -> list[str]:
    if not facts.get("is_preferential"):
        return []
    return [_("Tiene atención preferencial: se ofrece antes que otras que llegaron en el mismo momento.")]
