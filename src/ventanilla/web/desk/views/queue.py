"""The queue, with an empty conversation beside it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.flow import readings
from ventanilla.flow.sight import Standing
from ventanilla.messages import codes
from ventanilla.web.desk.access import desk, in_sight
from ventanilla.web.desk.frame import doors_of, frame
from ventanilla.web.desk.queue import queue_context
from ventanilla.web.desk.selection import Selection, is_second_level
from ventanilla.web.matters import actor_of, standing_of


@desk(Right.SEE_CASES)
def queue(request: HttpRequest) -> HttpResponseBase:
    """The page. A search that is exactly a code opens its case."""
    shown = frame(request)
    selection = Selection.of(request.GET.dict(), _default_view(standing_of(request)))
    code = codes.normalise(selection.q)
    if code and (found := cases.by_code(code)) and in_sight(request, [found]):
        return redirect("desk:conversation", code)
    _note_search(request, selection)
    context = {"pane": "queue", **shown, **queue_context(request, selection)}
    return render(request, "desk/queue.html", context)


@desk(Right.SEE_CASES)
def listing(request: HttpRequest) -> HttpResponse:
    """The pane alone, for a page that is open already; `abierta` names the case in sight."""
    selection = Selection.of(request.GET.dict(), _default_view(standing_of(request)))
    if selection.q:
        readings.searching_goes_on(actor_of(request), standing_of(request), readings.DESK)
    context = doors_of(request) | queue_context(request, selection, request.GET.get("abierta", ""))
    return render(request, "desk/parts/queue.html", context)


def _note_search(request: HttpRequest, selection: Selection) -> None:
    """A search by text is written down once, with its first page."""
    if selection.q and not selection.cursor:
        readings.searched(actor_of(request), standing_of(request), readings.DESK)


def _default_view(who: Standing) -> str:
    """Whoever attends nobody has no cases of her own to begin with; a unit begins with what it is asked."""
    if is_second_level(who):
        return "derivadas"
    return "mias" if who.agent is not None else "todas"
