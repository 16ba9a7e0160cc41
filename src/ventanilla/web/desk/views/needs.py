"""The language that a person needs, and preferential attention."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.flow import needs as line
from ventanilla.routing import queries as routing
from ventanilla.web.desk.access import case_to_answer, desk
from ventanilla.web.desk.forms.needing import NeedsForm
from ventanilla.web.desk.outcome import accepted, back_to, form_page
from ventanilla.web.matters import actor_of


@desk(Right.ANSWER)
def needs(request: HttpRequest, code: str) -> HttpResponseBase:
    case = case_to_answer(request, code)
    form = NeedsForm(request.POST or None, needs=routing.needs_of(case.pk))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            line.set_needs(
                actor_of(request),
                case.pk,
                language=said["language"],
                preferential_reason=said["preferential_reason"],
            )

        if accepted(form, act):
            return back_to(request, case.code, _("Se guardó cómo necesita que la atiendan."))
    return form_page(
        request, "desk/actions/needs.html", {"case": case, "form": form, "title": _("Cómo necesita que la atiendan")}
    )
