"""What could not be read and what could not be sent."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.delivery import queries as delivery
from ventanilla.flow import desk as line
from ventanilla.flow.errors import Refused
from ventanilla.intake import queries as intake
from ventanilla.messages import codes
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.forms import DiscardForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.matters import actor_of, must_see, require, standing_of

if TYPE_CHECKING:
    from ventanilla.intake.models import InboundDelivery

PAGE_ROWS = 30


@desk(Right.HANDLE_QUARANTINE)
def quarantine(request: HttpRequest) -> HttpResponse:
    """Deliveries in quarantine, newest first; `antes` is the keyset of the next page."""
    with scope(_mended(request)):
        found = intake.quarantined(PAGE_ROWS + 1, before(request))
        waiting_count = intake.waiting_count()
    context = {
        "deliveries": found[:PAGE_ROWS],
        "next_page": next_page([one.pk for one in found]),
        "waiting_count": waiting_count,
    }
    return render(request, "desk/quarantine.html", frame(request, "quarantine") | context)


def _mended(request: HttpRequest) -> frozenset[int]:
    """The bodies where this person may retry and discard; she is offered nothing that would be refused."""
    return standing_of(request).body_ids_with(Right.HANDLE_QUARANTINE)


def before(request: HttpRequest) -> int | None:
    text = request.GET.get("antes", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def next_page(ids: list[int]) -> str:
    """The query of the page that follows, when one more row was found than a page shows."""
    return f"?antes={ids[PAGE_ROWS - 1]}" if len(ids) > PAGE_ROWS else ""


@desk(Right.HANDLE_QUARANTINE)
@require_POST
def retry(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    """Try to read it again."""
    found = delivery_to_decide(request, delivery_id)
    try:
        received = line.retry_delivery(actor_of(request), found.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:quarantine")
    if received.state == "handled":
        said = ", ".join(received.case_codes)
        messages.success(request, _("Se pudo leer: %(codes)s.") % {"codes": said} if said else _("Se pudo leer."))
        if len(received.case_codes) == 1:
            return redirect("desk:conversation", received.case_codes[0])
    elif received.state == "waiting":
        messages.warning(request, _("Quedó en espera: se vuelve a intentar en unos minutos."))
    else:
        messages.warning(request, _("Sigue sin poder leerse: %(problem)s") % {"problem": received.problem})
    return redirect("desk:quarantine")


@desk(Right.HANDLE_QUARANTINE)
def discard(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    """Put it away, saying why; the original is kept."""
    found = delivery_to_decide(request, delivery_id)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            line.discard_delivery(actor_of(request), found.pk, form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Se descartó. El original se guarda un tiempo más."))
            return redirect("desk:quarantine")
    context = {"delivery": found, "form": form}
    return render(
        request, "desk/discard.html", frame(request, "quarantine") | context, status=422 if form.is_bound else 200
    )


def delivery_to_decide(request: HttpRequest, delivery_id: int) -> "InboundDelivery":
    """Raises Http404 for others' deliveries, PermissionDenied without the right."""
    found = intake.delivery(delivery_id)
    if found is None:
        raise Http404(_("No hay ninguna entrega con ese número."))
    require(request, Right.HANDLE_QUARANTINE, found.public_body_id)
    return found


@desk(Right.HANDLE_QUARANTINE)
def failed(request: HttpRequest) -> HttpResponse:
    """Outgoing messages that failed or bounced, newest first; `antes` as above."""
    with scope(_mended(request)):
        found = delivery.troubles(PAGE_ROWS + 1, before(request))
        waiting_count = delivery.waiting_count()
    context = {
        "troubles": found[:PAGE_ROWS],
        "next_page": next_page([one.pk for one in found]),
        "waiting_count": waiting_count,
    }
    return render(request, "desk/failed.html", frame(request, "failed") | context)


@desk(Right.RESEND)
@require_POST
def retry_message(request: HttpRequest, message_id: int) -> HttpResponseBase:
    """Send it once more; `volver` is the case it was asked from."""
    message = delivery.by_id(message_id)
    if message is None:
        raise Http404(_("No hay ningún mensaje con ese número."))
    if message.case is None:
        require(request, Right.HANDLE_QUARANTINE, message.public_body_id)
    else:
        require(request, Right.RESEND, message.public_body_id)
        must_see(request, message.case)
    try:
        line.retry_outgoing(actor_of(request), message_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Volvió a la cola de envío."))
    code = codes.normalise(request.POST.get("volver", ""))
    return redirect("desk:conversation", code) if code else redirect("desk:failed")
