"""One thing done to many cases: choose in the queue, see what will happen, confirm, read what did."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.cases import incidents
from ventanilla.flow import bulk as line
from ventanilla.flow import incidents as gathering
from ventanilla.flow.bulk_rules import MOST
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.bulk import (
    body_of,
    chosen_rows,
    explained,
    forecast,
    preview_lines,
    told,
)
from ventanilla.web.desk.bulk_actions import ACTIONS, kind_of
from ventanilla.web.desk.forms.gathering import BulkForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.outcome import accepted
from ventanilla.web.desk.selection import Selection
from ventanilla.web.matters import actor_of, require, standing_of

SHOWN = 8
"""Chosen cases in sight before the rest is folded away."""


@desk(Right.ANSWER)
def bulk(request: HttpRequest) -> HttpResponseBase:
    """GET shows what will happen to the chosen cases; POST does it. `caso` are codes, `accion` is what to do."""
    asked = request.POST if request.method == "POST" else request.GET
    back = _queue(asked)
    kind, rows = kind_of(asked.get("accion", "")), chosen_rows(request, asked)
    if kind is None or not rows:
        messages.info(request, _("Elegí qué hacer.") if rows else _("Elegí al menos una solicitud."))
        return redirect(back)
    body_id = body_of(rows)
    require(request, Right.ANSWER, body_id)
    form = BulkForm(request.POST if request.method == "POST" else None, kind=kind, body_id=body_id, count=len(rows))
    if request.method == "POST" and form.is_valid():
        made: list[int] = []

        def act() -> None:
            actor = actor_of(request)
            fresh = None
            if form.is_new_incident:
                fresh = gathering.open_incident(actor, body_id, form.cleaned_data["title"], "").pk
            made.append(line.ask(actor, [row.case_id for row in rows], form.wish(fresh)).pk)

        if accepted(form, act):
            query = urlencode({"lista": asked.get("lista", "")}) if asked.get("lista") else ""
            return redirect(reverse("desk:batch", args=made) + (f"?{query}" if query else ""))
    found = preview_lines(rows)
    context = {
        "kind": kind,
        "title": str(ACTIONS[kind]),
        "explained": explained(kind, len(rows)),
        "warnings": forecast(kind, rows, standing_of(request), body_id),
        "form": form,
        "first_lines": found[:SHOWN],
        "other_lines": found[SHOWN:],
        "count": len(rows),
        "is_cut": bool(asked.get("todas")) and len(rows) == MOST,
        "codes": [row.code for row in rows],
        "list_query": asked.get("lista", ""),
        "back": back,
    }
    return render(request, "desk/bulk.html", frame(request) | context, status=422 if form.errors else 200)


@desk(Right.ANSWER)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What was done, what was not and why; while it goes on, how far it is."""
    found = incidents.batch(batch_id)
    if found is None:
        raise Http404
    require(request, Right.ANSWER, found.public_body_id)
    context = told(request, found) | {"back": _queue(request.GET), "list_query": request.GET.get("lista", "")}
    return render(request, "desk/batch.html", frame(request) | context)


def _queue(asked: QueryDict) -> str:
    """The list that she came from."""
    listed = asked.get("lista", "")[:2000]
    query = Selection.of(QueryDict(listed).dict()).query() if listed else ""
    return reverse("desk:queue") + (f"?{query}" if query else "")
