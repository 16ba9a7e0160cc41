"""Contacts that are the same person."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import queries as cases
from ventanilla.contacts import queries as contacts
from ventanilla.flow import desk as line
from ventanilla.flow.errors import Refused
from ventanilla.messages import codes
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.forms import MergeContactForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.outcome import accepted
from ventanilla.web.matters import actor_of, require

if TYPE_CHECKING:
    from ventanilla.contacts.models import Contact


@desk(Right.MERGE_CONTACTS)
def merge(request: HttpRequest, contact_id: int) -> HttpResponseBase:
    """Choose among candidates, see both sides, then join them; `desde` is the case to go back to."""
    contact = _contact(request, contact_id)
    asked = request.GET.get("buscar", "").strip()[:200]
    candidates = [
        one for one in (contacts.search(asked) if asked else contacts.similar(contact)) if one.pk != contact.pk
    ]
    form = MergeContactForm(request.POST or None, candidates=_with_chosen(candidates, request.POST.get("other", "")))
    chosen = None
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen
        if chosen is None or chosen.public_body_id != contact.public_body_id:
            raise Http404
        if form.cleaned_data["is_sure"]:
            merged_id = chosen.pk
            if accepted(form, lambda: line.merge_contacts(actor_of(request), contact.pk, merged_id)):
                messages.success(request, _("Ahora son un solo contacto. Se puede deshacer desde esta página."))
                return redirect(_page_of(contact.pk, request))
    context = {
        "contact": contact,
        "form": form,
        "candidates": [_side(one) for one in candidates],
        "asked": asked,
        "mine": _side(contact),
        "chosen": _side(chosen) if chosen else None,
        "merges": _merges(contact.pk),
        "back_code": codes.normalise(request.GET.get("desde", "")),
        "query": request.GET.urlencode(),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    response: HttpResponse = render(request, "desk/merge_contacts.html", frame(request) | context, status=status)
    return response


@desk(Right.MERGE_CONTACTS)
@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponseBase:
    """Give both contacts back what was theirs."""
    contact_id = int(request.POST.get("contacto", "0") or 0) if request.POST.get("contacto", "0").isdigit() else 0
    contact = _contact(request, contact_id)
    if merge_id not in {one.pk for one in contacts.merges_of(contact.pk)}:
        raise Http404
    try:
        line.undo_contact_merge(actor_of(request), merge_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Se deshizo la unión: vuelven a ser dos contactos."))
    return redirect(_page_of(contact.pk, request))


def _contact(request: HttpRequest, contact_id: int) -> "Contact":
    contact = contacts.by_id(contact_id)
    if contact is None:
        raise Http404(_("No hay ningún contacto con ese número."))
    require(request, Right.MERGE_CONTACTS, contact.public_body_id)
    return contact


def _with_chosen(candidates: "list[Contact]", chosen: str) -> "list[Contact]":
    """The one that was chosen stays a choice, although the search that found it is gone."""
    if chosen.isascii() and chosen.isdigit() and int(chosen) not in {one.pk for one in candidates}:
        found = contacts.by_id(int(chosen))
        return [*candidates, found] if found else candidates
    return candidates


def _side(contact: "Contact") -> dict[str, Any]:
    """What tells one contact from another."""
    return {
        "contact": contact,
        "addresses": contacts.addresses(contact.pk),
        "cases": cases.cases_of_contact(contacts.family_ids(contact.pk), 5),
    }


def _merges(contact_id: int) -> list[dict[str, Any]]:
    merges = contacts.merges_of(contact_id)
    users = accounts.users_by_id({one.merged_by_id for one in merges})
    return [
        {"merge": one, "by": users[one.merged_by_id].display_name if one.merged_by_id in users else ""}
        for one in merges
    ]


def _page_of(contact_id: int, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("desk:merge_contacts", args=[contact_id]) + (f"?{query}" if query else "")
