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

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.kit import queue
from ventanilla.organisation.scoping import scope
from ventanilla.web.supervisor.board import build_board

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def supervisors(view: View[P]) -> View[P]:
    """Let in whoever may see the board of some body, and show those bodies only."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        bodies = accounts.body_ids_with(request.user, Right.SEE_BOARD)
        if not bodies:
            raise PermissionDenied
        with scope(bodies):
            return view(request, *args, **kwargs)

    signed_in: View[P] = login_required(guarded)
    return signed_in


@require_GET
@supervisors
def board(request: HttpRequest) -> HttpResponse:
    rights = accounts.rights_anywhere(request.user)
    mended = accounts.body_ids_with(request.user, Right.HANDLE_QUARANTINE)
    context = {
        "board": build_board(accounts.body_ids_of(request.user), mended or None),
        "section": "board",
        "live_url": "/mostrador/vivo/",
        # Whoever watches over quality sees the board, and does nothing with it.
        "may_assign": Right.ASSIGN in rights,
        "may_mend": Right.HANDLE_QUARANTINE in rights,
        "may_configure": Right.CONFIGURE in rights,
    }
    return render(request, "supervisor/board.html", context)


@require_POST
@supervisors
def retry_job(request: HttpRequest, job_id: int) -> HttpResponse:
    if Right.HANDLE_QUARANTINE not in accounts.rights_anywhere(request.user):
        raise PermissionDenied
    if queue.retry_failed(job_id):
        messages.success(request, _("El trabajo vuelve a la cola."))
    else:
        messages.info(request, _("Ese trabajo ya no está entre los fallidos."))
    return redirect("supervisor:board")
