"""What the body says of itself and of its attention."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ventanilla.accounts.doors import public
from ventanilla.flow.portal import notice_of
from ventanilla.web.citizen.page import page, portal
from ventanilla.web.citizen.ways import offices, online, ways

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

ROBOTS = (
    "User-agent: *\nDisallow: /solicitudes/\nDisallow: /seguimiento/\nDisallow: /ingresar/\nDisallow: /mostrador/\n"
)
"""Nothing that concerns one person belongs in a search engine."""


@portal("the first page tells what anybody may know")
@require_safe
def home(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    return page(request, body, "citizen/home.html", {"ways": ways()})


@portal("hours and addresses of the body are public")
@require_safe
def channels(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    return page(request, body, "citizen/channels.html", {"ways": online(), "offices": offices()})


@portal("whoever is asked for data may read beforehand what becomes of them")
@require_safe
def privacy(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    return page(request, body, "citizen/privacy.html", {"notice": notice_of(body)})


@portal("the accessibility statement is for everybody")
@require_safe
def accessibility(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    return page(request, body, "citizen/accessibility.html")


@public("tells search engines what to leave alone")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
