"""Incidents: one thing happened, many people wrote, one answer reaches them all."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.flow import bulk
from ventanilla.flow import incidents as line
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.flow.errors import Refused
from ventanilla.web.desk.access import case_to_answer, desk, in_sight
from ventanilla.web.desk.forms.gathering import IncidentAnswerForm, IncidentForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.incidents import bodies_to_begin_in, codes_in, incident_context, incident_to_see
from ventanilla.web.desk.outcome import accepted
from ventanilla.web.matters import actor_of, standing_of


@desk(Right.SEE_CASES)
def listing(request: HttpRequest) -> HttpResponse:
    """The open ones; with `estado=closed` those that are over."""
    state = "closed" if request.GET.get("estado") == "closed" else "open"
    may = standing_of(request).body_ids_with(Right.SEE_CASES)
    found = [one for one in incidents.incidents(state) if one.public_body_id in may]
    context = {"incidents": found, "state": state}
    return render(request, "desk/incidents.html", frame(request, "incidents") | context)


@desk(Right.ANSWER)
def begin(request: HttpRequest) -> HttpResponseBase:
    """Write down what happened; its cases come afterwards."""
    bodies = bodies_to_begin_in(request)
    if not bodies:
        raise PermissionDenied
    form = IncidentForm(request.POST or None, bodies=bodies if len(bodies) > 1 else ())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made: list[int] = []

        def act() -> None:
            body_id = data.get("body") or bodies[0][0]
            made.append(line.open_incident(actor_of(request), body_id, data["title"], data["text"]).pk)

        if accepted(form, act):
            messages.success(request, _("Se abrió el incidente. Ahora vinculá las solicitudes."))
            return redirect("desk:incident", made[0])
    context = {"form": form, "title": _("Abrir un incidente"), "back": reverse("desk:incidents")}
    return _form_page(request, context, form)


@desk(Right.SEE_CASES)
def detail(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Everything about one; `q` looks for other cases that may belong to it."""
    incident = incident_to_see(request, incident_id)
    q = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    context = incident_context(request, incident, q)
    return render(request, "desk/incident.html", frame(request, "incidents") | context)


@desk(Right.ANSWER)
def change(request: HttpRequest, incident_id: int) -> HttpResponseBase:
    """What is known of it."""
    incident = incident_to_see(request, incident_id, Right.ANSWER)
    form = IncidentForm(request.POST or None, initial={"title": incident.title, "text": incident.text})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if accepted(form, lambda: line.change_incident(actor_of(request), incident.pk, data["title"], data["text"])):
            messages.success(request, _("Se guardaron los cambios."))
            return redirect("desk:incident", incident.pk)
    context = {"form": form, "title": _("Cambiar el incidente"), "back": reverse("desk:incident", args=[incident.pk])}
    return _form_page(request, context, form)


@desk(Right.ASSIGN)
@require_POST
def set_state(request: HttpRequest, incident_id: int) -> HttpResponseBase:
    """It is over, or goes on after all (`estado`)."""
    incident = incident_to_see(request, incident_id, Right.ASSIGN)
    is_open = request.POST.get("estado") == "open"
    line.set_open(actor_of(request), incident.pk, is_open)
    said = (
        _("El incidente sigue abierto.") if is_open else _("Se cerró el incidente; sus solicitudes quedan como están.")
    )
    messages.success(request, said)
    return redirect("desk:incident", incident.pk)


@desk(Right.ANSWER)
@require_POST
def link(request: HttpRequest, incident_id: int) -> HttpResponseBase:
    """By codes that somebody typed (`codigos`), or ticked among those that look alike (`caso`)."""
    incident = incident_to_see(request, incident_id, Right.ANSWER)
    wanted = [*request.POST.getlist("caso"), *codes_in(request.POST.get("codigos", "")[:5000])]
    ids = cases.ids_of_codes(code.replace("\x00", "") for code in wanted)
    seen = in_sight(request, cases.by_ids(ids.values()).values())
    unknown = len(set(wanted)) - len(seen)
    if unknown or not wanted:
        messages.error(request, _("Hay códigos que no encontramos. Revisalos: tienen ocho caracteres, como K7M4-X9PT."))
    if seen:
        try:
            done = bulk.ask(actor_of(request), [case.pk for case in seen], Wish(Kind.LINK, incident_id=incident.pk))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:incident", incident.pk)
        progress = incidents.progress(done.pk)
        if progress.refused or not done.finished_at:
            return redirect("desk:batch", done.pk)
        said = ngettext("Se vinculó %(count)d solicitud.", "Se vincularon %(count)d solicitudes.", progress.done)
        messages.success(request, said % {"count": progress.done})
    return redirect("desk:incident", incident.pk)


@desk(Right.ANSWER)
@require_POST
def unlink(request: HttpRequest, incident_id: int, code: str) -> HttpResponseBase:
    """It was about something else."""
    case = case_to_answer(request, code)
    incident = incident_to_see(request, incident_id, Right.ANSWER)
    if incidents.linked([case.pk]).get(case.pk) == incident.pk:
        line.unlink(actor_of(request), case.pk)
        messages.success(request, _("%(code)s ya no es parte del incidente.") % {"code": case.code})
    return redirect("desk:incident", incident.pk)


@desk(Right.ASSIGN)
def answer(request: HttpRequest, incident_id: int) -> HttpResponseBase:
    """One text to everybody: first how it looks (`ver`), then it is sent (`enviar`)."""
    incident = incident_to_see(request, incident_id, Right.ASSIGN)
    found = incidents.cases_of(incident.pk)
    form = IncidentAnswerForm(request.POST or None)
    context = {
        "incident": incident,
        "open_count": sum(case.state != "closed" for case in found),
        "closed_count": sum(case.state == "closed" for case in found),
    }
    if request.method == "POST" and form.is_valid():
        text, closes = form.cleaned_data["text"], form.cleaned_data["closes"]
        if "enviar" in request.POST:
            made: list[int] = []
            if accepted(form, lambda: made.append(line.answer(actor_of(request), incident.pk, text, closes=closes).pk)):
                return redirect("desk:batch", made[0])
        else:
            try:
                sample = line.preview(incident.pk, text, request.user.display_name)  # type: ignore[union-attr] # staff
                is_seen = bool(in_sight(request, [sample.case]))
                context["sample"] = sample if is_seen else None
                context["is_ready"] = True
            except Refused as refusal:
                form.add_error("text", str(refusal))
    context["form"] = form
    status = 422 if form.errors else 200
    return render(request, "desk/incident_answer.html", frame(request, "incidents") | context, status=status)


def _form_page(request: HttpRequest, context: dict[str, object], form: IncidentForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "desk/incident_form.html", frame(request, "incidents") | context, status=status)
