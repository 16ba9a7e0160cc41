"""Files, originals and formatted mail of strangers, handed out so that they can do nothing in our pages.

Nothing here runs: downloads by default (kit/downloads.py), formatted mail in a sandbox.
"""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.flow import readings
from ventanilla.intake import queries as intake
from ventanilla.kit import storage
from ventanilla.kit.clamd import Scan
from ventanilla.kit.downloads import SHOWN_TYPES, download_response
from ventanilla.messages.keys import without_keys_in_mail
from ventanilla.web.desk.access import desk, in_sight
from ventanilla.web.matters import actor_of, must_see, standing_of

FORMATTED = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
"""For formatted mail. Without `allow-scripts` nothing runs, so `allow-same-origin` gives nothing away; it lets the
mail's pictures be asked for with the agent's session."""
_CID = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)(["'])cid:([^"']*)\2""", re.IGNORECASE)


@desk(Right.SEE_CASES)
@require_GET
def attachment(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file of the timeline; pictures may be shown in place with `ver`."""
    file = cases.file(file_id)
    if file is None:
        raise Http404(_("No hay ningún archivo con ese número."))
    must_see(request, file.entry.case)
    if file.scan == Scan.INFECTED:
        raise Http404(_("El archivo contiene un virus y no se entrega."))
    try:
        content = storage.load(file.storage_name)
    except FileNotFoundError:
        raise Http404(_("El archivo no está en el almacenamiento.")) from None
    is_shown = "ver" in request.GET and file.media_type in SHOWN_TYPES
    # Pictures come with their page, by themselves; a download is asked for.
    write_down = readings.goes_on if is_shown else readings.was_read
    write_down(actor_of(request), standing_of(request), file.entry.case, readings.FILE)
    return download_response(file.name, file.media_type, content, inline=is_shown)


@desk(Right.SEE_CASES)
@require_GET
def original(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The bytes as they came, but for the keys of cases in what they quote: of a case in sight, or of what nobody could
    read yet."""
    delivery = intake.delivery(delivery_id)
    if delivery is None or not intake.is_kept(delivery):
        raise Http404(_("No hay ninguna entrega con ese número, o su original ya se borró."))
    holding = cases.of_delivery(delivery.pk)
    seen = in_sight(request, holding)
    if not seen and (holding or not standing_of(request).may(Right.HANDLE_QUARANTINE, delivery.public_body_id)):
        raise Http404(_("No hay ninguna entrega con ese número."))
    if cases.brought_virus(delivery.pk):
        raise Http404(_("El mensaje contiene un virus y su original no se entrega."))
    for case in seen:
        readings.was_read(actor_of(request), standing_of(request), case, readings.FILE)
    content = without_keys_in_mail(bytes(intake.raw(delivery).content))
    return download_response(f"original-{delivery.pk}.eml.txt", "text/plain", content)


@desk(Right.SEE_CASES)
@require_GET
@xframe_options_sameorigin
def formatted(request: HttpRequest, entry_id: int) -> HttpResponse:
    """A message's cleaned HTML on its own page; its inline pictures come from our storage, nothing from outside."""
    entry = cases.entry(entry_id)
    if entry is None or not entry.html:
        raise Http404(_("Ese mensaje no tiene formato propio."))
    must_see(request, entry.case)
    readings.was_read(actor_of(request), standing_of(request), entry.case, readings.FILE)
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
