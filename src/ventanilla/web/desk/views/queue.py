"""The queue, with an empty conversation beside it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ventanilla.cases import queries as cases
from ventanilla.messages import codes
from ventanilla.web.desk.access import desk, user_id_of
from ventanilla.web.desk.frame import doors_of, frame
from ventanilla.web.desk.queue import queue_context
from ventanilla.web.desk.selection import Selection
from ventanilla.workforce import queries as workforce


@desk()
def queue(request: HttpRequest) -> HttpResponseBase:
    """The page. A search that is exactly a code opens its case."""
    shown = frame(request)
    selection = Selection.of(request.GET.dict(), _default_view(shown["agent"]))
    code = codes.normalise(selection.q)
    if code and cases.by_code(code):
        return redirect("desk:conversation", code)
    context = {"pane": "queue", **shown, **queue_context(request, selection)}
    return render(request, "desk/queue.html", context)


@desk()
def listing(request: HttpRequest) -> HttpResponse:
    """The pane alone, for a page that is open already; `abierta` names the case in sight."""
    agent = workforce.agent_of_user(user_id_of(request))
    selection = Selection.of(request.GET.dict(), _default_view(agent))
    context = doors_of(request) | queue_context(request, selection, request.GET.get("abierta", ""))
    return render(request, "desk/parts/queue.html", context)


def _default_view(agent: object) -> str:
    """Whoever attends nobody has no cases of her own to begin with."""
    return "mias" if agent is not None else "todas"
