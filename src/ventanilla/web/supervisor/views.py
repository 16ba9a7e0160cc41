"""The board, and the one thing it does: try a failed job again."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.flow.sight import standing
from ventanilla.kit import queue
from ventanilla.organisation.scoping import scope
from ventanilla.web.supervisor.board import build_board, chosen_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def supervisors(right: Right) -> Callable[[View[P]], View[P]]:
    """Let in whoever holds the right in some body, and show those bodies only."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            bodies = standing(request.user).body_ids_with(right)
            if not bodies:
                raise PermissionDenied
            with scope(bodies):
                return view(request, *args, **kwargs)

        signed_in: View[P] = login_required(guarded)
        return demands(right)(signed_in)

    return wrap


@require_GET
@supervisors(Right.SEE_BOARD)
def board(request: HttpRequest) -> HttpResponse:
    who = standing(request.user)
    rights = who.rights_anywhere
    mended = who.body_ids_with(Right.HANDLE_QUARANTINE)
    chosen = chosen_of(request.GET)
    made = build_board(who.body_ids_with(Right.SEE_CASES), mended or None, who.sight, chosen)
    context = {
        "board": made,
        "chosen": chosen,
        "channel_options": [("", _("Todos los canales")), *((one.channel, one.name) for one in made["channels"])],
        "team_options": [
            ("", _("Todos los equipos")),
            *((one.key.partition("-")[2], one.name) for one in made["teams"]),
        ],
        "chosen_names": [
            one.name
            for one in (*made["channels"], *made["teams"])
            if one.key in (f"canal-{chosen.channel}", f"equipo-{chosen.team_id}")
        ],
        "idle": [team.name for team in made["teams"] if team.is_idle],
        "section": "board",
        "live_url": "/mostrador/vivo/",
        # Whoever watches over quality sees the board, and does nothing with it.
        "may_assign": Right.ASSIGN in rights,
        "may_mend": Right.HANDLE_QUARANTINE in rights,
        "may_mend_jobs": Right.MEND_JOBS in rights,
        "may_see_readings": Right.SEE_READINGS in rights,
        "may_configure": Right.CONFIGURE in rights,
    }
    return render(request, "supervisor/board.html", context)


@require_POST
@supervisors(Right.MEND_JOBS)
def retry_job(request: HttpRequest, job_id: int) -> HttpResponse:
    if queue.retry_failed(job_id):
        messages.success(request, _("El trabajo vuelve a la cola."))
    else:
        messages.info(request, _("Ese trabajo ya no está entre los fallidos."))
    return redirect("supervisor:board")
