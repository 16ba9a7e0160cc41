"""A stand-in for Usuario gub.uy in demo mode, so that signing in can be seen without a client of AGESIC's.

It speaks the same protocol over the network as the real one; nothing in the house knows that it is not.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ventanilla.accounts.doors import public
from ventanilla.accounts.gubuy import ACR_PREFIX
from ventanilla.kit import clock
from ventanilla.kit.openid.flow import with_query
from ventanilla.kit.openid.provider import Provider
from ventanilla.kit.openid.tokens import half_hash

CODE_SALT = "demo.gubuy.code"
ACCESS_SALT = "demo.gubuy.access"
CODE_SECONDS = 60
TOKEN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Person:
    """Invented; the numbers are the rule's own examples. `email` is somebody's of the demo's story."""

    sub: str
    names: tuple[str, ...]
    number: str
    email: str
    level: int
    shown_level: Any

    @property
    def name(self) -> str:
        return " ".join(self.names)

    @property
    def claims(self) -> dict[str, Any]:
        return {
            "sub": self.sub,
            "uid": f"uy-ci-{self.number}",
            "nombre_completo": self.name,
            "primer_nombre": self.names[0],
            "primer_apellido": self.names[-1],
            "pais_documento": "uy",
            "tipo_documento": "ci",
            "numero_documento": self.number,
            "email": self.email,
            "email_verified": True,
        }


PEOPLE = {
    person.sub: person
    for person in (
        Person("1", ("Silvia", "Bentancor"), "12345672", "silvia.bentancor@vera.example", 2, _("nivel intermedio")),
        Person("2", ("Óscar", "Techera"), "10000020", "oscar.techera@correo.example", 1, _("nivel básico")),
        Person("3", ("Estela", "Píriz"), "11111111", "estela.piriz@mail.example", 0, _("recién registrada")),
    )
}


@public("the demo's people are invented")
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Choose who to be. The choice becomes a code that serves for a minute."""
    asked = request.GET
    provider: Provider | None = settings.OPENID_PROVIDER
    back = asked.get("redirect_uri", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    if provider is None or asked.get("client_id") != provider.client_id or not is_ours:
        return HttpResponseBadRequest()
    if request.method == "GET":
        wanted = asked.get("acr_values", "").removeprefix(ACR_PREFIX)
        return render(request, "demo/gubuy.html", {"people": PEOPLE.values(), "wants_more": wanted in ("2", "3")})
    person = PEOPLE.get(request.POST.get("persona", ""))
    answer = {"state": asked.get("state", "")}
    if person is None:
        answer["error"] = "access_denied"
    else:
        kept = {"sub": person.sub, "nonce": asked.get("nonce", ""), "back": back}
        kept["challenge"] = asked.get("code_challenge", "")
        answer["code"] = signing.dumps(kept, salt=CODE_SALT)
    return HttpResponseRedirect(with_query(back, answer))


@public("asks for the demo's client")
@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The id_token and the access token for a code."""
    provider: Provider | None = settings.OPENID_PROVIDER
    if provider is None or not _is_client(request, provider):
        return JsonResponse({"error": "invalid_client"}, status=401)
    try:
        kept = signing.loads(request.POST.get("code", ""), salt=CODE_SALT, max_age=CODE_SECONDS)
    except signing.BadSignature:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    digest = hashlib.sha256(request.POST.get("code_verifier", "").encode()).digest()
    is_hers = not kept["challenge"] or hmac.compare_digest(kept["challenge"], _urlsafe(digest))
    if not is_hers or kept["back"] != request.POST.get("redirect_uri"):
        return JsonResponse({"error": "invalid_grant"}, status=400)
    access_token = signing.dumps(kept["sub"], salt=ACCESS_SALT)
    return JsonResponse(
        {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": _id_token(provider, kept, access_token),
        }
    )


def _is_client(request: HttpRequest, provider: Provider) -> bool:
    joined = base64.b64encode(f"{provider.client_id}:{provider.client_secret}".encode()).decode()
    return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Basic {joined}".encode())


def _id_token(provider: Provider, kept: Mapping[str, str], access_token: str) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": min(provider.issuers),
        "aud": provider.client_id,
        "sub": kept["sub"],
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "nonce": kept["nonce"],
        "acr": f"{ACR_PREFIX}{PEOPLE[kept['sub']].level}",
        "at_hash": half_hash(access_token),
    }
    return jwt.encode(claims, _key(), "RS256", headers={"kid": _published()["kid"]})


@public("asks for an access token of the demo")
@require_GET
def userinfo(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        person = PEOPLE[signing.loads(given, salt=ACCESS_SALT, max_age=TOKEN_SECONDS)]
    except signing.BadSignature:
        return JsonResponse({"error": "invalid_token"}, status=401)
    return JsonResponse(person.claims)


@public("public keys")
@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"keys": [_published()]})


@public("leads back, and shows nothing")
@require_GET
def logout(request: HttpRequest) -> HttpResponse:
    """There is no session to end; back to where the person came from."""
    back = request.GET.get("post_logout_redirect_uri", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return HttpResponseBadRequest()
    return HttpResponseRedirect(with_query(back, {"state": request.GET.get("state", "")}))


@cache
def _key() -> rsa.RSAPrivateKey:
    """Made anew in each process: it signs for minutes."""
    return rsa.generate_private_key(65537, 2048)


@cache
def _published() -> dict[str, Any]:
    made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_key().public_key()))
    kid = hashlib.sha256(made["n"].encode()).hexdigest()[:16]
    return {**made, "kid": kid, "use": "sig", "alg": "RS256"}


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
