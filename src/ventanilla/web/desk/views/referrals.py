"""To the second level and back."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import referrals as line
from ventanilla.flow.timing import to_time
from ventanilla.kit import clock
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.sla import queries as sla
from ventanilla.web.desk.access import case_to_answer, desk
from ventanilla.web.desk.forms import AnswerReferralForm, ReferForm
from ventanilla.web.desk.outcome import accepted, attempt, back_to, form_page
from ventanilla.web.desk.referring import light
from ventanilla.web.matters import actor_of
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.routing.models import Referral


@desk(Right.ANSWER)
def refer(request: HttpRequest, code: str) -> HttpResponseBase:
    """Ask a unit, or hand the matter to another body of the installation."""
    case = case_to_answer(request, code)
    with scope({case.public_body_id}):
        units, usual = organisation.units(), sla.for_referral(to_time(case, clock.now()))
    bodies = [one for one in organisation.bodies() if one.pk != case.public_body_id]
    form = ReferForm(request.POST or None, case=case, units=units, bodies=bodies, usual=usual.name if usual else "")
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            line.refer(
                actor_of(request),
                case.pk,
                form.cleaned_data["question"],
                unit_id=form.unit_id,
                body_id=form.body_id,
                due_at=form.due_at,
            )

        if accepted(form, act):
            return back_to(request, case.code, _("Se derivó. El plazo de la persona sigue corriendo."))
    context = {
        "case": case,
        "form": form,
        "title": _("Derivar"),
        "who_answers": routing.who_answers(case.public_body_id),
        "has_bodies": bool(bodies),
    }
    return form_page(request, "desk/actions/refer.html", context)


@desk(Right.ANSWER)
def answer(request: HttpRequest, code: str, referral_id: int) -> HttpResponseBase:
    """What the unit knows. Whoever attends the case may write down what the unit told her."""
    case = case_to_answer(request, code)
    referral = _of(case, referral_id)
    form = AnswerReferralForm(
        request.POST or None, request.FILES or None, is_for_the_person=referral.is_for_the_unit_to_answer
    )
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            line.answer_referral(
                actor_of(request),
                referral.pk,
                form.cleaned_data["text"],
                files=form.cleaned_data["attachments"],
                to_person=form.to_person,
                closes=form.closes,
            )

        if accepted(form, act):
            said = _("La respuesta está en camino.") if form.to_person else _("La respuesta ya está en el centro.")
            return back_to(request, case.code, said, anchor="#fin")
    context = {
        "case": case,
        "form": form,
        "referral": referral,
        "light": light(referral, worklist.row(case.pk)),
        "title": _("Responder la derivación"),
    }
    return form_page(request, "desk/actions/referral_answer.html", context)


@desk(Right.ANSWER)
@require_POST
def withdraw(request: HttpRequest, code: str, referral_id: int) -> HttpResponseBase:
    """It is not needed any more."""
    case = case_to_answer(request, code)
    referral = _of(case, referral_id)
    return attempt(request, case, lambda: line.withdraw(actor_of(request), referral.pk), _("Se retiró la derivación."))


def _of(case: "Case", referral_id: int) -> "Referral":
    """Raises Http404 for one of another case."""
    referral = routing.referral(referral_id)
    if referral is None or referral.case_id != case.pk:
        raise Http404(_("Esa derivación no es de esta solicitud."))
    return referral
