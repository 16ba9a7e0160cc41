"""Who attends what, and why."""

from collections.abc import Collection, Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.routing.models import AlsoSeenBy, Assignment


def assignment_of(case_id: int) -> Assignment | None:
    found: Assignment | None = Assignment.objects.select_related("team", "agent__user").filter(case_id=case_id).first()
    return found


def assignments(case_ids: Iterable[int]) -> dict[int, Assignment]:
    query = Assignment.objects.select_related("team", "agent__user").filter(case_id__in=list(case_ids))
    return {assignment.case_id: assignment for assignment in query}


def also_seen_by(case_id: int) -> list[str]:
    """Names of the other teams that received the same message."""
    return list(AlsoSeenBy.objects.filter(case_id=case_id).select_related("team").values_list("team__name", flat=True))


def cases_also_seen_by(team_ids: Iterable[int]) -> "QuerySet[AlsoSeenBy, int]":
    """Ids of the cases that these teams see beside another one's; for a question of a room above."""
    return AlsoSeenBy.objects.filter(team__in=list(team_ids)).values_list("case_id", flat=True)


def loads(agent_ids: Collection[int]) -> dict[int, int]:
    """Open cases of each of those agents, by count alone.

    Unscoped: one agent of a shared centre has one load, whichever bodies the cases are of.
    """
    query = Assignment.unscoped.filter(is_open=True, agent_id__in=list(agent_ids)).order_by()
    return dict(query.values_list("agent_id").annotate(count=Count("pk")))


def explain(case_id: int) -> str:
    """Why this case has the agent it has, in plain Spanish."""
    assignment = assignment_of(case_id)
    if assignment is None:
        return _("Todavía no se asignó.")
    facts = assignment.explanation
    reason = facts.get("reason", "")
    if reason == "least_loaded":
        return ngettext(
            "Tenía %(load)d solicitud abierta, la menor carga entre %(considered)d presentes con certificado.",
            "Tenía %(load)d solicitudes abiertas, la menor carga entre %(considered)d presentes con certificado.",
            facts.get("load", 0),
        ) % {"load": facts.get("load", 0), "considered": facts.get("considered", 0)}
    return {
        "nobody_present": _("No había nadie disponible en el equipo: espera en la cola."),
        "nobody_trained": _("Nadie de los presentes tiene certificado vigente en el canal: espera en la cola."),
        "everybody_full": _(
            "Quienes podían atenderla llegaron a su máximo de solicitudes abiertas: espera en la cola."
        ),
        "no_team": _("Ningún equipo atiende esta cuenta: asignala a mano."),
        "taken": _("La tomó su responsable."),
        "by_hand": _("La asignó una persona del equipo."),
        "begun": _("La inició su responsable."),
        "returned": _("Se devolvió a la cola del equipo."),
        "copied": _("Sigue a la solicitud de la que se separó."),
    }.get(reason, _("Se asignó automáticamente."))
