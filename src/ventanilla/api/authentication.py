"""A program shows a token, and sees and may do what its user sees and may do. A session cookie opens nothing here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from ventanilla.accounts import actions as account_actions
from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.api.problems import Problem
from ventanilla.flow.sight import Standing, standing
from ventanilla.journal.actors import Actor, ActorKind
from ventanilla.kit import limits
from ventanilla.organisation.scoping import scope

if TYPE_CHECKING:
    from ventanilla.accounts.models import ApiToken, User

CALLS_OF_A_PROGRAM = "20000/m"
"""Far above what a good program needs; a loop that ran away is stopped before it takes the desk's time."""
WRONG_TRIES = "300/m"
"""Of an address. Nobody guesses a token; this spares the database the tries."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token this is."""

    token: ApiToken
    user: User

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.TOKEN, self.user.pk)

    @property
    def standing(self) -> Standing:
        """Rights and sight of the user; asked once a request."""
        return standing(self.user)

    def may(self, right: Right, body_id: int) -> bool:
        return self.standing.may(right, body_id)

    def require(self, right: Right, body_id: int) -> None:
        """Raises Problem 403."""
        if not self.may(right, body_id):
            raise Problem(403)

    def body_ids_with(self, right: Right) -> frozenset[int]:
        """The bodies where the caller has the right. Raises Problem 403 when there is none."""
        body_ids = self.standing.body_ids_with(right)
        if not body_ids:
            raise Problem(403)
        return body_ids


class _Nobody:
    """A program without a token, where none is asked for."""


NOBODY = _Nobody()


class BearerToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Raises Problem 401: a token that is wrong is told apart from one that is missing (RFC 6750); and TooMany."""
        found = accounts.token_in_use(token.strip())
        if found is None:
            limits.limited(request, "api.wrong_token", per_address=WRONG_TRIES)
            problem = _("El token no es válido: no existe, se revocó, o su usuario está inactivo.")
            raise Problem(
                401, problem, headers={"WWW-Authenticate": 'Bearer realm="ventanilla", error="invalid_token"'}
            )
        limits.limited(request, "api.token", key=str(found.pk), per_key=CALLS_OF_A_PROGRAM)
        account_actions.note_token_use(found)
        return Caller(found, found.user)


def anybody(name: str, per_address: str) -> Callable[[HttpRequest], Caller | _Nobody]:
    """For `auth` of what everybody may do so often from one address; whoever shows a token, as often as it allows.

    It counts before anything is read, so that rubbish counts too. Raises Problem 401 for a wrong token; and TooMany.
    """
    bearer = BearerToken()

    def admit(request: HttpRequest) -> Caller | _Nobody:
        found: Caller | None = bearer(request)
        if found is not None:
            return found
        limits.limited(request, name, per_address=per_address)
        return NOBODY

    return admit


def caller(request: HttpRequest) -> Caller:
    who: Caller = request.auth  # type: ignore[attr-defined] # ninja sets it once a token has opened the door
    return who


def caller_if_any(request: HttpRequest) -> Caller | None:
    """Who came in by a door that is open to anybody."""
    who = caller(request)
    return who if isinstance(who, Caller) else None


def in_callers_scope(operation: Callable[..., Any]) -> Callable[..., Any]:
    """See the bodies of the token's user, and no other, during the whole operation (a cookie's does not count). What
    everybody may do chooses its body itself."""

    @wraps(operation)
    def run(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        who = caller_if_any(request)
        if who is None:
            return operation(request, *arguments, **named)
        with scope(accounts.body_ids_of(who.user)):
            return operation(request, *arguments, **named)

    return run
