"""Readings of cases by whoever neither attends them nor is in their team."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.flow import readings
from ventanilla.flow.sight import standing
from ventanilla.organisation.scoping import current_scope
from ventanilla.web.supervisor.views import supervisors

PAGE_ROWS = 50


@require_GET
@supervisors(Right.SEE_READINGS)
def unrelated(request: HttpRequest) -> HttpResponse:
    """Newest first, of the bodies that this person sees whole; `antes` is where the page before ended."""
    sight = standing(request.user).sight
    bodies = [body_id for body_id in current_scope() if sight.is_whole(body_id)]
    found = readings.unrelated(bodies, PAGE_ROWS + 1, _place(request.GET.get("antes", "")))
    shown = found[:PAGE_ROWS]
    names = accounts.users_by_id({one.user_id for one in shown if one.user_id is not None})
    matters = cases.by_ids({one.case_id for one in shown if one.case_id is not None})
    words = {readings.DESK: _("Mostrador"), readings.FILE: _("Archivo"), readings.API: _("API")}
    lines = [
        {
            "at": one.at,
            "who": names[one.user_id].display_name if one.user_id in names else "",
            "code": matters[one.case_id].code if one.case_id in matters else "",
            "how": _("Programa") if one.is_token else words.get(one.door, one.door),
        }
        for one in shown
    ]
    last = f"{shown[-1].at.isoformat()},{shown[-1].fact_id}" if len(found) > PAGE_ROWS else ""
    context = {
        "section": "board",
        "lines": lines,
        "next_page": f"?{urlencode({'antes': last})}" if last else "",
    }
    return render(request, "supervisor/readings.html", context)


def _place(text: str) -> tuple[datetime, int] | None:
    """The moment and number of a reading; None for what no page wrote."""
    at, _sep, number = text.partition(",")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return (moment, int(number)) if is_number and moment.tzinfo is not None else None
