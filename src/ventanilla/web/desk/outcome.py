"""What an action answers: back to the conversation with a word, or the refusal in the form."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from ventanilla.flow.errors import Refused
from ventanilla.web.desk.frame import frame
from ventanilla.web.desk.selection import kept_query

if TYPE_CHECKING:
    from ventanilla.cases.models import Case


def back_to(request: HttpRequest, code: str, said: str = "", *, anchor: str = "") -> HttpResponseBase:
    """The conversation again, with the queue as it was."""
    if said:
        messages.success(request, said)
    query = kept_query(request.GET.dict())
    return redirect(reverse("desk:conversation", args=[code]) + (f"?{query}" if query else "") + anchor)


def attempt(request: HttpRequest, case: "Case", action: Callable[[], Any], said: str) -> HttpResponseBase:
    """Do something that has no form, and go back to the conversation saying how it went."""
    try:
        action()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, case.code)
    return back_to(request, case.code, said)


def accepted(form: forms.Form, action: Callable[[], Any]) -> bool:
    """Do what a valid form asks; a refusal becomes the form's error, so that nothing typed is lost."""
    try:
        action()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """An action's form: alone for the dialog that asks for it, else as a page of its own."""
    is_alone = bool(request.headers.get("HX-Request"))
    status = 422 if context["form"].errors else 200
    context = {"form_template": template, "query": kept_query(request.GET.dict()), **context}
    if is_alone:
        return render(request, template, context, status=status)
    return render(request, "desk/action.html", {**frame(request), **context}, status=status)
