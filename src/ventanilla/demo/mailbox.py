"""The demo's mailbox: what Ventanilla sent, and a form to write to it as a person would."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ventanilla.delivery import queries as delivery
from ventanilla.demo.body import SLUG
from ventanilla.demo.mails import Writer, mail
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.intake import queries as intake
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope

PAGE_LIMIT = 20


class LetterForm(forms.Form):
    """A mail that a person writes; `answers` is one of the mails that we sent."""

    name = forms.CharField(label=gettext_lazy("Tu nombre"), max_length=100, required=False)
    address = forms.EmailField(label=gettext_lazy("Tu correo"), initial="persona@correo.example")
    subject = forms.CharField(label=gettext_lazy("Asunto"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Mensaje"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))
    answers = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    body = get_object_or_404(PublicBody, slug=SLUG)
    with scope({body.pk}):
        form = LetterForm(request.POST or None, initial=_answering(request.GET.get("responder", "")))
        if request.method == "POST" and form.is_valid():
            _send(request, form.cleaned_data)
            return redirect("demo:mailbox")
        account = next(iter(intake.accounts("email")), None)
        context = {"form": form, "sent": delivery.newest(PAGE_LIMIT), "account": account}
        return render(request, "demo/mailbox.html", context)


def _answering(outbox_id: str) -> dict[str, object]:
    """What the form begins with when the person answers one of our mails."""
    answered = delivery.by_id(int(outbox_id)) if outbox_id.isascii() and outbox_id.isdigit() else None
    if answered is None:
        return {}
    recipient = answered.recipients[0]
    return {
        "name": recipient["name"],
        "address": recipient["value"],
        "subject": f"Re: {answered.subject}",
        "answers": answered.pk,
    }


def _send(request: HttpRequest, written: dict[str, object]) -> None:
    """Bring the letter to the door as a mail server would, and say what became of it."""
    account = next(iter(intake.accounts("email")))
    answered = delivery.by_id(int(str(written["answers"]))) if written["answers"] else None
    now = clock.now()
    content = mail(
        Writer(str(written["name"]), str(written["address"])),
        account.address,
        str(written["subject"]),
        str(written["text"]),
        now,
        f"demo.{now.timestamp():.6f}@correo.example",
        answers=answered.external_id if answered else "",
        references=answered.references if answered else (),
    )
    stored = accept(account, content, {"mail_from": written["address"], "rcpt_to": [account.address]})
    received = receive_one(stored.delivery_id)
    if received.case_codes:
        messages.success(request, _("Llegó: es la solicitud %(code)s.") % {"code": received.case_codes[0]})
    else:
        messages.warning(request, received.problem or _("Llegó y espera su turno."))
