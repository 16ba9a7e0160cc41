"""One case before its person: what was said, what comes next, and what she can do."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.cases import queries as cases
from ventanilla.flow import at_once, keys, portal, viewing
from ventanilla.flow.errors import Refused
from ventanilla.flow.viewing import Viewer
from ventanilla.intake import queries as intake
from ventanilla.intake.actions import NotStored
from ventanilla.kit import clock, storage
from ventanilla.kit.clamd import Scan
from ventanilla.kit.downloads import download_response
from ventanilla.kit.limits import limited
from ventanilla.messages.keys import Purpose
from ventanilla.web.citizen import opened, session
from ventanilla.web.citizen.forms.following import MessageForm
from ventanilla.web.citizen.page import page
from ventanilla.web.citizen.page import portal as portal_page
from ventanilla.web.citizen.receipts import half_hidden
from ventanilla.web.citizen.story import lines_of, next_of
from ventanilla.web.citizen.ways import offices

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "PublicBody", Viewer, P], HttpResponse]


@portal_page("without her key or a sign-in it shows the state of the case and nothing of the person")
@require_safe
def case(request: HttpRequest, body: "PublicBody", code: str) -> HttpResponse:
    key = request.GET.get("clave")
    if key is not None:
        return _by_key(request, body, code, key)
    found = opened.viewer_of(request, code)
    if found is None:
        return _locked(request, body, code)
    viewer, purpose = found
    who = session.proven(request)
    viewing.note_seen(viewer, purpose, who.seen_as, is_again=opened.was_seen_lately(request, viewer.case.pk))
    if code != viewer.case.code:
        return redirect("citizen:case", viewer.case.code)
    return _shown(request, body, viewer, MessageForm(initial={"request_id": portal.new_request_id()}), purpose)


def _by_key(request: HttpRequest, body: "PublicBody", code: str, key: str) -> HttpResponse:
    """The key leaves the address bar at once, and stays in the session."""
    limited(request, "portal.key", per_address="60/h")
    found = at_once.case_by_code(code)
    if found is not None and opened.open_with_key(request, found, key.strip().lower()):
        session.renew_place(request)
        return redirect("citizen:case", found.code)
    return _locked(request, body, code, is_wrong_key=True)


def _locked(request: HttpRequest, body: "PublicBody", code: str, *, is_wrong_key: bool = False) -> HttpResponse:
    """What anybody may know who has the code: how far it is. Never who, what or when."""
    limited(request, "portal.code", per_address="60/h")
    found = at_once.case_by_code(code)
    who = session.proven(request)
    is_coming = found is None and at_once.is_coming(code)
    context = {
        "is_coming": is_coming,
        "code": found.code if found else code,
        "next": next_of(found, may_reopen=False) if found else None,
        "is_wrong_key": is_wrong_key,
        "can_sign_in": settings.OPENID_PROVIDER is not None,
        "needs_more": bool(who.identities) and not who.seen_as,
        "offices": offices(),
    }
    return page(request, body, "citizen/case/locked.html", context, status=403 if found or is_coming else 404)


def _shown(
    request: HttpRequest,
    body: "PublicBody",
    viewer: Viewer,
    form: MessageForm,
    purpose: Purpose | None,
    status: int = 200,
) -> HttpResponse:
    case = viewer.case
    may_reopen = viewer.may_reopen(clock.now())
    context = {
        "case": case,
        "subject": viewing.subject_for(viewer),
        "lines": lines_of(viewer),
        "next": next_of(case, may_reopen=may_reopen),
        "form": form,
        "may_reopen": may_reopen,
        "is_closed": case.state == "closed",
        "may_end": viewing.is_whose_case_it_is(viewer),
        "may_change_keys": viewing.may_change_keys(viewer),
        "answered_at": viewer.speaks_as.value if viewer.speaks_as.kind == "email" else "",
        "other_mailbox": half_hidden(viewer.other_mailbox),
        "parted": viewing.parted_from(viewer),
        "has_key": purpose is not None,
        "offices": offices(),
        "files_max": portal.FILES_MAX,
        "file_max_megabytes": portal.FILE_MAX_BYTES // 2**20,
    }
    return page(request, body, "citizen/case/case.html", context, status=status)


def acting(reason: str, rate: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A page that changes the case, for its person alone; others see the locked page."""

    def wrap(view: View[P]) -> Callable[..., HttpResponse]:
        def act(request: HttpRequest, body: "PublicBody", code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            found = opened.viewer_of(request, code)
            if found is None:
                return _locked(request, body, code)
            viewer, _purpose = found
            limited(request, "portal.act", per_address="120/h", key=viewer.case.code, per_key=rate)
            try:
                return view(request, body, viewer, *args, **kwargs)
            except Refused as problem:
                messages.error(request, str(problem))
                return redirect("citizen:case", viewer.case.code)

        return portal_page(reason)(require_POST(act))

    return wrap


@acting("only the person of the case adds to it: the view asks for her key or sign-in", "30/h")
def add(request: HttpRequest, body: "PublicBody", viewer: Viewer) -> HttpResponse:
    """She adds words or files; what cannot be taken comes back with what she wrote."""
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, body, viewer, form, None, status=400)
    cleaned = form.cleaned_data
    seen = {
        "door": "portal",
        "blocked_network": intake.blocking_network(body.pk, request.META.get("REMOTE_ADDR") or ""),
    }
    request_id = cleaned["request_id"] or portal.new_request_id()
    try:
        state = portal.add_message(viewer, cleaned["text"], cleaned["attached"], request_id, seen)
    except Refused as problem:
        form.add_error("text", str(problem))
        return _shown(request, body, viewer, form, None, status=400)
    except NotStored:
        form.add_error(
            "text", _("No pudimos guardarlo. Probá de nuevo en unos minutos: no se perdió lo que escribiste.")
        )
        return _shown(request, body, viewer, form, None, status=503)
    said = {
        "filed": _("Lo agregamos a tu solicitud."),
        "doubtful": _("Lo recibimos. Antes de agregarlo lo va a mirar una persona."),
    }.get(state, _("Lo recibimos. En unos minutos va a aparecer acá."))
    messages.success(request, said)
    return redirect("citizen:case", viewer.case.code)


