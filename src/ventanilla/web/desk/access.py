"""Who may enter the desk, and what they may do with one case."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.journal.actors import Actor, staff

if TYPE_CHECKING:
    from ventanilla.cases.models import Case

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Powers:
    """What the person at the desk may do in the body of one case."""

    can_answer: bool
    can_assign: bool
    """To others; without it she may still hand over what is hers."""
    can_merge_contacts: bool
    can_handle_quarantine: bool


def desk(right: Right = Right.SEE_CASES) -> Callable[[View[P]], View[P]]:
    """Let in the signed-in staff who hold `right` in some body; others are asked to sign in, or get the 403 page."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if right not in accounts.rights_anywhere(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        signed_in: View[P] = login_required(guarded)
        return signed_in

    return wrap


def actor_of(request: HttpRequest) -> Actor:
    return staff(user_id_of(request))


def user_id_of(request: HttpRequest) -> int:
    """The id of the member of staff; `desk` has let nobody else in."""
    return int(request.user.pk or 0)


def powers_in(user: Any, body_id: int) -> Powers:
    rights = accounts.rights_in(user, body_id)
    return Powers(
        can_answer=Right.ANSWER in rights,
        can_assign=Right.ASSIGN in rights,
        can_merge_contacts=Right.MERGE_CONTACTS in rights,
        can_handle_quarantine=Right.HANDLE_QUARANTINE in rights,
    )


def case_to_see(request: HttpRequest, code: str) -> "Case":
    """The case, if it is in a body whose cases this person sees.

    Raises Http404 for others' cases, PermissionDenied without the right.
    """
    case = cases.by_code(code)
    if case is None:
        raise Http404(_("No hay ninguna solicitud con ese código."))
    if Right.SEE_CASES not in accounts.rights_in(request.user, case.public_body_id):
        raise PermissionDenied
    return case


def case_to_answer(request: HttpRequest, code: str) -> "Case":
    """The case, if this person may act on it. Raises as `case_to_see` does."""
    case = case_to_see(request, code)
    if Right.ANSWER not in accounts.rights_in(request.user, case.public_body_id):
        raise PermissionDenied
    return case


def may_hand_over(user_id: int, powers: Powers, agent_user_id: int | None) -> bool:
    """Supervisors give any case to anybody; an agent gives her own, and one that nobody has."""
    if not powers.can_answer:
        return False
    return powers.can_assign or agent_user_id is None or agent_user_id == user_id
