"""A case changes hands from the board, without leaving it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import desk as line
from ventanilla.flow.errors import Refused
from ventanilla.web.matters import actor_of, case_to_see, require
from ventanilla.web.supervisor.board import MOST_DIGITS, chosen_of
from ventanilla.web.supervisor.views import supervisors

PLACE = "#apuran"
"""Where the list stands on the board."""


@require_POST
@supervisors(Right.ASSIGN)
def assign(request: HttpRequest, code: str) -> HttpResponseBase:
    """To an agent or to a team's queue, as the desk does it; the same refusals, said on the board."""
    case = case_to_see(request, code)
    require(request, Right.ASSIGN, case.public_body_id)
    kind, number = _whom(request.POST.get("whom", ""))
    if not kind:
        messages.error(request, _("Elegí a quién pasar la solicitud %(code)s.") % {"code": case.code})
        return _back(request)
    try:
        given = line.assign(
            actor_of(request),
            case.pk,
            agent_id=number if kind == "agent" else None,
            team_id=number if kind == "team" else None,
        )
    except Refused as refusal:
        messages.error(request, _("%(code)s no cambió de manos. %(why)s") % {"code": case.code, "why": refusal})
        return _back(request)
    if given.agent is not None:
        said = _("%(code)s ahora es de %(name)s.") % {"code": case.code, "name": given.agent.user.display_name}
    else:
        said = _("%(code)s pasó a la cola de %(team)s.") % {"code": case.code, "team": given.team}
    messages.success(request, said)
    return _back(request)


def _whom(text: str) -> tuple[str, int]:
    """("agent", 3) or ("team", 3); ("", 0) for what no page wrote."""
    kind, _sep, number = text.partition(":")
    if kind in ("agent", "team") and number.isascii() and number.isdigit() and len(number) < MOST_DIGITS:
        return kind, int(number)
    return "", 0


def _back(request: HttpRequest) -> HttpResponseBase:
    """The board, narrowed as it was and at the same place."""
    query = chosen_of(request.GET).query
    return redirect(reverse("supervisor:board") + (f"?{query}" if query else "") + PLACE)
