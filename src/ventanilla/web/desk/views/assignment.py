"""Who attends a case."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import desk as line
from ventanilla.routing import queries as routing
from ventanilla.web.desk.access import case_to_answer, desk, may_hand_over, powers_in
from ventanilla.web.desk.forms import AssignForm
from ventanilla.web.desk.outcome import accepted, attempt, back_to, form_page
from ventanilla.web.matters import actor_of, user_id_of

if TYPE_CHECKING:
    from ventanilla.cases.models import Case


@desk(Right.ANSWER)
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponseBase:
    case = case_to_answer(request, code)
    return attempt(request, case, lambda: line.take(actor_of(request), case.pk), _("Ahora es tuya."))


@desk(Right.ANSWER)
@require_POST
def give_back(request: HttpRequest, code: str) -> HttpResponseBase:
    """To the team's queue."""
    case = case_to_answer(request, code)
    _refuse_others(request, case)
    return attempt(
        request, case, lambda: line.return_to_queue(actor_of(request), case.pk), _("Volvió a la cola del equipo.")
    )


@desk(Right.ANSWER)
def assign(request: HttpRequest, code: str) -> HttpResponseBase:
    """To another agent or team, with a note."""
    case = case_to_answer(request, code)
    _refuse_others(request, case)
    form = AssignForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            line.assign(
                actor_of(request), case.pk, agent_id=form.agent_id, team_id=form.team_id, note=form.cleaned_data["note"]
            )

        if accepted(form, act):
            return back_to(request, case.code, _("La solicitud cambió de manos."))
    return form_page(
        request, "desk/actions/assign.html", {"case": case, "form": form, "title": _("Pasar a otra persona o equipo")}
    )


def _refuse_others(request: HttpRequest, case: "Case") -> None:
    """Raise PermissionDenied when the case is a colleague's and this person gives away only her own."""
    powers = powers_in(request.user, case.public_body_id)
    assignment = routing.assignment_of(case.pk)
    agent_user_id = assignment.agent.user_id if assignment and assignment.agent else None
    if not may_hand_over(user_id_of(request), powers, agent_user_id):
        raise PermissionDenied
