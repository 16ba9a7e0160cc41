"""Opens the scope of each request: the bodies that the signed-in person may see."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from ventanilla.accounts import queries as accounts
from ventanilla.organisation.scoping import scope


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


