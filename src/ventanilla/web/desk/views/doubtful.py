"""What may be no message to the body: a person looks, attends it or puts it away, and may block who wrote."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import desk as line
from ventanilla.flow import doubting
from ventanilla.flow.errors import Refused
from ventanilla.intake import queries as intake
from ventanilla.intake.reasons import stored_reasons
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.forms import DiscardDoubtfulForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.views.troubles import PAGE_ROWS, before, delivery_to_decide, next_page
from ventanilla.web.matters import actor_of, standing_of

if TYPE_CHECKING:
    from ventanilla.intake.models import InboundDelivery


@desk(Right.HANDLE_QUARANTINE)
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first, with what each says and why it is doubted; `antes` is the keyset of the next page."""
    with scope(standing_of(request).body_ids_with(Right.HANDLE_QUARANTINE)):
        found = intake.doubtful(PAGE_ROWS + 1, before(request))
    context = {
        "lines": [_line(one) for one in found[:PAGE_ROWS]],
        "next_page": next_page([one.pk for one in found]),
    }
    return render(request, "desk/doubtful.html", frame(request, "doubtful") | context)


def _line(delivery: "InboundDelivery") -> dict[str, object]:
    said = delivery.doubt or {}
    return {
        "delivery": delivery,
        "sender": said.get("sender", ""),
        "name": said.get("name", ""),
        "subject": said.get("subject") or _("(sin asunto)"),
        "beginning": said.get("beginning", ""),
        "reasons": stored_reasons(said.get("reasons", ())),
    }


@desk(Right.HANDLE_QUARANTINE)
def detail(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    """The whole of it as plain text: nothing in it is loaded, and no link can be followed by mistake."""
    found = delivery_to_decide(request, delivery_id)
    if found.state == "quarantined":
        return redirect("desk:quarantine")
    if found.state != "doubtful":
        return render(request, "desk/decided.html", frame(request, "doubtful") | {"delivery": found}, status=410)
    said = doubting.what_it_says(found)
    context = _line(found) | {
        "text": said.text if said else "",
        "files": [{"name": one.name, "size": one.size_bytes} for one in said.attachments] if said else [],
        "can_block": "@" in str((found.doubt or {}).get("sender", "")),
    }
    return render(request, "desk/doubtful_detail.html", frame(request, "doubtful") | context)


@desk(Right.HANDLE_QUARANTINE)
@require_POST
def attend(request: HttpRequest) -> HttpResponseBase:
    """Attend the chosen ones as anybody's: they get a case, a code and a promise."""
    codes: list[str] = []
    for found in _chosen(request, request.POST.getlist("entrega")):
        try:
            received = line.retry_delivery(actor_of(request), found.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            continue
        if received.state == "handled":
            codes += received.case_codes
        else:
            messages.warning(request, _("Quedó en espera: se vuelve a intentar en unos minutos."))
    if codes:
        messages.success(request, _("Se atiende: %(codes)s.") % {"codes": ", ".join(codes)})
    elif not request.POST.getlist("entrega"):
        messages.warning(request, _("Elegí al menos un mensaje."))
    return redirect("desk:conversation", codes[0]) if len(codes) == 1 else redirect("desk:doubtful")


@desk(Right.HANDLE_QUARANTINE)
def discard(request: HttpRequest) -> HttpResponseBase:
    """Put the chosen ones away, saying why, and block who wrote them if asked."""
    asked = request.POST if request.method == "POST" else request.GET
    found = _chosen(request, asked.getlist("entrega"))
    if not found:
        messages.warning(request, _("Elegí al menos un mensaje."))
        return redirect("desk:doubtful")
    form = DiscardDoubtfulForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = doubting.discard_all(actor_of(request), found, form.words)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext("Se descartó %(count)d mensaje.", "Se descartaron %(count)d mensajes.", count)
            messages.success(request, said % {"count": count})
            if form.cleaned_data["block"]:
                _block_writers(request, found, form.words)
            return redirect("desk:doubtful")
    context = {"lines": [_line(one) for one in found], "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "desk/doubtful_discard.html", frame(request, "doubtful") | context, status=status)


def _block_writers(request: HttpRequest, found: "list[InboundDelivery]", note: str) -> None:
    """Each address once; one that cannot be blocked does not undo the others."""
    for body_id, sender in dict.fromkeys((one.public_body_id, (one.doubt or {}).get("sender", "")) for one in found):
        try:
            doubting.block(actor_of(request), body_id, "address", sender, note=note)
        except Refused as refusal:
            messages.warning(request, f"{sender}: {refusal}")


def _chosen(request: HttpRequest, numbers: list[str]) -> "list[InboundDelivery]":
    """The doubtful ones among those, that this person may decide on."""
    wanted = dict.fromkeys(int(one) for one in numbers[:PAGE_ROWS] if one.isascii() and one.isdigit() and len(one) < 19)
    found = [delivery_to_decide(request, number) for number in wanted]
    return [one for one in found if one.state == "doubtful"]
