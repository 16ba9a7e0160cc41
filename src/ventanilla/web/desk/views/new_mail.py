"""A mail that an agent begins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.accounts.sight import has_channel
from ventanilla.catalogue import queries as catalogue
from ventanilla.flow import reply as writing
from ventanilla.flow.errors import Refused
from ventanilla.intake import queries as intake
from ventanilla.web.desk.access import desk, in_sight
from ventanilla.web.desk.forms import NewMailForm
from ventanilla.web.desk.frame import frame
from ventanilla.web.matters import actor_of, standing_of


@desk(Right.ANSWER)
def begin(request: HttpRequest) -> HttpResponseBase:
    """It goes out from an account of a body in which this person may answer, and makes a case of its own."""
    initial = {"to": request.GET.get("para", "")[:320], "type": "information"}
    form = NewMailForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        account = intake.account(data["account"])
        who = standing_of(request)
        if (
            account is None
            or not who.may(Right.ANSWER, account.public_body_id)
            or not has_channel(who.sight, account.public_body_id, account.channel)
        ):
            form.add_error("account", _("No podés enviar desde esa cuenta."))
        elif not _has_service(account.public_body_id, data["service"]):
            form.add_error("service", _("Ese servicio es de otro organismo que la cuenta."))
        else:
            try:
                case = writing.begin_mail(
                    actor_of(request),
                    account.pk,
                    data["to"],
                    data["copies"],
                    data["subject"],
                    data["text"],
                    files=data["attachments"],
                    type=data["type"],
                    service_id=data["service"],
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("El correo está en camino."))
                # Whoever attends nobody herself begins some matters that are another unit's to go on with.
                return redirect("desk:conversation", case.code) if in_sight(request, [case]) else redirect("desk:queue")
    return _page(request, form)


def _has_service(body_id: int, service_id: int | None) -> bool:
    """A shared centre's agent sees the services of several bodies."""
    if service_id is None:
        return True
    service = catalogue.service(service_id)
    return service is not None and service.public_body_id == body_id


def _page(request: HttpRequest, form: NewMailForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "desk/new_mail.html", {**frame(request), "form": form}, status=status)
