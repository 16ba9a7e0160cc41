"""The last page of a new request: everything once more, the notice, and the sending."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ventanilla.flow import portal as flow
from ventanilla.flow.errors import Refused
from ventanilla.flow.portal import Request
from ventanilla.intake import queries as intake
from ventanilla.intake.actions import NotStored
from ventanilla.kit import clock
from ventanilla.kit.limits import limited
from ventanilla.messages.contract import Attachment
from ventanilla.web.citizen import asking, drafting, receipts, session
from ventanilla.web.citizen.drafting import FileGone
from ventanilla.web.citizen.forms.new_request import BY_EMAIL, TYPES, SendForm, assistance_words
from ventanilla.web.citizen.page import portal
from ventanilla.web.citizen.steps import FILES, REVIEW, Way
from ventanilla.web.citizen.views.request_files import lost_file
from ventanilla.web.citizen.ways import ways

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

OURS = "es"
UNACCEPTED = "sin-aceptar"
"""In the page's address when she wanted to send without accepting the notice."""


@portal("whoever needs something may ask for it; the draft is the writer's own")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Look it over, accept the notice, send. Sent twice it is one case, and both end at the receipt."""
    draft = drafting.draft_of(request, body)
    if draft is None:
        if request.method == "POST" and receipts.receipt_of(request, body) is not None:
            return _to_receipt()
        return asking.lost()
    way = Way(request, body, draft)
    step = way.steps[-1]
    ahead = asking.elsewhere(way, step)
    if ahead is not None:
        return ahead
    if request.method != "POST":
        return _page(request, body, way, SendForm({}) if UNACCEPTED in request.GET else SendForm())
    if "volver" in request.POST:
        return asking.back(way, step)
    asking.note_trap(request, draft)
    drafting.keep(request, draft)
    form = SendForm(request.POST)
    if not form.is_valid():
        response = redirect("citizen:new_request_review")
        response["Location"] += f"?{UNACCEPTED}"
        return response
    notice = flow.notice_of(body)
    if form.cleaned_data["notice"] != notice.pk:
        # She accepted another text than the one in force: she reads this one first.
        return _not_sent(request, way, _("El aviso de privacidad cambió. Leelo de nuevo y aceptalo para enviarla."))
    return _send(request, body, way, notice.pk)


def _send(request: HttpRequest, body: "PublicBody", way: Way, notice_id: int) -> HttpResponse:
    draft = way.draft
    try:
        files = draft.attachments()
    except FileGone as gone:
        return _without(request, body, way, gone)
    limited(request, "portal.file", per_address="20/h")
    envelope = {
        "door": "portal",
        "honeypot": draft.is_trapped,
        "seconds_to_fill": draft.seconds_to_fill(),
        "blocked_network": intake.blocking_network(body.pk, request.META.get("REMOTE_ADDR") or ""),
    }
    asked = _request_of(request, way, files, notice_id)
    try:
        filed = flow.file_request(body, asked, envelope)
    except Refused as problem:
        return _not_sent(request, way, str(problem))
    except NotStored:
        draft.problems = [_("No pudimos guardarla por un problema nuestro. No se perdió nada: probá en un rato.")]
        return _page(request, body, way, SendForm(), status=503)
    receipts.give(request, body, filed, asked, clock.now())
    drafting.end(request, draft)
    return _to_receipt()


def _request_of(request: HttpRequest, way: Way, files: list[Attachment], notice_id: int) -> Request:
    answers, proven = way.draft.answers, session.proven(request)
    wants_mail = answers["answer_by"] == BY_EMAIL
    email = answers["email"] if wants_mail else ""
    assistance = assistance_words(answers)
    return Request(
        request_id=way.draft.request_id,
        type=answers["type"],
        text=answers["text"],
        subject=answers["subject"],
        service=answers.get("service", ""),
        name=answers["name"],
        email=email,
        phone=answers["phone"],
        document=answers["document"],
        wants_mail=wants_mail,
        files=files,
        # A mailbox that somebody proved here before, and who did not leave, takes no part in what the next one asks.
        proven=[one for one in proven.identities if proven.is_signed_in or one.value == email],
        notice_id=notice_id,
        facts=_facts(answers, assistance),
    )


def _facts(answers: Mapping[str, Any], assistance: str) -> dict[str, str]:
    """What she needs, and the language she reads the page in or asked for when it is not ours."""
    language = "ugy" if "lsu" in (answers.get("assistance") or []) else (get_language() or OURS).partition("-")[0]
    facts = {"assistance": assistance, "language": language if language != OURS else ""}
    return {name: value for name, value in facts.items() if value}


def _without(request: HttpRequest, body: "PublicBody", way: Way, gone: FileGone) -> HttpResponse:
    """A file is no longer there: the same request was sent a moment ago, or it waited for too long."""
    if receipts.take_over(request, way.draft.request_id):
        drafting.forget(request)
        return _to_receipt()
    way.draft.drop_file(gone.file.id)
    way.draft.problems.append(lost_file(gone.file.name))
    drafting.keep(request, way.draft)
    response = redirect("citizen:new_request_files")
    response["Location"] += "?cambiar"
    return response


def _not_sent(request: HttpRequest, way: Way, problem: str) -> HttpResponse:
    way.draft.problems = [problem]
    drafting.keep(request, way.draft)
    return redirect("citizen:new_request_review")


def _to_receipt() -> HttpResponse:
    """303: what was posted is not posted again."""
    response = redirect("citizen:new_request_received")
    response.status_code = 303
    return response


def _page(request: HttpRequest, body: "PublicBody", way: Way, form: SendForm, *, status: int = 200) -> HttpResponse:
    answers = way.draft.answers
    problems, _said = drafting.take_told(request, way.draft)
    context: dict[str, Any] = {
        "problems": problems,
        "ways": ways() if problems else [],
        "notice": flow.notice_of(body),
        "type_label": next((one.label for one in TYPES if one.value == answers["type"]), ""),
        "service_name": way.service_name(),
        "has_services": bool(way.services),
        "answers": answers,
        "is_by_mail": answers["answer_by"] == BY_EMAIL,
        "assistance": assistance_words(answers),
        "files": way.draft.files,
        "files_slug": FILES,
    }
    step = way.step(REVIEW) or way.steps[-1]
    return asking.ask(request, body, way, step, form, context, status=status)
