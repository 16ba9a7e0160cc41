"""Cases that have to do with each other: merge, split, link."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.contacts import queries as contacts
from ventanilla.flow import desk as line
from ventanilla.web.desk.access import case_to_answer, desk, in_sight, reading_goes_on
from ventanilla.web.desk.forms import LinkForm, MergeForm, SplitForm
from ventanilla.web.desk.outcome import accepted, attempt, back_to, form_page
from ventanilla.web.desk.timeline import timeline
from ventanilla.web.matters import actor_of, must_see

if TYPE_CHECKING:
    from ventanilla.cases.models import Case


@desk(Right.ANSWER)
def merge(request: HttpRequest, code: str) -> HttpResponseBase:
    """In two steps: choose the other case, then see both sides and say which one stays."""
    case = case_to_answer(request, code)
    form = MergeForm(request.POST or None, case=case, sees=_sees(request), initial={"code": request.GET.get("con", "")})
    context = {"case": case, "form": form, "title": _("Unir con otra solicitud"), "others": _others(request, case)}
    if request.method == "POST" and form.is_valid() and form.other is not None:
        other = case_to_answer(request, form.other.code)
        kept, absorbed = (other, case) if form.cleaned_data["keeps"] == "other" else (case, other)

        def act() -> None:
            line.merge(actor_of(request), kept.pk, absorbed.pk)

        if form.cleaned_data["is_sure"] and accepted(form, act):
            return back_to(request, kept.code, _("Las dos solicitudes son una sola."))
        reading_goes_on(request, case)
        reading_goes_on(request, other)
        context |= {"other": other, "sides": [_side(case, "this"), _side(other, "other")]}
    return form_page(request, "desk/actions/merge.html", context)


def _sees(request: HttpRequest) -> "Callable[[Case], bool]":
    return lambda other: bool(in_sight(request, [other]))


def _others(request: HttpRequest, case: "Case") -> "list[Case]":
    """The person's other cases that could be the same matter."""
    if case.contact_id is None:
        return []
    family = contacts.family_ids(case.contact_id)
    found = [
        other for other in cases.cases_of_contact(family, 12) if other.pk != case.pk and other.merged_into_id is None
    ]
    return in_sight(request, found)


def _side(case: "Case", value: str) -> dict[str, object]:
    said = [entry for entry in cases.messages(case.pk) if not entry.is_automatic]
    return {"case": case, "value": value, "count": len(said), "first": said[0] if said else None}


@desk(Right.ANSWER)
def split(request: HttpRequest, code: str) -> HttpResponseBase:
    """Messages about another matter go to a case of their own."""
    case = case_to_answer(request, code)
    reading_goes_on(request, case)
    lines = [one for one in timeline(case, is_whole=True).lines if one.kind != "event"]
    form = SplitForm(
        request.POST or None,
        lines=lines,
        initial={"subject": case.subject, "entries": request.GET.getlist("intervencion")},
    )
    if request.method == "POST" and form.is_valid():
        fresh: list[Case] = []

        def act() -> None:
            entry_ids = [int(entry_id) for entry_id in form.cleaned_data["entries"]]
            fresh.append(line.split(actor_of(request), case.pk, entry_ids, form.cleaned_data["subject"]))

        if accepted(form, act):
            return back_to(request, fresh[0].code, _("Se separó en una solicitud nueva: es esta."))
    context = {"case": case, "form": form, "title": _("Separar en otra solicitud"), "lines": lines}
    return form_page(request, "desk/actions/split.html", context)


@desk(Right.ANSWER)
def link(request: HttpRequest, code: str) -> HttpResponseBase:
    case = case_to_answer(request, code)
    form = LinkForm(request.POST or None, case=case, sees=_sees(request))
    if request.method == "POST" and form.is_valid() and form.other is not None:
        other_id = form.other.pk
        if accepted(form, lambda: line.link(actor_of(request), case.pk, other_id)):
            return back_to(request, case.code, _("Se vincularon las dos solicitudes."))
    return form_page(
        request, "desk/actions/link.html", {"case": case, "form": form, "title": _("Vincular con otra solicitud")}
    )


@desk(Right.ANSWER)
@require_POST
def review(request: HttpRequest, link_id: int) -> HttpResponseBase:
    """An agent looked at a link that the house made because a stranger named the case."""
    found = cases.link(link_id)
    if found is None:
        raise Http404
    case = case_to_answer(request, found.case.code)
    must_see(request, found.other)
    return attempt(
        request, case, lambda: line.review_link(actor_of(request), found.pk), _("Quedó marcado como revisado.")
    )
