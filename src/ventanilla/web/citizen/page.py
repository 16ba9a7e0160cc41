"""What every page of the portal stands on: the body that answers at this host, its scope, and the frame."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils.translation import gettext as _

from ventanilla.accounts.doors import public
from ventanilla.kit import clock
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.web.citizen import session

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "PublicBody", P], HttpResponse]


def portal(reason: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """A page of the body that answers at the request's host, in the scope of that body alone, whoever is signed in.

    `reason` says why everybody may open it. Raises Http404 where no body answers.
    """

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            body = organisation.body_by_host(split_domain_port(request.get_host())[0])
            if body is None:
                raise Http404(_("Ningún organismo atiende en esta dirección."))
            with scope({body.pk}):
                return view(request, body, *args, **kwargs)

        return public(reason)(answer)

    return wrap


def frame(request: HttpRequest, body: "PublicBody") -> dict[str, Any]:
    """What the frame of each page shows: the body, its notice of emergency while it stands, who is at the browser."""
    until = body.emergency_until
    is_emergency = bool(body.emergency_text.strip()) and (until is None or until > clock.now())
    return {
        "body": body,
        "body_name": body.name,
        "emergency": body.emergency_text.strip() if is_emergency else "",
        "citizen": session.proven(request),
    }


def page(
    request: HttpRequest, body: "PublicBody", template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The template within the frame."""
    return render(request, template, {**frame(request, body), **(context or {})}, status=status)
