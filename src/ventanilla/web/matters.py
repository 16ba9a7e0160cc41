"""Who is at a page of staff, and which case she asks for. Rights and sight come from flow.sight."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.flow import at_once
from ventanilla.flow.sight import Standing, sees, standing
from ventanilla.journal.actors import Actor, staff

if TYPE_CHECKING:
    from ventanilla.cases.models import Case


def standing_of(request: HttpRequest) -> Standing:
    """Where the person at the desk stands; asked once a request."""
    return standing(request.user)


def require(request: HttpRequest, right: Right, body_id: int) -> None:
    """Raises PermissionDenied without the right in that body."""
    if not standing_of(request).may(right, body_id):
        raise PermissionDenied


def actor_of(request: HttpRequest) -> Actor:
    return staff(user_id_of(request))


def user_id_of(request: HttpRequest) -> int:
    """The id of the member of staff; `desk` has let nobody else in."""
    return int(request.user.pk or 0)


def case_to_see(request: HttpRequest, code: str) -> "Case":
    """The case, if it is in sight of this person.

    Raises Http404 for what is out of her sight, as if it did not exist; PermissionDenied without the right.
    """
    case = at_once.case_by_code(code)
    if case is None:
        raise Http404(_("No hay ninguna solicitud con ese código."))
    must_see(request, case)
    return case


def must_see(request: HttpRequest, case: "Case") -> None:
    """Raises as `case_to_see` does."""
    require(request, Right.SEE_CASES, case.public_body_id)
    if not sees(standing_of(request), case):
        raise Http404(_("No hay ninguna solicitud con ese código."))
