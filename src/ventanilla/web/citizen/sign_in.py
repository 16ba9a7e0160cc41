"""Usuario gub.uy: leave for it, come back with an identity, and leave it for good.

What the session keeps meanwhile: one use of `state`, `nonce` and `verifier` for each attempt, and afterwards the
id_token, which the provider asks for at the end. Nothing of this is logged.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ventanilla.accounts.gubuy import Level, NoIdentity, acr_of, identity
from ventanilla.kit import clock
from ventanilla.kit.openid import flow
from ventanilla.kit.openid.provider import Provider, ProviderNotBelieved, ProviderUnreachable
from ventanilla.web.citizen import drafting, opened, receipts, session
from ventanilla.web.citizen.page import page, portal

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

ATTEMPTS = "gubuy_attempts"
ID_TOKEN = "gubuy_id_token"  # noqa: S105 # the name of its place
ATTEMPT_SECONDS = 15 * 60
ATTEMPTS_MAX = 5
"""Tabs that may be under way at once; the oldest gives way."""
GOODBYE_SALT = "citizen.gubuy.goodbye"
GOODBYE_SECONDS = 15 * 60
PARAMETER_MAX_CHARACTERS = 4096
OWN_REQUESTS = "/solicitudes/"
"""«Mis solicitudes» (interface.md section 5)."""

FAILURES = {
    "off": (404, _("Acá todavía no se puede ingresar con Usuario gub.uy"), ""),
    "stale": (
        400,
        _("Hay que empezar de nuevo"),
        _("Pasó demasiado tiempo, o esta página se abrió dos veces. Por seguridad, cada ingreso sirve una sola vez."),
    ),
    "cancelled": (
        403,
        _("No llegaste a ingresar"),
        _("Cancelaste el ingreso en Usuario gub.uy, o no aceptaste compartir tus datos. No recibimos nada."),
    ),
    "refused": (
        502,
        _("Usuario gub.uy no nos dejó seguir"),
        _("Respondió que no puede atender este ingreso. No es por algo que hayas hecho."),
    ),
    "unreachable": (
        503,
        _("Usuario gub.uy no está respondiendo"),
        _("Suele durar poco. Probá de nuevo en unos minutos."),
    ),
    "not_believed": (
        502,
        _("No pudimos confirmar quién sos"),
        _("La respuesta que llegó no pasó nuestros controles y no la usamos. Quedó anotado para quien administra."),
    ),
    "nameless": (
        502,
        _("Usuario gub.uy no nos dijo quién sos"),
        _("La respuesta llegó sin tu documento. Quedó anotado para quien administra."),
    ),
}
"""Kind of failure to status, heading and explanation."""


@portal("whoever is not signed in yet has to come in here")
@never_cache
@require_GET
def start(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """What is going to happen and why; `nivel` is the level to ask for, `siguiente` where to go on afterwards."""
    if settings.OPENID_PROVIDER is None:
        return _failed(request, body, "off")
    level = _asked_level(request)
    context = {
        "needs_more": level >= Level.INTERMEDIATE,
        "address": flow.with_query(reverse("gubuy:go"), {"nivel": str(int(level)), "siguiente": _next_of(request)}),
    }
    return page(request, body, "citizen/gubuy/start.html", context)


@portal("leads to the provider, and shows nothing")
@never_cache
@require_GET
def go(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Leave for the provider."""
    provider: Provider | None = settings.OPENID_PROVIDER
    if provider is None:
        return _failed(request, body, "off")
    level = _asked_level(request)
    url, attempt = flow.leave(provider, _return_url(request), acr_values=acr_of(level))
    kept = dict(list(request.session.get(ATTEMPTS, {}).items())[-(ATTEMPTS_MAX - 1) :])
    kept[attempt.state] = {
        **asdict(attempt),
        "level": int(level),
        "next": _next_of(request),
        "began_at": clock.now().timestamp(),
    }
    request.session[ATTEMPTS] = kept
    return HttpResponseRedirect(url)


