"""The page where an agent reads and signs what she keeps to herself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.accounts.doors import signed_in
from ventanilla.accounts.queries import is_staff_member
from ventanilla.flow import confidentiality as line
from ventanilla.flow.errors import Refused
from ventanilla.web.desk.frame import frame
from ventanilla.web.matters import actor_of, standing_of


@signed_in("each signs for herself, before she sees anything of the body")
@login_required
def page(request: HttpRequest) -> HttpResponseBase:
    """What is to be signed, with its text, and what was."""
    if not is_staff_member(request.user):
        raise PermissionDenied
    who = standing_of(request)
    if request.method == "POST":
        return _sign(request)
    return render(
        request,
        "desk/confidentiality.html",
        {**frame(request, "confidentiality"), "promises": line.promises_of(who)},
    )


def _sign(request: HttpRequest) -> HttpResponseBase:
    statement_id = request.POST.get("declaracion", "")
    who = standing_of(request)
    if not request.POST.get("acepto"):
        messages.error(request, _("Marcá que la leíste y que te comprometés."))
        return redirect("desk:confidentiality")
    try:
        line.sign(actor_of(request), who, int(statement_id) if statement_id.isdecimal() else 0)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:confidentiality")
    messages.success(request, _("Firmaste la declaración de confidencialidad."))
    return redirect("desk:confidentiality" if len(who.unsigned) > 1 else "desk:queue")
