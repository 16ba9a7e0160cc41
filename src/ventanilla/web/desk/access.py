"""Who may enter the desk, and what they may do with one case. Rights and sight come from flow.sight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.flow import readings
from ventanilla.flow.sight import seen_cases, standing
from ventanilla.web.matters import actor_of, case_to_see, require, standing_of

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
    can_resend: bool
    can_see_readings: bool
    can_block: bool
    """Have what somebody writes wait for a person."""


def desk(right: Right) -> Callable[[View[P]], View[P]]:
    """Let in the signed-in staff who hold `right` in some body; others are asked to sign in, or get the 403 page.

    The view asks for the same right in the body of its matter: `case_to_see`, `case_to_answer`, `require`.
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            who = standing(request.user)
            if right not in who.rights_anywhere:
                if who.unsigned:
                    return to_sign(request)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        signed_in: View[P] = login_required(guarded)
        return demands(right)(signed_in)

    return wrap


def to_sign(request: HttpRequest) -> HttpResponseBase:
    """Where whoever has not signed a confidentiality statement is led, instead of what she would see with it."""
    place = reverse("desk:confidentiality")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": place})
    return redirect(place)


def powers_in(user: Any, body_id: int) -> Powers:
    rights = standing(user).rights_in(body_id)
    return Powers(
        can_answer=Right.ANSWER in rights,
        can_assign=Right.ASSIGN in rights,
        can_merge_contacts=Right.MERGE_CONTACTS in rights,
        can_resend=Right.RESEND in rights,
        can_see_readings=Right.SEE_READINGS in rights,
        can_block=Right.HANDLE_QUARANTINE in rights,
    )


def case_to_answer(request: HttpRequest, code: str) -> "Case":
    """The case, if this person may act on it. Raises as `case_to_see` does."""
    case = case_to_see(request, code)
    require(request, Right.ANSWER, case.public_body_id)
    return case


def in_sight(request: HttpRequest, found: "Iterable[Case]") -> "list[Case]":
    """Those of the cases that this person sees."""
    return seen_cases(standing_of(request), found)


def reading_goes_on(request: HttpRequest, case: "Case") -> None:
    """Somebody sees words of the case on another page than the conversation: a reading, unless hers is written down."""
    readings.goes_on(actor_of(request), standing_of(request), case, readings.DESK)


def may_hand_over(user_id: int, powers: Powers, agent_user_id: int | None) -> bool:
    """Supervisors give any case to anybody; an agent gives her own, and one that nobody has."""
    if not powers.can_answer:
        return False
    return powers.can_assign or agent_user_id is None or agent_user_id == user_id
