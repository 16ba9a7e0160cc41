"""Where the agent herself is: the control in the top bar, and what it says."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import presence as line
from ventanilla.flow.errors import Refused
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.frame import presence_of
from ventanilla.web.matters import actor_of

SEPARATOR = ":"
"""Between `paused` and its reason, in the value of a button."""


@desk(Right.ANSWER)
@require_POST
def change(request: HttpRequest) -> HttpResponseBase:
    """Available, in a pause with its reason, or gone; routing gives cases to those available only."""
    presence, _separator, reason = request.POST.get("presencia", "").partition(SEPARATOR)
    try:
        line.set_presence(actor_of(request), presence, reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
    target = request.POST.get("volver", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else reverse("desk:queue"))


@desk(Right.ANSWER)
def control(request: HttpRequest) -> HttpResponse:
    """The control by itself, when her presence changed elsewhere; `volver` is the page that shows it."""
    target = request.GET.get("volver", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    context = presence_of(request) | {"volver": target if safe else reverse("desk:queue")}
    return render(request, "desk/parts/tools.html", context)
