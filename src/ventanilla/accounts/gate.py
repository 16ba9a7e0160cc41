"""What stands between a session and the house: it ends in time, and a demanded second factor comes first."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ventanilla.accounts import actions
from ventanilla.accounts.models import User, UserKind
from ventanilla.accounts.sessions import BEGAN, SEEN, is_over
from ventanilla.accounts.staff_security import lacks_second_factor
from ventanilla.kit import clock

SEEN_EVERY = timedelta(minutes=1)
"""A request sooner than this after the last one is not written down."""

Answer = Callable[[HttpRequest], HttpResponse]


class SessionGate:
    """Ends sessions of staff that are idle or old, and remembers when each was last seen."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.kind != UserKind.STAFF:
            return self.get_response(request)
        session, now = request.session, clock.now().timestamp()
        if is_over(session):
            actions.forget_session(session.session_key)
            auth.logout(request)
            return self.get_response(request)
        if BEGAN not in session:
            session[BEGAN] = now
        if _is_hers(request) and now - session.get(SEEN, 0) >= SEEN_EVERY.total_seconds():
            session[SEEN] = now
            self.was_seen(user)
        return self.get_response(request)

    def was_seen(self, user: User) -> None:
        """For the composition root, which knows who else asks for her sign of life; at most once a minute."""


def _is_hers(request: HttpRequest) -> bool:
    """Whether a person did this: parts of a page that fetch themselves anew do not keep an empty chair signed in."""
    return not (request.method == "GET" and request.headers.get("HX-Request"))


class SecondFactorGate:
    """Leads whoever must have a second factor and has none to the page that sets it up; nothing else opens before."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or self._is_free(request.path) or not lacks_second_factor(user):
            return self.get_response(request)
        place = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": place})
        return HttpResponseRedirect(f"{place}?{urlencode({'next': request.get_full_path()})}")

    @staticmethod
    def _is_free(path: str) -> bool:
        """Signing in and setting up, files of pages, and the API, which asks for a token and never for the session."""
        return path.startswith((reverse("account_login"), settings.STATIC_URL, "/api/v1/", "/salud/"))
