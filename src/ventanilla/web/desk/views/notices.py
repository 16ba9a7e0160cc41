"""What the house tells whoever is at the desk, and what she wants to be told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow.sight import seen_cases
from ventanilla.notices import actions
from ventanilla.notices import queries as notices
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.forms.noticing import PreferencesForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.notices import line_of
from ventanilla.web.desk.views.troubles import PAGE_ROWS, before, next_page
from ventanilla.web.matters import standing_of, user_id_of


@desk(Right.SEE_CASES)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first; what is about a case that she does not see any more is left out. `antes` is the keyset."""
    found = notices.page(user_id_of(request), before_id=before(request), limit=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    seen = {case.pk for case in seen_cases(standing_of(request), [one.case for one in shown if one.case is not None])}
    context = {
        "lines": [line_of(one) for one in shown if one.case_id is None or one.case_id in seen],
        "unread": notices.unread_count(user_id_of(request)),
        "next_page": next_page([one.pk for one in found]),
    }
    return render(request, "desk/notices.html", frame(request, "notices") | context)


@desk(Right.SEE_CASES)
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell by itself, with how many are unread; the page asks for it after it is shown."""
    return render(
        request, "desk/parts/bell.html", {"unread": notices.unread_count(user_id_of(request)), "is_live": True}
    )


@desk(Right.SEE_CASES)
@require_POST
def open_one(request: HttpRequest, notice_id: int) -> HttpResponseBase:
    """Read it, and go to what it is about."""
    found = notices.notice(user_id_of(request), notice_id)
    if found is None:
        messages.info(request, _("Ese aviso ya no está."))
        return redirect("desk:notices")
    actions.mark_read(user_id_of(request), [found.pk])
    return redirect(line_of(found).href)


@desk(Right.SEE_CASES)
@require_POST
def read_all(request: HttpRequest) -> HttpResponseBase:
    if actions.mark_read(user_id_of(request)):
        messages.success(request, _("Quedaron todos leídos."))
    return redirect("desk:notices")


@desk(Right.SEE_CASES)
def preferences(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    """Which notices she gets, where, and when her mail comes."""
    user_id = user_id_of(request)
    user: Any = request.user
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        choices=notices.choices([user_id])[user_id],
        rhythm=notices.rhythm(user_id),
    )
    if request.method == "POST" and form.is_valid():
        actions.set_preferences(user_id, form.wanted(), form.rhythm())
        messages.success(request, _("Guardamos qué avisos querés recibir."))
        return redirect("desk:notice_preferences")
    context = {"form": form, "has_address": bool(user.email)}
    return render(request, "desk/notice_preferences.html", frame(request, "notices") | context)
