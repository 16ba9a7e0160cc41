"""The files of a new request: one page, as many visits as it takes, with or without scripts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ventanilla.flow.portal import FILE_MAX_BYTES, FILES_MAX, weight_limit_of
from ventanilla.kit import file_types
from ventanilla.kit.limits import limited
from ventanilla.web.citizen import asking, drafting
from ventanilla.web.citizen.drafting import Draft
from ventanilla.web.citizen.filenames import fitting_name
from ventanilla.web.citizen.page import portal
from ventanilla.web.citizen.steps import FILES, Way

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

MEGABYTE = 2**20


@portal("what is uploaded stays with the writer's own draft until she sends it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Choose, add, take away; going on takes along what was chosen and not added yet."""
    draft = drafting.draft_of(request, body)
    if draft is None:
        return asking.lost()
    way = Way(request, body, draft)
    step = way.step(FILES)
    if step is None:
        return redirect("citizen:new_request")
    if request.method != "POST":
        return asking.elsewhere(way, step) or _page(request, body, way)
    asking.note_trap(request, draft)
    drafting.keep(request, draft)
    if "quitar" in request.POST:
        removed = draft.drop_file(request.POST["quitar"])
        return _told(request, draft, said=_("Quitaste «%(name)s».") % {"name": removed.name} if removed else "")
    problems, added = _take(request, body, draft)
    if problems:
        return _told(request, draft, problems=problems)
    if "volver" in request.POST:
        return asking.back(way, step)
    if "agregar" not in request.POST:
        return asking.done(request, way, step)
    if not added:
        return _told(request, draft, problems=[_("Elegí un archivo antes de agregarlo.")])
    said = ngettext("Agregamos %(count)d archivo.", "Agregamos %(count)d archivos.", added) % {"count": added}
    return _told(request, draft, said=said)


def _told(request: HttpRequest, draft: Draft, *, problems: Sequence[str] = (), said: str = "") -> HttpResponse:
    draft.problems, draft.said = [*problems], said
    drafting.keep(request, draft)
    return asking.again(request)


def _take(request: HttpRequest, body: "PublicBody", draft: Draft) -> tuple[list[str], int]:
    """Keep what is good of what was chosen; what is wrong with the rest, in words, and how many were kept."""
    problems = []
    added = 0
    weight_limit = weight_limit_of(body)
    for upload in request.FILES.getlist("archivo"):
        limited(request, "portal.upload", per_address="60/h")
        problem = _keep(draft, upload, weight_limit)
        if problem:
            problems.append(problem)
        else:
            added += 1
            # At once: the next one may be one too many, and then nothing after this is reached.
            drafting.keep(request, draft)
    return problems, added


def _keep(draft: Draft, upload: "UploadedFile[bytes]", weight_limit: int) -> str:
    """What is wrong with the file; "" when it was kept. Its bytes are read only if its size is right."""
    name = fitting_name(upload.name or "")
    size = upload.size or 0
    if len(draft.files) >= FILES_MAX:
        return _("No agregamos «%(name)s»: se pueden mandar hasta %(count)d archivos. Quitá alguno antes.") % {
            "name": name,
            "count": FILES_MAX,
        }
    if size > FILE_MAX_BYTES:
        return _("«%(name)s» pesa demasiado: cada archivo puede tener hasta %(count)d MB.") % {
            "name": name,
            "count": FILE_MAX_BYTES // MEGABYTE,
        }
    if draft.size_bytes + size > weight_limit:
        return _("No agregamos «%(name)s»: entre todos pueden pesar hasta %(count)d MB.") % {
            "name": name,
            "count": weight_limit // 1_000_000,
        }
    content = upload.read()
    verdict = file_types.check(name, upload.content_type or "", content)
    if not verdict.is_allowed:
        return verdict.reason
    draft.add_file(name, verdict.media_type, content)
    return ""


def lost_file(name: str) -> str:
    return _("Ya no tenemos «%(name)s», porque pasó más de un día desde que lo agregaste. Agregalo otra vez.") % {
        "name": name
    }


def _page(request: HttpRequest, body: "PublicBody", way: Way) -> HttpResponse:
    step = way.step(FILES) or way.steps[0]
    problems, said = drafting.take_told(request, way.draft)
    context = {
        "problems": problems,
        "said": said,
        "files": way.draft.files,
        "has_room": len(way.draft.files) < FILES_MAX,
        "files_max": FILES_MAX,
        "file_max_megabytes": FILE_MAX_BYTES // MEGABYTE,
        "weight_max_megabytes": weight_limit_of(body) // 1_000_000,
        "accept": file_types.ACCEPT,
    }
    return asking.ask(request, body, way, step, None, context)
