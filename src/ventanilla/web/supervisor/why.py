"""Who had a case, when and why: in a line of the board, and whole on a page."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.journal.actors import ActorKind
from ventanilla.routing import events
from ventanilla.routing import queries as routing
from ventanilla.web.desk.access import case_to_see, reading_goes_on, require
from ventanilla.web.supervisor.views import supervisors

if TYPE_CHECKING:
    from ventanilla.routing.queries import Step


@require_GET
@supervisors(Right.SEE_BOARD)
def why(request: HttpRequest, code: str) -> HttpResponse:
    """`parte` asks for what stands inside a line of the board."""
    case = case_to_see(request, code)
    require(request, Right.SEE_BOARD, case.public_body_id)
    context = {"case": case, "section": "board", "reasons": routing.explanation(case.pk)}
    if request.GET.get("parte"):
        return render(request, "supervisor/parts/why.html", context)
    reading_goes_on(request, case)
    steps = routing.trace(case.pk)
    staff_kinds = {ActorKind.STAFF.value, ActorKind.TOKEN.value}
    names = accounts.users_by_id(
        {step.actor_id for step in steps if step.actor_id is not None and step.actor_kind in staff_kinds}
    )
    lines = [
        {"step": step, "words": _words(step, names[step.actor_id].display_name if step.actor_id in names else "")}
        for step in reversed(steps)
    ]
    assignment = routing.assignment_of(case.pk)
    return render(request, "supervisor/why.html", {**context, "lines": lines, "assignment": assignment})


def _words(step: "Step", who: str) -> str:
    """What happened, in a sentence; `who` did it, "" when the house did."""
    has, team = step.agent_name, step.team_name
    named = {"who": who or _("Alguien"), "agent": has, "team": team}
    if step.kind == events.TAKEN:
        return _("%(agent)s la tomó.") % named
    if step.kind == events.RETURNED:
        return _("%(who)s la devolvió a la cola de %(team)s.") % named
    if step.kind == events.HANDED_OVER:
        if not has:
            return _("%(who)s la pasó a la cola de %(team)s.") % named
        if step.agent_user_id == step.actor_id:
            return _("%(agent)s quedó con ella.") % named
        return _("%(who)s la pasó a %(agent)s.") % named
    if has:
        return _("Se le dio a %(agent)s (%(team)s).") % named if team else _("Se le dio a %(agent)s.") % named
    return _("Quedó en la cola de %(team)s.") % named if team else _("Quedó sin equipo.")
