"""What surrounds every request: what browsers are told, limits, and the scope of the bodies that a person may see."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from ventanilla.accounts import queries as accounts
from ventanilla.flow.sight import standing
from ventanilla.kit.limits import TooMany
from ventanilla.organisation.scoping import scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
"""For every page; `data:` are the drawings inside style sheets."""
ADMINISTRATION = "/configuracion/"
ADMINISTRATION_POLICY = POLICY.replace(
    "script-src 'self'; style-src 'self'", "script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
)
"""The administration's library evaluates expressions in attributes and styles what it draws."""
USUAL_HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation"),
            *("gyroscope", "hid", "local-fonts", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
        )
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
"""A page is nobody else's and is not kept, unless its view says otherwise."""


class SafeHeadersMiddleware:
    """What browsers must know of each answer. A view that has set one of these keeps its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_administration = request.path.startswith(ADMINISTRATION)
        policy = ADMINISTRATION_POLICY if is_administration else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in USUAL_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class PagesGZipMiddleware(GZipMiddleware):
    """Compresses pages only: files come compressed or are not worth it. Django varies the length of each answer, so
    that it tells nothing of what stands beside a text somebody else chose (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


class TooManyMiddleware:
    """Answers 429 when a door says that somebody does something too often (kit/limits.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, TooMany):
            return None
        response = render(request, "429.html", {"retry_minutes": -(-problem.retry_seconds // 60)}, status=429)
        response["Retry-After"] = str(problem.retry_seconds)
        return response


class ScopeMiddleware:
    """Staff see the bodies of their memberships, where anything may be seen of them; nobody else sees any until a door
    opens a narrower scope itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hers = accounts.body_ids_of(request.user)
        if hers:
            # A contract that is over, a statement that is not signed: menus would say names of that body.
            sight = standing(request.user).sight
            hers = frozenset(body_id for body_id in hers if not sight.is_blind(body_id))
        with scope(hers):
            return self.get_response(request)


def staff_context(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every staff page shows: which doors are open to this person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    if not accounts.is_staff_member(user):
        return {"staff": None}
    return {"staff": accounts.staff_frame(user, standing(user).ended)}
