"""What each bulk action does to one case, under its lock; each says in a few words what became of it."""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from ventanilla.accounts import queries as accounts
from ventanilla.cases import actions as cases
from ventanilla.cases import events, incidents
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Case, CaseState
from ventanilla.flow import desk, texts
from ventanilla.flow.belonging import refuse_foreign
from ventanilla.flow.bulk_rules import HANDS_OVER as HANDS_OVER
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.flow.changed import changed
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.reply import TEXT_LIMIT_CHARACTERS, note, reply
from ventanilla.flow.trained import channel_of
from ventanilla.journal.actors import Actor
from ventanilla.kit import live
from ventanilla.knowledge import rules as knowledge
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments
from ventanilla.workforce import queries as workforce

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"[ \t]*,?[ \t]*\{\{\s*nombre\s*\}\}")


def refuse_senseless(wish: Wish) -> None:
    """What no case could be done to. Raises Refused."""
    if wish.kind is Kind.AGENT and (wish.agent_id is None or workforce.agent(wish.agent_id) is None):
        raise Refused(_("Elegí a quién se asignan."))
    is_of_team = wish.kind is Kind.SHARE or wish.kind is Kind.QUEUE
    if is_of_team and wish.moved_from is None and (wish.team_id is None or workforce.team(wish.team_id) is None):
        raise Refused(_("Elegí un equipo."))
    if wish.kind is Kind.CHANGE and not wish.type and wish.service_id is None:
        raise Refused(_("Elegí un tipo o un servicio."))
    if wish.kind in (Kind.LINK, Kind.ANSWER):
        incident = incidents.incident(wish.incident_id) if wish.incident_id is not None else None
        if incident is None:
            raise Refused(_("Elegí un incidente."))
        if wish.kind is Kind.LINK and incident.state == "closed":
            raise Refused(_("Ese incidente está cerrado: reabrilo antes de vincularle solicitudes."))
    if wish.kind is Kind.ANSWER:
        refuse_unsayable(wish.text)


def refuse_unsayable(text: str) -> None:
    """Raises Refused for an answer that could not be sent to anybody."""
    if not text.strip():
        raise Refused(_("Escribí la respuesta."))
    if len(text) > TEXT_LIMIT_CHARACTERS:
        raise Refused(_("El texto es demasiado largo."))
    if unknown := knowledge.unknown_variables(text):
        raise Refused(_("No existe el dato %(name)s.") % {"name": "{{" + unknown[0] + "}}"})


def filled(case: Case, text: str, staff_name: str) -> str:
    """The text with what is known of this case. A person without a name is greeted without one. Raises Refused."""
    name = texts.name_to_greet(case.contact.name) if case.contact else ""
    values = {
        "nombre": name,
        "codigo": case.code,
        "organismo": case.public_body.name,
        "ejecutivo": staff_name,
        "servicio": case.service.name if case.service else "",
    }
    said = knowledge.fill(text if name else _NAME.sub("", text), {key: value for key, value in values.items() if value})
    if (missing := next(iter(_VARIABLE.findall(said)), "")) in values:
        if missing == "servicio":
            raise Refused(_("No tiene servicio, y el texto lo nombra."))
        raise Refused(_("Falta un dato que el texto nombra: %(name)s.") % {"name": missing})
    return said


def _to_agent(actor: Actor, case: Case, wish: Wish) -> str:
    now = assignments.assignment_of(case.pk)
    if now is not None and now.agent_id == wish.agent_id and case.state != CaseState.CLOSED:
        return _("Ya la tenía.")
    desk.assign(
        actor, case.pk, agent_id=wish.agent_id, team_id=wish.team_id, note=wish.text, moved_from=wish.moved_from
    )
    return ""


def _to_queue(actor: Actor, case: Case, wish: Wish) -> str:
    now = assignments.assignment_of(case.pk)
    team_id = wish.team_id or (now.team_id if now else None)
    if team_id is None:
        raise Refused(_("No tiene un equipo en cuya cola esperar: asignala a uno."))
    if now is not None and now.agent_id is None and now.team_id == team_id and case.state != CaseState.CLOSED:
        return _("Ya estaba en esa cola.")
    desk.assign(actor, case.pk, agent_id=None, team_id=team_id, note=wish.text, moved_from=wish.moved_from)
    return ""


