"""One case: its conversation, the parts that are refreshed while it is open, and the person's pane."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import desk as line
from ventanilla.flow import readings
from ventanilla.web.desk.access import case_to_answer, desk, in_sight, reading_goes_on
from ventanilla.web.desk.conversation import conversation_context, head_context, person_context
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.timeline import timeline
from ventanilla.web.matters import actor_of, case_to_see, standing_of


@desk(Right.SEE_CASES)
@require_GET
def conversation(request: HttpRequest, code: str) -> HttpResponseBase:
    """The page; a merged case leads to the one that continues it, unless `ver` asks for itself."""
    case = case_to_see(request, code)
    if case.merged_into is not None and "ver" not in request.GET and in_sight(request, [case.merged_into]):
        return redirect("desk:conversation", case.merged_into.code)
    if code != case.code:
        return redirect("desk:conversation", case.code)
    context = {"pane": "conversation", **frame(request), **conversation_context(request, case)}
    readings.was_read(actor_of(request), standing_of(request), case, readings.DESK, context["row"])
    return render(request, "desk/conversation.html", context)


@desk(Right.SEE_CASES)
@require_GET
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """The lines alone: the page puts in those that are new or changed."""
    case = case_to_see(request, code)
    reading_goes_on(request, case)
    head = head_context(request, case)
    shown = timeline(case, is_whole="todo" in request.GET, retry_urls=head["powers"].can_resend)
    return render(request, "desk/parts/timeline.html", head | {"timeline": shown})


@desk(Right.SEE_CASES)
@require_GET
def head(request: HttpRequest, code: str) -> HttpResponse:
    """The title bar alone."""
    case = case_to_see(request, code)
    reading_goes_on(request, case)
    return render(request, "desk/parts/head.html", head_context(request, case))


@desk(Right.SEE_CASES)
@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    """The third pane: alone for a page that is open, else a page of its own for small screens."""
    case = case_to_see(request, code)
    reading_goes_on(request, case)
    context = person_context(request, case)
    if request.headers.get("HX-Request"):
        context |= {"is_in_pane": True, "is_first": "primera" in request.GET}
        return render(request, "desk/parts/person.html", context)
    return render(request, "desk/person.html", {"pane": "aside", **frame(request), **context})


@desk(Right.ANSWER)
@require_POST
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody who may answer has the case before her eyes."""
    case = case_to_answer(request, code)
    line.mark_read(actor_of(request), case.pk)
    return HttpResponse(status=204)
