"""Who had a case, when and why: in a line of the board, and whole on a page. Shows no word of the conversation, so it
is no reading."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from ventanilla.web.matters import case_to_see, require
from ventanilla.web.supervisor.views import supervisors

if TYPE_CHECKING:
    from ventanilla.routing.queries import Step

PEOPLE = (ActorKind.STAFF.value, ActorKind.TOKEN.value)


@dataclass(frozen=True, slots=True)
class Line:
    """A step in a sentence, and the reasons of then."""

    step: "Step"
    words: str


@require_GET
@supervisors(Right.SEE_BOARD)
def why(request: HttpRequest, code: str) -> HttpResponse:
    """`parte` asks for what stands inside a line of the board."""
    case = case_to_see(request, code)
    require(request, Right.SEE_BOARD, case.public_body_id)
    lines = _lines(routing.trace(case.pk))
    context = {"case": case, "section": "board", "reasons": _reasons(lines) or routing.explanation(case.pk)}
    if request.GET.get("parte"):
        return render(request, "supervisor/parts/why.html", context)
    context |= {"lines": lines, "assignment": routing.assignment_of(case.pk)}
    return render(request, "supervisor/why.html", context)


def _lines(steps: "Sequence[Step]") -> list[Line]:
    """The newest first."""
    names = accounts.users_by_id({step.actor_id for step in steps if step.actor_id and step.actor_kind in PEOPLE})
    return [
        Line(step, _words(step, names[step.actor_id].display_name if step.actor_id in names else ""))
        for step in reversed(steps)
    ]


def _reasons(lines: Sequence[Line]) -> list[str]:
    """Why it is where it is now: what was reckoned when it last changed hands, or who decided it."""
    for line in lines:
        if line.step.changes_hands:
            return list(line.step.reasons) or [line.words]
    return []


def _words(step: "Step", who: str) -> str:
    """What happened, in a sentence; `who` did it, "" when the house did."""
    named = {"who": who or _("Alguien"), "agent": step.agent_name, "team": step.team_name, "aim": step.aim_name}
    if not step.changes_hands:
        return {
            events.REFERRED: _("%(who)s la derivó a %(aim)s."),
            events.REFERRAL_ANSWERED: _("%(aim)s respondió la derivación."),
            events.REFERRAL_WITHDRAWN: _("%(who)s retiró la derivación a %(aim)s."),
        }[step.kind] % named
    if step.kind == events.TAKEN:
        return _("%(agent)s la tomó.") % named
    if step.kind == events.RETURNED:
        return _("%(who)s la devolvió a la cola de %(team)s.") % named
    if step.kind == events.HANDED_OVER:
        return _handed_over(step) % named
    if step.agent_name:
        return (_("Se le dio a %(agent)s (%(team)s).") if step.team_name else _("Se le dio a %(agent)s.")) % named
    return _("Quedó en la cola de %(team)s.") % named if step.team_name else _("Quedó sin equipo.")


def _handed_over(step: "Step") -> str:
    if not step.agent_name:
        return _("%(who)s la pasó a la cola de %(team)s.")
    return _("%(agent)s quedó con ella.") if step.agent_user_id == step.actor_id else _("%(who)s la pasó a %(agent)s.")