@acting("only the person of the case ends it: the view asks for her key or sign-in", "10/h")
def close(request: HttpRequest, body: "PublicBody", viewer: Viewer) -> HttpResponse:
    portal.close(viewer)
    messages.success(request, _("Cerramos tu solicitud."))
    return redirect("citizen:case", viewer.case.code)


@acting("only the person of the case reopens it: the view asks for her key or sign-in", "10/h")
def reopen(request: HttpRequest, body: "PublicBody", viewer: Viewer) -> HttpResponse:
    portal.reopen(viewer)
    messages.success(request, _("Reabrimos tu solicitud."))
    return redirect("citizen:case", viewer.case.code)


@acting("only the person of the case changes its keys: the view asks for her key or sign-in", "10/h")
def new_key(request: HttpRequest, body: "PublicBody", viewer: Viewer) -> HttpResponse:
    """Every link that was given stops working; the new one is shown once, to whoever may see the case."""
    key = portal.new_key(viewer)
    opened.keep(request, viewer.case.pk, key)
    return page(
        request,
        body,
        "citizen/case/new_key.html",
        {"case": viewer.case, "link": keys.case_link(body, viewer.case, key)},
    )


@portal_page("only the person of the case gets its files: the view asks for her key or sign-in")
@require_safe
def file(request: HttpRequest, body: "PublicBody", code: str, file_id: int) -> HttpResponse:
    """A file of something for her eyes, as a download; one with a virus is handed out to nobody."""
    found = opened.viewer_of(request, code)
    if found is None:
        return _locked(request, body, code)
    if not viewing.file_entry(found[0], file_id):
        raise Http404(_("No hay ningún archivo con ese número en tu solicitud."))
    stored = cases.file(file_id)
    if stored is None or stored.scan == Scan.INFECTED:
        raise Http404(_("Ese archivo no se puede descargar: contiene un virus."))
    try:
        content = storage.load(stored.storage_name)
    except FileNotFoundError:
        raise Http404(_("El archivo no está en el almacenamiento.")) from None
    return download_response(stored.name, stored.media_type, content)
