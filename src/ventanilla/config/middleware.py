"""What surrounds every request: static files, and the scope of the bodies that the signed-in person may see."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from ventanilla.accounts import queries as accounts
from ventanilla.organisation.scoping import scope


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # the library has no types
    """Answers with whole files: Django under ASGI would read a stream to its end anyway, and warn at each one."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response


class ScopeMiddleware:
    """Staff see the bodies of their memberships; nobody else sees any until a door opens a narrower scope itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with scope(accounts.body_ids_of(request.user)):
            return self.get_response(request)


def staff_context(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every staff page shows: which doors are open to this person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"staff": accounts.staff_frame(user)}
