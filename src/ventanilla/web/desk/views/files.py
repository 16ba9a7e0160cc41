"""Files, originals and formatted mail of strangers, handed out so that they can do nothing in our pages.

Nothing here runs: downloads by default, `nosniff` so that browsers believe the type, a sandbox in case one is opened.
"""

import re
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.intake import queries as intake
from ventanilla.kit import storage
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.timeline import PREVIEWED

LOCKED = "sandbox; default-src 'none'"
"""For what is downloaded: if it is opened all the same, it loads nothing and runs nothing."""
FORMATTED = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"
)
"""For formatted mail. Without `allow-scripts` nothing runs, so `allow-same-origin` gives nothing away; it lets the
mail's pictures be asked for with the agent's session."""
_CID = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)(["'])cid:([^"']*)\2""", re.IGNORECASE)


@desk()
@require_GET
def attachment(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file of the timeline; pictures may be shown in place with `ver`."""
    file = cases.file(file_id)
    if file is None:
        raise Http404(_("No hay ningún archivo con ese número."))
    _must_see(request, file.entry.public_body_id)
    try:
        content = storage.load(file.storage_name)
    except FileNotFoundError:
        raise Http404(_("El archivo no está en el almacenamiento.")) from None
    is_shown = "ver" in request.GET and file.media_type in PREVIEWED
    response = HttpResponse(content, content_type=file.media_type if is_shown else "application/octet-stream")
    disposition = "inline" if is_shown else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(file.name or 'archivo', safe='')}"
    return _locked(response)


@desk()
@require_GET
def original(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The bytes as they came."""
    delivery = intake.delivery(delivery_id)
    if delivery is None:
        raise Http404(_("No hay ninguna entrega con ese número."))
    _must_see(request, delivery.public_body_id)
    response = HttpResponse(bytes(intake.raw(delivery).content), content_type="text/plain")
    response["Content-Disposition"] = f'attachment; filename="original-{delivery.pk}.eml.txt"'
    return _locked(response)


@desk()
@require_GET
@xframe_options_sameorigin
def formatted(request: HttpRequest, entry_id: int) -> HttpResponse:
    """A message's cleaned HTML on its own page; its inline pictures come from our storage, nothing from outside."""
    entry = cases.entry(entry_id)
    if entry is None or not entry.html:
        raise Http404(_("Ese mensaje no tiene formato propio."))
    _must_see(request, entry.public_body_id)
    urls = {
        file.content_id: reverse("desk:file", args=[file.pk]) + "?ver"
        for file in cases.files_of(entry.pk)
        if file.content_id
    }
    # Cleaned by its channel when it came in (design.md section 7).
    response = render(request, "desk/formatted.html", {"html": mark_safe(with_pictures(entry.html, urls))})  # noqa: S308
    response["Content-Security-Policy"] = FORMATTED
    response["Referrer-Policy"] = "no-referrer"
    return response


def with_pictures(html: str, urls: dict[str, str]) -> str:
    """Point `cid:` pictures to our files; one that did not come with the mail is left without a source."""
    return _CID.sub(lambda match: f"{match[1]}{match[2]}{urls.get(match[3].strip('<>'), '')}{match[2]}", html)


def _must_see(request: HttpRequest, body_id: int) -> None:
    if Right.SEE_CASES not in accounts.rights_in(request.user, body_id):
        raise PermissionDenied


def _locked(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
