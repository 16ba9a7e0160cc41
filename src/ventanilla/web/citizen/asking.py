"""The pages of the questions, and the way from one to the next."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ventanilla.web.citizen import drafting
from ventanilla.web.citizen.drafting import Draft
from ventanilla.web.citizen.forms.new_request import ASSISTANCE, TYPES, WAYS, Choice
from ventanilla.web.citizen.page import page
from ventanilla.web.citizen.steps import REVIEW, Step, Way

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

TRAP = "detalle"
"""The field that people do not see."""
SERVICES_SHOWN = 25
SEARCHED_FROM = 9


def ask(
    request: HttpRequest,
    body: "PublicBody",
    way: Way,
    step: Step,
    form: Form | None,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a step, in its frame."""
    before = way.before(step)
    frame = {
        "form": form,
        "step": step,
        "number": way.number(step),
        "total": len(way.steps),
        "before": before,
        "after": None if step.slug == REVIEW else way.after(step),
        "is_change": "cambiar" in request.GET,
        "trap": TRAP,
        "mark_name": drafting.MARK,
        "mark": way.draft.mark,
        "needs_name": way.needs_name,
        **_extras(request, way, step),
    }
    return page(request, body, f"citizen/new/{step.slug}.html", {**frame, **(context or {})}, status=status)


def _extras(request: HttpRequest, way: Way, step: Step) -> dict[str, Any]:
    if step.slug == "tipo":
        return {"choices": TYPES}
    if step.slug == "respuesta":
        return {"choices": WAYS}
    if step.slug == "datos":
        return {"choices": ASSISTANCE}
    if step.slug == "servicio":
        return _services(way, request.GET.get("buscar", "")[:100].replace("\x00", "").strip())
    return {}


def _services(way: Way, looked_for: str) -> dict[str, Any]:
    """Those that have each word of the search, the chosen one always among them."""
    words = folded(looked_for).split()
    found = [one for one in way.services if all(word in folded(f"{one.name} {one.summary}") for word in words)]
    chosen = way.draft.answers.get("service", "")
    shown = found[:SERVICES_SHOWN]
    if chosen and chosen not in {one.slug for one in shown}:
        shown = [*(one for one in way.services if one.slug == chosen), *shown]
    return {
        "choices": [
            *(Choice(one.slug, one.name, one.summary) for one in shown),
            Choice("", _("No sé, u otro tema"), _("Una persona la va a derivar a donde corresponda.")),
        ],
        "has_search": len(way.services) >= SEARCHED_FROM,
        "looked_for": looked_for,
        "found_count": len(found),
        "shown_count": min(len(found), SERVICES_SHOWN),
    }


def note_trap(request: HttpRequest, draft: Draft) -> None:
    draft.is_trapped = draft.is_trapped or bool(request.POST.get(TRAP, "").strip())


def mark_tried(draft: Draft, step: Step) -> None:
    if step.slug not in draft.tried:
        draft.tried.append(step.slug)


def done(request: HttpRequest, way: Way, step: Step) -> HttpResponse:
    """The step is answered; on to the next."""
    mark_tried(way.draft, step)
    drafting.keep(request, way.draft)
    return onward(request, way, step)


def onward(request: HttpRequest, way: Way, step: Step) -> HttpResponse:
    """To the next question, or back to the last page for whoever came from there to change an answer."""
    following = way.next_due() if "cambiar" in request.GET else way.after(step)
    return redirect("citizen:new_request_step", following.slug)


def back(way: Way, step: Step) -> HttpResponse:
    before = way.before(step)
    return redirect("citizen:new_request_step", before.slug) if before else redirect("citizen:new_request")


def again(request: HttpRequest) -> HttpResponse:
    """The same page, which says what is wrong."""
    response = HttpResponseRedirect(request.get_full_path())
    response.status_code = 303
    return response


def elsewhere(way: Way, step: Step) -> HttpResponse | None:
    """Where to send whoever wants to skip a question; None when she may be here."""
    due = way.next_due()
    if way.number(due) < way.number(step):
        return redirect("citizen:new_request_step", due.slug)
    return None


def lost() -> HttpResponse:
    response = redirect("citizen:new_request")
    response["Location"] += "?vencida"
    return response


def folded(text: str) -> str:
    """Without accents or capitals, as people search."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
