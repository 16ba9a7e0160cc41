"""Says a case's events in plain Spanish. Pure but for the catalogue of translations.

An event's facts are ids, codes and instants (cases/events.py); the names come in `Names`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.cases import events

OUTCOMES = ("answered", "not_ours", "no_answer_needed", "duplicate")


def outcome_label(outcome: str) -> str:
    """How a case ended, as the screen says it."""
    labels = {
        "answered": _("Respondida"),
        "not_ours": _("No corresponde al organismo"),
        "no_answer_needed": _("No requiere respuesta"),
        "duplicate": _("Repetida"),
        "withdrawn": _("La persona la dio por terminada"),
    }
    return labels.get(outcome, outcome)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in facts are called: agents by user id, teams and services by their id, types by their value."""

    agents: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    services: Mapping[int, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    bodies: Mapping[int, str] = field(default_factory=dict)
    other_bodies: Mapping[int, str] = field(default_factory=dict)


def say(event: str, facts: Mapping[str, Any], names: Names) -> str:
    """One sentence; an event that this page does not know is said by its name rather than hidden."""
    words = _WORDS.get(event)
    return words(facts, names) if words else event


def _closed(facts: Mapping[str, Any], names: Names) -> str:
    outcome = facts.get("outcome", "")
    if outcome == "withdrawn":
        return _("La persona la dio por terminada.")
    return (
        _("Se cerró la solicitud: %(outcome)s.") % {"outcome": outcome_label(outcome).lower()}
        if outcome
        else _("Se cerró la solicitud.")
    )


def _reopened(facts: Mapping[str, Any], names: Names) -> str:
    if facts.get("is_asked"):
        return _("La persona la reabrió.")
    if "contact_id" in facts:
        return _("La persona volvió a escribir: se reabrió la solicitud.")
    return _("Se reabrió la solicitud.")


def _waiting(facts: Mapping[str, Any], names: Names) -> str:
    return _("Queda esperando a la persona; el plazo se detiene.")


def _resumed(facts: Mapping[str, Any], names: Names) -> str:
    if "contact_id" in facts:
        return _("La persona respondió: el plazo vuelve a correr.")
    return _("Ya no espera a la persona; el plazo vuelve a correr.")


def _changed(facts: Mapping[str, Any], names: Names) -> str:
    parts = []
    if facts.get("type") != facts.get("type_before"):
        parts.append(
            _("el tipo es “%(type)s”") % {"type": names.types.get(facts.get("type", ""), facts.get("type", ""))}
        )
    if facts.get("service") != facts.get("service_before"):
        service = names.services.get(facts.get("service") or 0)
        parts.append(_("el servicio es “%(service)s”") % {"service": service} if service else _("sin servicio"))
    if facts.get("is_renamed"):
        parts.append(_("tiene otro asunto"))
    return _("Cambió: %(parts)s.") % {"parts": "; ".join(parts)} if parts else _("Se cambiaron sus datos.")


def _assigned(facts: Mapping[str, Any], names: Names) -> str:
    agent, team = facts.get("agent_user_id"), facts.get("team_id")
    if agent is not None:
        if facts.get("reason") == "taken":
            return _("%(agent)s la tomó.") % {"agent": names.agents.get(agent, _("Otra persona"))}
        return _("Se asignó a %(agent)s.") % {"agent": names.agents.get(agent, _("otra persona del equipo"))}
    if team is not None:
        return _("Quedó en la cola de %(team)s.") % {"team": names.teams.get(team, _("otro equipo"))}
    return _("Volvió a la cola.")


def _merged(facts: Mapping[str, Any], names: Names) -> str:
    if "into" in facts:
        return _("Continúa en %(code)s.") % {"code": facts["into"]}
    return _("Se unió con %(code)s; sus mensajes están acá.") % {"code": facts.get("from", "")}


def _split(facts: Mapping[str, Any], names: Names) -> str:
    count = facts.get("entries", 1)
    if "other" in facts:
        words = ngettext(
            "Se separó %(count)d mensaje en %(code)s.", "Se separaron %(count)d mensajes en %(code)s.", count
        )
        return words % {"count": count, "code": facts["other"]}
    return _("Se separó de %(code)s.") % {"code": facts.get("from", "")}


def _linked(facts: Mapping[str, Any], names: Names) -> str:
    code = facts.get("other", "")
    if facts.get("kind") == "reviewed":
        return _("Se revisó el vínculo con %(code)s.") % {"code": code}
    return _("Se vinculó con %(code)s.") % {"code": code}


def _complexity(facts: Mapping[str, Any], names: Names) -> str:
    due = facts.get("due_at") or facts.get("new_due_at")
    return (
        _("Se avisó a la persona que demora más: nueva fecha %(date)s.") % {"date": _moment(due)}
        if due
        else _("Se avisó que demora más.")
    )


def _amended(facts: Mapping[str, Any], names: Names) -> str:
    return _("La persona cambió o quitó un mensaje.")


def _keys_changed(facts: Mapping[str, Any], names: Names) -> str:
    return _("La persona pidió un enlace nuevo: los anteriores dejaron de servir.")


def _address_proven(facts: Mapping[str, Any], names: Names) -> str:
    return {
        "email": _("Quedó comprobado que el correo es de la persona."),
        "gubuy": _("La persona entró con su usuario gub.uy: quedó comprobado quién es."),
    }.get(facts.get("address_kind", ""), _("Quedó comprobado que la dirección es de la persona."))


def _aim(facts: Mapping[str, Any], names: Names) -> str:
    """Whom a referral went to."""
    if facts.get("to_body_id"):
        body = names.bodies.get(facts["to_body_id"], "") or _("otro organismo")
        return _("%(body)s, con el código %(code)s") % {"body": body, "code": facts.get("other") or ""}
    return names.units.get(facts.get("unit_id") or 0, "") or _("una unidad")


def _referred(facts: Mapping[str, Any], names: Names) -> str:
    return _("Se derivó a %(aim)s.") % {"aim": _aim(facts, names)}


def _referral_answered(facts: Mapping[str, Any], names: Names) -> str:
    took = _("Tardó %(time)s.") % {"time": span(facts.get("elapsed_seconds") or 0)}
    if facts.get("to_body_id"):
        body = names.bodies.get(facts["to_body_id"], "") or _("otro organismo")
        words = _("%(body)s cerró la solicitud %(code)s.") % {"body": body, "code": facts.get("other") or ""}
    else:
        words = _("%(aim)s respondió la derivación.") % {"aim": _aim(facts, names)}
    return f"{words} {took}"


def _referral_withdrawn(facts: Mapping[str, Any], names: Names) -> str:
    if facts.get("from_body_id"):
        body = names.bodies.get(facts["from_body_id"], "") or _("otro organismo")
        return _("%(body)s retiró lo que había derivado.") % {"body": body}
    return _("Se retiró la derivación a %(aim)s.") % {"aim": _aim(facts, names)}


def _received_from_body(facts: Mapping[str, Any], names: Names) -> str:
    body = names.bodies.get(facts.get("from_body_id") or 0, "") or _("otro organismo")
    return _("La derivó %(body)s, donde tiene el código %(code)s.") % {"body": body, "code": facts.get("from", "")}


def _not_ours(facts: Mapping[str, Any], names: Names) -> str:
    other = names.other_bodies.get(facts.get("other_body_id") or 0, "") or _("otro organismo")
    return _("No corresponde: se orientó a la persona a %(other)s.") % {"other": other}


def _clarification_asked(facts: Mapping[str, Any], names: Names) -> str:
    count = int(facts.get("questions") or 1)
    return ngettext(
        "Se le pidió una aclaración a la persona.", "Se le pidieron %(count)d aclaraciones a la persona.", count
    ) % {"count": count}


def span(seconds: int) -> str:
    """How long something took, to the unit that matters."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return ngettext("%(count)d día", "%(count)d días", days) % {"count": days}
    if hours:
        return ngettext("%(count)d hora", "%(count)d horas", hours) % {"count": hours}
    return ngettext("%(count)d minuto", "%(count)d minutos", max(1, minutes)) % {"count": max(1, minutes)}


def _moment(value: str | datetime) -> str:
    at = parse_datetime(value) if isinstance(value, str) else value
    return date_format(timezone.localtime(at), "j M Y, H:i") if at else str(value)


_WORDS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    events.CLOSED: _closed,
    events.REOPENED: _reopened,
    events.WAITING: _waiting,
    events.RESUMED: _resumed,
    events.CHANGED: _changed,
    events.ASSIGNED: _assigned,
    events.MERGED: _merged,
    events.SPLIT: _split,
    events.LINKED: _linked,
    events.COMPLEXITY_ANNOUNCED: _complexity,
    events.AMENDED: _amended,
    events.KEYS_CHANGED: _keys_changed,
    events.ADDRESS_PROVEN: _address_proven,
    events.REFERRED: _referred,
    events.REFERRAL_ANSWERED: _referral_answered,
    events.REFERRAL_WITHDRAWN: _referral_withdrawn,
    events.RECEIVED_FROM_BODY: _received_from_body,
    events.NOT_OURS: _not_ours,
    events.CLARIFICATION_ASKED: _clarification_asked,
    events.INCIDENT_LINKED: lambda facts, names: _("Se vinculó a un incidente."),
    events.INCIDENT_UNLINKED: lambda facts, names: _("Dejó de ser parte del incidente."),
}
