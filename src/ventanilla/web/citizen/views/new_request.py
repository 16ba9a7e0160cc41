"""A new request, one question a page, up to its receipt."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ventanilla.flow.portal import FILE_MAX_BYTES, FILES_MAX, PortalClosed, account_of
from ventanilla.flow.texts import moment
from ventanilla.kit.limits import limited
from ventanilla.web.citizen import asking, drafting, opened, receipts, session
from ventanilla.web.citizen.forms.new_request import TEXT_MAX_CHARACTERS, TYPES
from ventanilla.web.citizen.page import page, portal
from ventanilla.web.citizen.steps import Step, Way
from ventanilla.web.citizen.ways import ways

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

CHOSEN_MAX = 50
"""Characters of a value that is chosen, and how many may be chosen."""
TEXT_SPARE_CHARACTERS = 20_000
TYPES_IN_ADDRESSES = {
    "consulta": "information",
    "reclamo": "claim",
    "queja": "complaint",
    "sugerencia": "suggestion",
    "felicitacion": "thanks",
}


@portal("whoever needs something may ask for it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """What it takes, and a way back to what was begun. `tipo` and `servicio` of the address answer beforehand."""
    if request.method == "POST":
        limited(request, "portal.draft", per_address="200/h")
        session.renew_place(request)
        draft = drafting.begin(
            request,
            body,
            type=TYPES_IN_ADDRESSES.get(request.POST.get("tipo", ""), ""),
            service=request.POST.get("servicio", "")[:50],
        )
        return redirect("citizen:new_request_step", Way(request, body, draft).steps[0].slug)
    draft_before = drafting.draft_of(request, body)
    context = {
        "draft": draft_before,
        "next_step": Way(request, body, draft_before).next_due() if draft_before else None,
        "is_lost": "vencida" in request.GET,
        "asked": {name: request.GET.get(name, "")[:50] for name in ("tipo", "servicio")},
        "closed": _why_closed(body),
        "ways": ways(),
        "files_max": FILES_MAX,
        "file_max_megabytes": FILE_MAX_BYTES // 2**20,
        "has_sign_in": settings.OPENID_PROVIDER is not None,
    }
    return page(request, body, "citizen/new/start.html", context)


@portal("whoever needs something may ask for it; what is written stays in the writer's own session")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, body: "PublicBody", slug: str) -> HttpResponse:
    """One question. A session that ended meanwhile begins anew with this answer: nothing typed is lost."""
    draft = drafting.draft_of(request, body)
    if draft is None:
        if request.method != "POST":
            return asking.lost()
        limited(request, "portal.draft", per_address="200/h")
        draft = drafting.begin(request, body)
    way = Way(request, body, draft)
    step = way.step(slug)
    form = way.answered(slug)
    if step is None or form is None:
        return redirect("citizen:new_request")
    if request.method == "POST":
        return _answered(request, way, step)
    ahead = asking.elsewhere(way, step)
    if ahead is not None:
        return ahead
    return asking.ask(request, body, way, step, form)


def _answered(request: HttpRequest, way: Way, step: Step) -> HttpResponse:
    """Every answer ends in a redirect, a bad one too: going back in the browser never asks to send a form again."""
    form = way.form(step.slug, request.POST)
    if form is None:
        return redirect("citizen:new_request")
    asking.note_trap(request, way.draft)
    is_good = form.is_valid()
    # What is wrong or half written is kept as it stands.
    unfinished = {name: _typed(form, name) for name in form.errors if name in form.fields}
    way.draft.answers.update({**form.cleaned_data, **unfinished})
    goes_back = "volver" in request.POST
    if not goes_back:
        asking.mark_tried(way.draft, step)
    drafting.keep(request, way.draft)
    if goes_back:
        return asking.back(way, step)
    return asking.onward(request, way, step) if is_good else asking.again(request)


def _typed(form: Form, name: str) -> Any:
    """As it came, but for its length: a little more than is allowed stays a mistake that she sees."""
    value = form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    if isinstance(value, list):
        return [one.replace("\x00", "")[:CHOSEN_MAX] for one in value[:CHOSEN_MAX]]
    return str(value or "").replace("\x00", "")[: TEXT_MAX_CHARACTERS + TEXT_SPARE_CHARACTERS]


@portal("shows this browser its own receipt, and nobody else's")
@never_cache
@require_safe
def received(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    receipt = receipts.receipt_of(request, body)
    if receipt is None:
        return redirect("citizen:new_request")
    receipt = receipts.look_again(request, body, receipt)
    label = next((one.label for one in TYPES if one.value == receipt.request_type), _("Solicitud"))
    context = {
        "receipt": receipt,
        "type_label": label,
        "promised": moment(receipt.promised) if receipt.promised else "",
        "sent": moment(receipt.sent),
        "spelled": " ".join(receipt.code.replace("-", "")),
        "ways": ways(),
    }
    return page(request, body, "citizen/new/received.html", context, status=200 if receipt.code else 202)


@portal("lets whoever sits at a shared computer leave nothing behind")
@never_cache
@require_http_methods(["POST"])
def forget(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Nothing of what was written or sent here can be seen at this browser any more."""
    drafting.discard(request)
    receipts.forget(request)
    if "todo" in request.POST:
        opened.close_all(request)
    return redirect("citizen:home")


def _why_closed(body: "PublicBody") -> str:
    try:
        account_of(body)
    except PortalClosed as problem:
        return str(problem)
    return ""
