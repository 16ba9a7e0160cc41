"""The demo's mailbox: what Ventanilla sent, and a form to write to it as a person would."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ventanilla.accounts.doors import public
from ventanilla.delivery import queries as delivery
from ventanilla.demo.body import SLUG
from ventanilla.demo.mails import Writer, mail
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.intake import queries as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.kit import clock
from ventanilla.messages import codes
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

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])

    def clean_subject(self) -> str:
        return _one_line(self.cleaned_data["subject"])


def _one_line(text: str) -> str:
    """A header holds one line, whatever was pasted."""
    return " ".join(text.split())


@public("the demo's mailbox, in demo mode only")
@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """What was sent beside the form. `responder` is the mail to answer, `llego` the code a letter got."""
    body = get_object_or_404(PublicBody, slug=SLUG)
    with scope({body.pk}):
        account = next(iter(intake.accounts("email")), None)
        if account is None:
            raise Http404(_("La demostración no tiene una cuenta de correo."))
        form = LetterForm(request.POST or None, initial=_answering(request.GET.get("responder", "")))
        if request.method == "POST" and form.is_valid():
            try:
                content = _letter(account, form.cleaned_data)
            except ValueError:
                # The form takes addresses that the standard library will not write into a header.
                form.add_error("address", _("Probá con una dirección más simple."))
            else:
                return _send(request, account, content, form.cleaned_data["address"])
        context = {
            "form": form,
            "sent": delivery.newest(PAGE_LIMIT),
            "account": account,
            "arrived": codes.normalise(request.GET.get("llego", "")),
        }
        return render(request, "demo/mailbox.html", context, status=422 if form.errors else 200)


def _answering(outbox_id: str) -> dict[str, object]:
    """What the form begins with when the person answers one of our mails."""
    is_number = outbox_id.isascii() and outbox_id.isdigit() and len(outbox_id) < 19
    answered = delivery.by_id(int(outbox_id)) if is_number else None
    if answered is None or not answered.recipients:
        return {}
    recipient = answered.recipients[0]
    return {
        "name": recipient.get("name", ""),
        "address": recipient["value"],
        "subject": f"Re: {answered.subject}",
        "answers": answered.pk,
    }


def _letter(account: ChannelAccount, written: dict[str, Any]) -> bytes:
    """The mail as the person's program would write it. Raises ValueError."""
    answered = delivery.by_id(written["answers"]) if written["answers"] else None
    now = clock.now()
    return mail(
        Writer(written["name"], written["address"]),
        account.address,
        written["subject"],
        written["text"],
        now,
        f"demo.{now.timestamp():.6f}@correo.example",
        answers=answered.external_id if answered else "",
        references=answered.references if answered else (),
    )


def _send(request: HttpRequest, account: ChannelAccount, content: bytes, sender: str) -> HttpResponse:
    """Bring the letter to the door as a mail server would, and say what became of it."""
    stored = accept(account, content, {"mail_from": sender, "rcpt_to": [account.address]})
    received = receive_one(stored.delivery_id)
    if received.case_codes:
        return redirect(f"{reverse('demo:mailbox')}?{urlencode({'llego': received.case_codes[0]})}")
    messages.warning(request, received.problem or _("Llegó y espera su turno."))
    return redirect("demo:mailbox")
