"""Finding one's way back to a case: by code, by a link that is mailed, by a sign-in."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ventanilla.flow import at_once, proving, viewing
from ventanilla.kit.limits import limited
from ventanilla.web.citizen import drafting, opened, receipts, session
from ventanilla.web.citizen.forms.following import CodeForm, EmailForm
from ventanilla.web.citizen.page import page, portal

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

LINKS_OF_AN_ADDRESS = "3/20m"
"""Whoever is refused, be it for a stranger's asking, has a link in her mailbox that still works: they last longer."""


@portal("a code leads to a page that shows nothing of the person without her key")
@require_safe
def follow(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Asks for the code; with one, leads to its case."""
    form = CodeForm(request.GET if "codigo" in request.GET else None)
    if form.is_bound:
        limited(request, "portal.code", per_address="60/h")
        if form.is_valid():
            code = form.cleaned_data["codigo"]
            if at_once.case_by_code(code) is not None or at_once.is_coming(code):
                return redirect("citizen:case", code)
            form.add_error("codigo", _("No hay ninguna solicitud con ese código en este organismo."))
    return page(request, body, "citizen/following/follow.html", {"form": form}, status=400 if form.errors else 200)


@portal("asks for an address, and tells nobody whether it is known")
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Mails a link to whoever takes part in a case by that address; the page says the same to everybody."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        limited(request, "portal.proof", per_address="20/h", key=email, per_key=LINKS_OF_AN_ADDRESS)
        is_sent = proving.mail_link(body, email)
        return page(request, body, "citizen/following/sent.html", {"email": email, "is_sent": is_sent})
    context = {"form": form, "can_sign_in": settings.OPENID_PROVIDER is not None}
    return page(request, body, "citizen/following/lost.html", context, status=400 if form.errors else 200)


@portal("the link itself is what proves the address; it opens once, and by a click of the person's")
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, body: "PublicBody", token: str) -> HttpResponse:
    """Programs that look into mail open each link: only the button uses it."""
    limited(request, "portal.proof_link", per_address="60/h")
    if request.method != "POST":
        is_good = proving.is_good(body, token)
        return page(request, body, "citizen/following/proof.html", {"is_good": is_good}, status=200 if is_good else 410)
    address = proving.open_link(body, token)
    if address is None:
        return page(request, body, "citizen/following/proof.html", {"is_good": False}, status=410)
    # Whoever sat here before is not this person; and a session's key that somebody planted is worth nothing now.
    opened.close_all(request)
    receipts.forget(request)
    request.session.cycle_key()
    session.prove(request, [address], level=0, by=session.MAIL)
    return redirect("citizen:mine")


@portal("shows the cases of whoever proved an address or signed in, and nobody else's")
@require_safe
def mine(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    who = session.proven(request)
    context = {
        "cases": viewing.own_cases(body.pk, who.seen_as),
        "can_sign_in": settings.OPENID_PROVIDER is not None,
        "needs_more": bool(who.identities) and not who.seen_as,
    }
    return page(request, body, "citizen/following/mine.html", context)


@portal("forgets what this browser had proven")
@require_POST
def leave(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    is_signed_in = session.proven(request).is_signed_in
    opened.close_all(request)
    drafting.discard(request)
    receipts.forget(request)
    request.session.cycle_key()
    if is_signed_in:
        return redirect("gubuy:leave")
    return page(request, body, "citizen/following/left.html")
