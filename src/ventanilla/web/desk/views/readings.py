"""Who read a case, for those who watch over it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.flow import readings
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.selection import kept_query
from ventanilla.web.matters import case_to_see, require

SHOWN = 200


@desk(Right.SEE_READINGS)
@require_GET
def of_case(request: HttpRequest, code: str) -> HttpResponse:
    """Newest first, with how she read it and whether it was her work. Shows no word of the conversation, so it is no
    reading itself."""
    case = case_to_see(request, code)
    require(request, Right.SEE_READINGS, case.public_body_id)
    found = readings.of_case(case.pk, SHOWN + 1)
    names = accounts.users_by_id({one.user_id for one in found if one.user_id is not None})
    context = {
        "case": case,
        "title": _("Quién la leyó"),
        "query": kept_query(request.GET.dict()),
        "lines": [
            {
                "at": one.at,
                "who": names[one.user_id].display_name if one.user_id in names else "",
                "how": how(one.door, is_token=one.is_token),
                "is_related": one.is_related,
            }
            for one in found[:SHOWN]
        ],
        "has_more": len(found) > SHOWN,
        "shown": SHOWN,
    }
    return render(request, "desk/readings.html", frame(request) | context)


def how(door: str, *, is_token: bool) -> str:
    words = {readings.DESK: _("En el mostrador"), readings.FILE: _("Bajó un archivo"), readings.API: _("Por la API")}
    return _("Un programa con su token") if is_token else words.get(door, door)
