"""What agents write in a case: replies, notes, forwards, and the drafts of all three."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.flow import close as closing
from ventanilla.flow import desk as line
from ventanilla.flow import reply as writing
from ventanilla.flow.errors import Refused
from ventanilla.web.desk.access import case_to_answer, desk, reading_goes_on
from ventanilla.web.desk.conversation import conversation_context
from ventanilla.web.desk.forms import ForwardForm, NoteForm, ReplyForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.outcome import back_to
from ventanilla.web.desk.timeline import timeline
from ventanilla.web.matters import actor_of

if TYPE_CHECKING:
    from django import forms

    from ventanilla.cases.models import Case

DRAFT_KINDS = ("reply", "note", "forward")
DRAFT_LIMIT = 100_000


@desk(Right.ANSWER)
def reply(request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer the person. If somebody wrote since the page was opened, nothing is sent until the agent says so."""
    case = case_to_answer(request, code)
    if request.method != "POST":
        return back_to(request, case.code, anchor="#redactar")
    form = ReplyForm(request.POST, request.FILES, case=case)
    if form.is_valid():
        if _has_news(case, form.cleaned_data["last_id"]):
            return _again(request, case, "reply", form, has_news=True)
        try:
            _send(request, case, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _finish(request, case, form.cleaned_data)
            return back_to(request, case.code, anchor="#fin")
    return _again(request, case, "reply", form)


def _send(request: HttpRequest, case: "Case", data: dict[str, Any]) -> None:
    """Raises Refused."""
    writing.reply(
        actor_of(request),
        case.pk,
        data["text"],
        copies=data["copies"],
        files=data["attachments"],
        wait_for_citizen=data["then"] == "wait",
    )


def _finish(request: HttpRequest, case: "Case", data: dict[str, Any]) -> None:
    """Close after the reply if that was asked, and say what happened; the reply is out, so a refusal is only told."""
    if data["then"] == "close":
        service = data["service"] if data["service"] is not None else case.service_id
        try:
            closing.close(actor_of(request), case.pk, type=data["type"] or case.type, service_id=service)
        except Refused as refusal:
            messages.warning(request, _("La respuesta está en camino, pero no se cerró: %(why)s") % {"why": refusal})
            return
    messages.success(request, _sent_words(data["then"]))


def _sent_words(then: str) -> str:
    words = {
        "wait": _("La respuesta está en camino; la solicitud espera a la persona."),
        "close": _("La respuesta está en camino y la solicitud quedó cerrada."),
    }
    return words.get(then, _("La respuesta está en camino."))


def _has_news(case: "Case", last_id: int | None) -> bool:
    """Whether a message or a note came in after the page was opened; events are no news."""
    if last_id is None:
        return False
    return any(entry.pk > last_id for entry in cases.timeline(case.pk) if entry.kind != "event")


@desk(Right.ANSWER)
def note(request: HttpRequest, code: str) -> HttpResponseBase:
    """Something for colleagues."""
    case = case_to_answer(request, code)
    if request.method != "POST":
        return back_to(request, case.code, anchor="#redactar")
    form = NoteForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            writing.note(actor_of(request), case.pk, data["text"], files=data["attachments"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Se guardó la nota."))
            return back_to(request, case.code, anchor="#fin")
    return _again(request, case, "note", form)


@desk(Right.ANSWER)
def forward(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send messages of the case to somebody outside, who does not become part of it."""
    case = case_to_answer(request, code)
    if request.method != "POST":
        return back_to(request, case.code, anchor="#redactar")
    form = ForwardForm(request.POST, request.FILES, lines=timeline(case, is_whole=True).lines)
    if form.is_valid():
        reading_goes_on(request, case)
        data = form.cleaned_data
        entry_ids = [int(entry_id) for entry_id in data["entries"]]
        try:
            writing.forward(
                actor_of(request), case.pk, entry_ids, data["to"], data["text"], files=data["attachments"]
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("El reenvío está en camino."))
            return back_to(request, case.code, anchor="#fin")
    return _again(request, case, "forward", form)


def _again(
    request: HttpRequest, case: "Case", mode: str, form: "forms.Form", *, has_news: bool = False
) -> HttpResponse:
    """The conversation with the form as it was typed; what arrived meanwhile is in sight."""
    reading_goes_on(request, case)
    given: dict[str, Any] = {mode: form}
    context = {"pane": "conversation", **frame(request), **conversation_context(request, case, mode=mode, **given)}
    context |= {"has_news": has_news, "is_refused": True}
    return render(request, "desk/conversation.html", context, status=409 if has_news else 422)


@desk(Right.ANSWER)
@require_POST
def draft(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """Keep what is being written; an empty text forgets it."""
    case = case_to_answer(request, code)
    if kind not in DRAFT_KINDS:
        raise Http404
    line.save_draft(actor_of(request), case.pk, kind, request.POST.get("draft", "")[:DRAFT_LIMIT])
    return HttpResponse(status=204)
