"""What goes back to the person instead of an answer: which body to turn to, or a question."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.flow import clarify as asking
from ventanilla.flow import not_ours as pointing
from ventanilla.organisation import queries as organisation
from ventanilla.web.desk.access import case_to_answer, desk
from ventanilla.web.desk.forms import ClarifyForm, NotOursForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.outcome import accepted, back_to, form_page
from ventanilla.web.desk.selection import kept_query
from ventanilla.web.matters import actor_of

WORDS_LIMIT = 100


@desk(Right.ANSWER)
def not_ours(request: HttpRequest, code: str) -> HttpResponseBase:
    """First which body it belongs to, by name or by what it does; then the answer, ready to be changed."""
    case = case_to_answer(request, code)
    words = request.GET.get("buscar", "")[:WORDS_LIMIT]
    asked = request.GET.get("organismo", "")
    context = {"case": case, "title": _("No corresponde a este organismo"), "query": kept_query(request.GET.dict())}
    if not asked:
        found = organisation.other_bodies(case.public_body_id, words)
        context |= {"found": found, "words": words, "is_empty": not found and not words}
        return render(request, "desk/not_ours.html", {**frame(request), **context})
    other = organisation.other_body(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if other is None or other.public_body_id != case.public_body_id:
        raise Http404(_("Ese organismo no está en la guía."))
    form = NotOursForm(request.POST or None, initial={"text": pointing.suggested(case, other)})
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            pointing.not_ours(actor_of(request), case.pk, other.pk, form.cleaned_data["text"])

        if accepted(form, act):
            said = _("La respuesta está en camino y la solicitud quedó cerrada.")
            return back_to(request, case.code, said, anchor="#fin")
    context |= {"form": form, "other": other}
    status = 422 if form.errors else 200
    return render(request, "desk/not_ours.html", {**frame(request), **context}, status=status)


@desk(Right.ANSWER)
def clarify(request: HttpRequest, code: str) -> HttpResponseBase:
    """Up to three questions; the clocks wait for the answer."""
    case = case_to_answer(request, code)
    form = ClarifyForm(request.POST or None, initial={"greeting": asking.suggested_greeting()})
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            asking.ask_back(actor_of(request), case.pk, form.questions, form.cleaned_data["greeting"])

        if accepted(form, act):
            said = _("Las preguntas están en camino; el plazo espera a la persona.")
            return back_to(request, case.code, said, anchor="#fin")
    return form_page(request, "desk/actions/clarify.html", {"case": case, "form": form, "title": _("Pedir aclaración")})
