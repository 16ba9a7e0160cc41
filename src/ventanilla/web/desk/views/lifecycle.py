"""Closing, reopening, and what a case is about."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import close as closing
from ventanilla.flow import desk as line
from ventanilla.flow import reply as writing
from ventanilla.kit import clock
from ventanilla.web.desk.access import case_to_answer, desk
from ventanilla.web.desk.forms import ChangeForm, CloseForm, ComplexityForm, ReopenForm
from ventanilla.web.desk.outcome import accepted, attempt, back_to, form_page
from ventanilla.web.matters import actor_of

COMPLEXITY_DAYS = 5
"""Where the field of the new date begins; the agent chooses."""


@desk(Right.ANSWER)
def close(request: HttpRequest, code: str) -> HttpResponseBase:
    case = case_to_answer(request, code)
    form = CloseForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            closing.close(
                actor_of(request),
                case.pk,
                type=data["type"],
                service_id=data["service"],
                text=data["text"],
                outcome=data["outcome"],
            )

        if accepted(form, act):
            return back_to(request, case.code, _("Se cerró la solicitud."))
    return form_page(
        request, "desk/actions/close.html", {"case": case, "form": form, "title": _("Cerrar la solicitud")}
    )


@desk(Right.ANSWER)
def reopen(request: HttpRequest, code: str) -> HttpResponseBase:
    case = case_to_answer(request, code)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            closing.reopen(actor_of(request), case.pk, form.cleaned_data["reason"])

        if accepted(form, act):
            return back_to(request, case.code, _("Se reabrió la solicitud."))
    return form_page(
        request, "desk/actions/reopen.html", {"case": case, "form": form, "title": _("Reabrir la solicitud")}
    )


@desk(Right.ANSWER)
def change(request: HttpRequest, code: str) -> HttpResponseBase:
    """Subject, type and service."""
    case = case_to_answer(request, code)
    form = ChangeForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            line.change(
                actor_of(request), case.pk, type=data["type"], service_id=data["service"], subject=data["subject"]
            )

        if accepted(form, act):
            return back_to(request, case.code, _("Se guardaron los cambios."))
    return form_page(
        request, "desk/actions/change.html", {"case": case, "form": form, "title": _("Cambiar asunto, tipo o servicio")}
    )


@desk(Right.ANSWER)
@require_POST
def waiting(request: HttpRequest, code: str) -> HttpResponseBase:
    """The person owes an answer (`espera` is 1), or no longer does."""
    case = case_to_answer(request, code)
    is_waiting = request.POST.get("espera") == "1"
    said = _("Queda esperando a la persona.") if is_waiting else _("Ya no espera a la persona.")
    return attempt(request, case, lambda: line.set_waiting(actor_of(request), case.pk, is_waiting), said)


@desk(Right.ANSWER)
def complexity(request: HttpRequest, code: str) -> HttpResponseBase:
    """Tell the person that it takes longer, and until when."""
    case = case_to_answer(request, code)
    day = timezone.localtime(clock.now() + timedelta(days=COMPLEXITY_DAYS)).date()
    initial = {
        "on": day,
        "at": "17:00",
        "text": _(
            "Hola:\n\nTu solicitud necesita más tiempo del previsto, porque tenemos que consultarla con otra oficina."
        ),
    }
    form = ComplexityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            writing.announce_complexity(actor_of(request), case.pk, form.due_at, form.cleaned_data["text"])

        if accepted(form, act):
            return back_to(request, case.code, _("Le avisamos a la persona la nueva fecha."))
    return form_page(
        request, "desk/actions/complexity.html", {"case": case, "form": form, "title": _("Avisar que demora más")}
    )