def _share(actor: Actor, case: Case, wish: Wish) -> str:
    """Routing decides, as for a case that just came: among the trained and present who have room."""
    if case.state == CaseState.CLOSED:
        raise Refused(_("La solicitud está cerrada: reabrila antes de asignarla."))
    now = assignments.assignment_of(case.pk)
    team = workforce.team(wish.team_id or (now.team_id if now and now.team_id else 0))
    if team is None:
        raise Refused(_("No tiene un equipo entre el que repartirla: asignala a uno."))
    refuse_foreign(case, team=team, agent=None)
    had = now.agent_id if now else None
    needs = assignments.needs_of(case.pk)
    made = routing.assign(
        [
            routing.CaseToAssign(
                case.pk,
                case.public_body_id,
                channel_of(case.pk),
                team_id=team.pk,
                service_id=case.service_id,
                language=needs.language if needs else "",
                is_preferential=bool(needs and needs.preferential_reason),
                returned_by=wish.moved_from or had,
                moved_from=wish.moved_from,
            )
        ]
    )[case.pk]
    agent = workforce.agents_by_id([made.agent_id]).get(made.agent_id) if made.agent_id else None
    if agent is not None and agent.pk == wish.moved_from:
        desk.assign(actor, case.pk, agent_id=None, team_id=team.pk, moved_from=wish.moved_from)
        return _("Nadie más puede recibirla ahora: espera en la cola de %(team)s.") % {"team": team.name}
    facts = {"reason": "shared", "team_id": made.team_id, "agent_user_id": agent.user_id if agent else None}
    cases.add_event(case, events.ASSIGNED, actor, facts)
    changed(case)
    if agent is None:
        return _("Nadie puede recibirla ahora: espera en la cola de %(team)s.") % {"team": team.name}
    live.publish(live.body_group(case.public_body_id), "assigned", code=case.code, agent_id=agent.pk)
    return _("Para %(agent)s.") % {"agent": agent.user.display_name}


def _change(actor: Actor, case: Case, wish: Wish) -> str:
    if case.state == CaseState.CLOSED:
        raise Refused(_("La solicitud está cerrada."))
    service_id = wish.service_id if wish.service_id is not None else desk.UNCHANGED
    desk.change(actor, case.pk, type=wish.type or None, service_id=service_id)
    return ""


def _wait(actor: Actor, case: Case, wish: Wish) -> str:
    desk.set_waiting(actor, case.pk, True)
    return ""


def _resume(actor: Actor, case: Case, wish: Wish) -> str:
    desk.set_waiting(actor, case.pk, False)
    return ""


def _close(actor: Actor, case: Case, wish: Wish) -> str:
    if case.state == CaseState.CLOSED:
        raise Refused(_("La solicitud ya está cerrada."))
    if wish.text.strip():
        note(actor, case.pk, wish.text)
    service_id = wish.service_id if wish.service_id is not None else case.service_id
    close(actor, case.pk, type=wish.type or case.type, service_id=service_id, outcome=wish.outcome or "answered")
    return ""


def _link(actor: Actor, case: Case, wish: Wish) -> str:
    incident = incidents.incident(wish.incident_id or 0)
    if incident is None or incident.public_body_id != case.public_body_id:
        raise Refused(_("Ese incidente no es del organismo de la solicitud."))
    try:
        is_new = cases.link_to_incident(incident, case, actor)
    except cases.InAnotherIncident as problem:
        raise Refused(_("Ya es parte de otro incidente: «%(title)s».") % {"title": problem}) from problem
    if not is_new:
        return _("Ya estaba vinculada.")
    changed(case)
    return ""


def _answer(actor: Actor, case: Case, wish: Wish) -> str:
    """In the channel that the person last used; a draft that the same agent has in that case stays hers."""
    if case.state == CaseState.CLOSED:
        raise Refused(_("Ya está cerrada: si hace falta, reabrila y respondela aparte."))
    if incidents.linked([case.pk]).get(case.pk) != wish.incident_id:
        raise Refused(_("Ya no es parte del incidente."))
    user_id = actor.user_id or 0
    draft = case_queries.draft(case.pk, user_id, "reply")
    writer = accounts.staff_member(user_id)
    said = reply(actor, case.pk, filled(case, wish.text, writer.display_name if writer else ""))
    if draft:
        cases.save_draft(case, user_id, "reply", draft)
    if wish.closes:
        close(actor, case.pk, type=case.type, service_id=case.service_id)
    return str(said.channel)


ACTS: Mapping[Kind, Callable[[Actor, Case, Wish], str]] = {
    Kind.AGENT: _to_agent,
    Kind.QUEUE: _to_queue,
    Kind.SHARE: _share,
    Kind.CHANGE: _change,
    Kind.WAIT: _wait,
    Kind.RESUME: _resume,
    Kind.CLOSE: _close,
    Kind.LINK: _link,
    Kind.ANSWER: _answer,
}
