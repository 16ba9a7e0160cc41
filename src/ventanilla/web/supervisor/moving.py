"""Somebody falls ill: all that she has open goes to others."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.flow import moving as line
from ventanilla.flow.bulk_rules import MOST, Kind
from ventanilla.flow.errors import Refused
from ventanilla.flow.sight import standing
from ventanilla.journal.actors import staff
from ventanilla.web.supervisor.views import supervisors
from ventanilla.workforce import queries as workforce

WAYS = {"repartir": Kind.SHARE, "persona": Kind.AGENT, "cola": Kind.QUEUE}


@supervisors(Right.ASSIGN)
def move(request: HttpRequest, agent_id: int) -> HttpResponseBase:
    """GET shows what she has; POST moves it (`como`, `agente`, `se_fue`) and leads to what became of each case."""
    who = standing(request.user)
    held = line.held_by(who, agent_id)
    if held is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        to_agent = request.POST.get("agente", "")
        kind = WAYS.get(request.POST.get("como", ""))
        try:
            if kind is None:
                raise Refused(_("Elegí a dónde van."))
            if not request.POST.get("de_acuerdo"):
                raise Refused(_("Marcá que estás de acuerdo: son todas sus solicitudes abiertas."))
            batch = line.move_all(
                staff(who.user_id),
                who,
                agent_id,
                kind,
                to_agent_id=_number(to_agent) if kind is Kind.AGENT else None,
                leaves=bool(request.POST.get("se_fue")),
            )
        except Refused as problem:
            refusal = str(problem)
        else:
            if held.drafts:
                messages.info(
                    request,
                    _("Había %(count)d borradores suyos: quedan guardados para ella o él.") % {"count": held.drafts},
                )
            return redirect("desk:batch", batch.pk)
    return _page(request, held, refusal)


def _page(request: HttpRequest, held: line.Held, refusal: str) -> HttpResponse:
    labels = dict(workforce.PRESENCES)
    others = [one for one in workforce.agents() if one.pk != held.agent.pk]
    asked: Any = request.POST
    context = {
        "section": "board",
        "held": held,
        "count": len(held.case_ids),
        "is_cut": len(held.case_ids) == MOST,
        "presence": labels.get(held.agent.presence, ""),
        "others": [
            ("", _("Elegí una persona")),
            *((one.pk, f"{one.user.display_name} · {labels.get(one.presence, '')}") for one in others),
        ],
        "refusal": refusal,
        "way": asked.get("como", "repartir"),
        "to_agent": asked.get("agente", ""),
        "leaves": bool(asked.get("se_fue")) if request.method == "POST" else held.agent.presence != "gone",
    }
    return render(request, "supervisor/move.html", context, status=422 if refusal else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
