"""Block who writes, from a case or from a doubtful message, and let her write again."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.flow import doubting
from ventanilla.flow.errors import Refused
from ventanilla.intake import queries as intake
from ventanilla.web.desk.access import case_to_answer, desk
from ventanilla.web.desk.forms import BlockForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.views.troubles import delivery_to_decide
from ventanilla.web.matters import actor_of, require

if TYPE_CHECKING:
    from ventanilla.cases.models import Case


@desk(Right.HANDLE_QUARANTINE)
def of_case(request: HttpRequest, code: str) -> HttpResponseBase:
    """Whoever wrote last in the case."""
    case = case_to_answer(request, code)
    require(request, Right.HANDLE_QUARANTINE, case.public_body_id)
    back = reverse("desk:conversation", args=[case.code])
    return _page(request, case.public_body_id, _sender_of(case), back, "queue")


def _sender_of(case: "Case") -> str:
    last = cases.last_inbound(case.pk)
    return str(last.sender.get("value", "")) if last is not None else ""


@desk(Right.HANDLE_QUARANTINE)
def of_delivery(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    found = delivery_to_decide(request, delivery_id)
    back = reverse("desk:doubtful_detail", args=[found.pk])
    return _page(request, found.public_body_id, str((found.doubt or {}).get("sender", "")), back, "doubtful")


def _page(request: HttpRequest, body_id: int, sender: str, back: str, door: str) -> HttpResponseBase:
    """What is blocked already, with its way back; else the form. Afterwards `back`."""
    if "@" not in sender:
        messages.warning(request, _("Quien escribe no tiene una dirección de correo que se pueda bloquear."))
        return redirect(back)
    blocks = intake.blocks_of(body_id, sender, sender.rpartition("@")[2])
    if request.method == "POST" and "desbloquear" in request.POST:
        for rule in blocks:
            doubting.unblock(actor_of(request), rule)
        messages.success(request, _("Ya no está bloqueada: lo próximo que escriba se atiende como siempre."))
        return redirect(back)
    form = BlockForm(request.POST or None, sender=sender)
    if request.method == "POST" and form.is_valid():
        kind, value = form.rule
        try:
            doubting.block(actor_of(request), body_id, kind, value, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error("what", str(refusal))
        else:
            messages.success(request, _("Se bloqueó %(value)s.") % {"value": value})
            return redirect(back)
    context = {"sender": sender, "blocks": blocks, "form": form, "back": back}
    return render(request, "desk/block.html", frame(request, door) | context, status=422 if form.is_bound else 200)