@portal("believes only what the provider signed for an attempt of this browser")
@never_cache
@require_GET
def come_back(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """Back from the provider, with a code or with an error."""
    provider: Provider | None = settings.OPENID_PROVIDER
    kept = _take_attempt(request)
    # Providers were seen that forget the state when the person says no.
    is_no = request.GET.get("error") == "access_denied" and (kept is not None or "state" not in request.GET)
    if is_no:
        return _failed(request, body, "cancelled", kept)
    if provider is None or kept is None:
        return _failed(request, body, "stale")
    if "error" in request.GET:
        return _failed(request, body, "refused", kept)
    code = request.GET.get("code", "")
    if not code or len(code) > PARAMETER_MAX_CHARACTERS:
        return _failed(request, body, "stale", kept)
    attempt = flow.Attempt(kept["state"], kept["nonce"], kept["verifier"])
    try:
        signed_in = flow.come_back(
            provider, attempt, code=code, return_url=_return_url(request), issuer=request.GET.get("iss", "")
        )
        person = identity(signed_in.claims, signed_in.userinfo)
    except ProviderUnreachable as problem:
        return _failed(request, body, "unreachable", kept, reason=problem.reason)
    except ProviderNotBelieved as problem:
        return _failed(request, body, "not_believed", kept, reason=problem.reason)
    except NoIdentity:
        return _failed(request, body, "nameless", kept, reason="no_uid")
    # Whoever sat here before is not this person; and a session's key that somebody planted is worth nothing now.
    opened.close_all(request)
    receipts.forget(request)
    request.session.cycle_key()
    session.prove(request, person.addresses, level=int(person.level), name=person.name)
    request.session[ID_TOKEN] = signed_in.id_token
    if person.level < kept["level"]:
        return _too_low(request, body, kept)
    return redirect(kept["next"])


@portal("ends the session of whoever asks")
@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    """End the session here, and then the provider's; both come back to this page.

    Where the session here has ended already, as by the button of every page, the provider's follows without a question.
    """
    is_in = session.proven(request).is_signed_in
    if request.method == "GET" and (is_in or ID_TOKEN not in request.session):
        context = {"is_back": _is_goodbye(request.GET.get("state", "")), "is_in": is_in}
        return page(request, body, "citizen/gubuy/left.html", context)
    id_token = request.session.pop(ID_TOKEN, "")
    request.session.pop(ATTEMPTS, None)
    opened.close_all(request)
    drafting.discard(request)
    receipts.forget(request)
    request.session.cycle_key()
    provider: Provider | None = settings.OPENID_PROVIDER
    url = ""
    if provider is not None and id_token:
        back_to = request.build_absolute_uri(reverse("gubuy:leave"))
        url = flow.leave_for_good(provider, id_token, back_to, signing.dumps("", salt=GOODBYE_SALT))
    if not url:
        return redirect("gubuy:leave")
    # Not a redirect: browsers hold each stop of a form's way against form-action, and the provider's are its own.
    response = page(request, body, "citizen/gubuy/leaving.html", {"address": url})
    response["Refresh"] = f"0; url={url}"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _return_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("gubuy:come_back"))


def _asked_level(request: HttpRequest) -> Level:
    given = request.GET.get("nivel", "")
    return Level(int(given)) if given in ("1", "2", "3") else Level.REGISTERED


def _next_of(request: HttpRequest) -> str:
    """Where to go on: a path of ours, or her requests."""
    given = request.GET.get("siguiente", "")
    is_ours = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if is_ours and len(given) <= PARAMETER_MAX_CHARACTERS else OWN_REQUESTS


def _take_attempt(request: HttpRequest) -> dict[str, Any] | None:
    """The attempt that this return belongs to, once."""
    attempts = request.session.get(ATTEMPTS, {})
    kept: dict[str, Any] | None = attempts.pop(request.GET.get("state", ""), None)
    if kept is None:
        return None
    request.session[ATTEMPTS] = attempts
    # Before the provider is asked: a second return with this state finds nothing, however slow the first one is.
    storage = request.session
    storage.save()
    return kept if 0 <= clock.now().timestamp() - kept["began_at"] <= ATTEMPT_SECONDS else None


def _is_goodbye(state: str) -> bool:
    try:
        signing.loads(state, salt=GOODBYE_SALT, max_age=GOODBYE_SECONDS)
    except signing.BadSignature:
        return False
    return True


def _again(kept: dict[str, Any] | None) -> str:
    asked = {"nivel": str(kept["level"]), "siguiente": kept["next"]} if kept else {}
    return flow.with_query(reverse("gubuy:start"), asked) if asked else reverse("gubuy:start")


def _failed(
    request: HttpRequest, body: "PublicBody", kind: str, kept: dict[str, Any] | None = None, *, reason: str = ""
) -> HttpResponse:
    status, heading, explanation = FAILURES[kind]
    if reason:
        structlog.get_logger(__name__).warning("gubuy_sign_in_failed", kind=kind, reason=reason)
    context = {"heading": heading, "explanation": explanation, "again": "" if kind == "off" else _again(kept)}
    response = page(request, body, "citizen/gubuy/failed.html", context, status=status)
    # The address of this page holds what the provider sent with the browser.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _too_low(request: HttpRequest, body: "PublicBody", kept: dict[str, Any]) -> HttpResponse:
    response = page(request, body, "citizen/gubuy/too_low.html", {"again": _again(kept)}, status=403)
    response["Referrer-Policy"] = "no-referrer"
    return response
