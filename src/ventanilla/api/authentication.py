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
from ventanilla.journal.actors import Actor, ActorKind
from ventanilla.organisation.scoping import scope

if TYPE_CHECKING:
    from ventanilla.accounts.models import ApiToken, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token this is."""

    token: ApiToken
    user: User

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.TOKEN, self.user.pk)

    def may(self, right: Right, body_id: int) -> bool:
        return right in accounts.rights_in(self.user, body_id)

    def require(self, right: Right, body_id: int) -> None:
        """Raises Problem 403."""
        if not self.may(right, body_id):
            raise Problem(403)

    def body_ids_with(self, right: Right) -> frozenset[int]:
        """The bodies where the caller has the right. Raises Problem 403 when there is none."""
        body_ids = accounts.body_ids_with(self.user, right)
        if not body_ids:
            raise Problem(403)
        return body_ids


class BearerToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Raises Problem 401: a token that is wrong is told apart from one that is missing (RFC 6750)."""
        found = accounts.token_in_use(token.strip())
        if found is None:
            problem = _("El token no es válido: no existe, se revocó, o su usuario está inactivo.")
            raise Problem(
                401, problem, headers={"WWW-Authenticate": 'Bearer realm="ventanilla", error="invalid_token"'}
            )
        account_actions.note_token_use(found)
        return Caller(found, found.user)


def caller(request: HttpRequest) -> Caller:
    who: Caller = request.auth  # type: ignore[attr-defined] # ninja sets it once a token has opened the door
    return who


def in_callers_scope(operation: Callable[..., Any]) -> Callable[..., Any]:
    """See the bodies of the token's user, and no other, during the whole operation (a cookie's does not count)."""

    @wraps(operation)
    def run(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        with scope(accounts.body_ids_of(caller(request).user)):
            return operation(request, *arguments, **named)

    return run
