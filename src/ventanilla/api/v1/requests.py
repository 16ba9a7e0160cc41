"""A request to a body, from any program: a person's own, another portal, an app of the neighbourhood."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AfterValidator, ConfigDict, Field

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.doors import public
from ventanilla.api.authentication import anybody, caller_if_any
from ventanilla.api.idempotency import IdempotencyKey, again, claim
from ventanilla.api.problems import Problem, documented, invalid_field
from ventanilla.api.v1.cases import Type
from ventanilla.api.v1.values import Text
from ventanilla.cases import queries as cases
from ventanilla.flow import at_once, keys
from ventanilla.flow import portal as flow
from ventanilla.flow.portal import Filed, Request
from ventanilla.intake.actions import NotStored
from ventanilla.kit.limits import client_network
from ventanilla.messages import documents
from ventanilla.messages.typed import PHONE_MAX_CHARACTERS, is_phone, seen
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope

if TYPE_CHECKING:
    from ventanilla.accounts.models import IdempotencyKey as Row
    from ventanilla.organisation.models import PublicBody

Filing = Callable[["PublicBody", Request, dict[str, Any]], Filed]
router = Router(tags=["requests"])

REQUESTS_OF_AN_ADDRESS = "120/m"
"""Far more than people behind one address send; a program that files for many people shows a token."""
RETRY_AFTER_SECONDS = 30
SUBJECT_MAX_CHARACTERS = 150
NAME_MAX_CHARACTERS = 150
EMAIL_MAX_CHARACTERS = 254


def _email(text: str) -> str:
    email = seen(text).strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as problem:
            raise ValueError(_("No es una dirección de correo completa, como nombre@correo.com.uy.")) from problem
    return email


def _phone(text: str) -> str:
    phone = seen(text).strip()
    if phone and not is_phone(phone):
        raise ValueError(_("No es un número de teléfono: escribilo con números, como 099 123 456."))
    return phone


def _document(text: str) -> str:
    typed = seen(text).strip()
    try:
        return documents.document(typed).shown if typed else ""
    except documents.NotADocument as problem:
        raise ValueError(_(str(problem))) from problem


def _accepted(is_accepted: bool) -> bool:
    if not is_accepted:
        raise ValueError(_("Sin aceptar el aviso de privacidad (/privacidad/) no se puede mandar la solicitud."))
    return True


def _line(text: str) -> str:
    return " ".join(seen(text).split())


class PersonIn(Schema):
    """Who asks, as she says. All optional, unless the body takes no anonymous requests."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=NAME_MAX_CHARACTERS), AfterValidator(_line)] = ""
    email: Annotated[
        str,
        Field(max_length=EMAIL_MAX_CHARACTERS, description="Ahí se manda el acuse y la respuesta."),
        AfterValidator(_email),
    ] = ""
    phone: Annotated[
        str, Field(max_length=PHONE_MAX_CHARACTERS, description="Como 099 123 456."), AfterValidator(_phone)
    ] = ""
    document: Annotated[
        str,
        Field(max_length=documents.TYPED_MAX_CHARACTERS, description="Cédula, RUT u otro; se controla el verificador."),
        AfterValidator(_document),
    ] = ""


class RequestIn(Schema):
    model_config = ConfigDict(extra="forbid")

    type: Type
    subject: Annotated[
        str,
        Field(max_length=SUBJECT_MAX_CHARACTERS, description="Vacío: las primeras palabras del texto."),
        AfterValidator(_line),
    ]
    text: Annotated[Text, AfterValidator(seen)]
    service: str | None = Field(default=None, max_length=50, description="Identificador del servicio.")
    contact: PersonIn
    accept_privacy: Annotated[
        bool,
        Field(
            strict=True,
            description="La persona leyó el aviso de privacidad (/privacidad/) y lo acepta.",
            json_schema_extra={"const": True},
        ),
        AfterValidator(_accepted),
    ]
    body: str | None = Field(
        default=None,
        max_length=50,
        description="Identificador del organismo; solo si la instalación atiende varios y la dirección no dice cuál.",
    )


class RequestOut(Schema):
    code: str
    url: str = Field(description="Abre la solicitud a quien la tenga: es como una llave.")
    promised_at: datetime | None = Field(description="Para cuándo se promete una respuesta; null si no hay plazo.")


class ReceiptOut(Schema):
    state: Literal["doubtful", "waiting"] = Field(
        description="«waiting»: guardada, se atiende enseguida. «doubtful»: la mira una persona antes de abrirla."
    )
    receipt: int = Field(description="Identifica lo guardado.")


@router.post(
    "/requests",
    response={201: RequestOut, 202: ReceiptOut},
    auth=anybody("api.requests", REQUESTS_OF_AN_ADDRESS),
    operation_id="file_request",
    openapi_extra={"security": [{}, {"BearerToken": []}], **documented(400, 409, 413, 415, 422, 503)},
    summary="Hacer una solicitud",
)
@public("self-service is everybody's; it answers with the key of the case that it has just opened, and no other")
def file_request(
    request: HttpRequest, payload: RequestIn, idempotency_key: IdempotencyKey = None
) -> Status[Any] | HttpResponse:
    """No hace falta token. Va por el portal del organismo que atiende en esta dirección."""
    body = _body(request, payload)
    with scope({body.pk}):
        asked = _asked(body, payload)
        if idempotency_key is None:
            return _answer(body, _file(request, body, asked, at_once.file_soon))
        row = claim(request, idempotency_key, public_body=body)
        asked = _with_id_of(row, asked)
        if row.response_status is not None:
            return again(row.response_status, _answered_before(request, body, asked, row.response_body or {}))
        filed = _file(request, body, asked, flow.file_request)
        answer = _answer(body, filed)
        accounts.keep_answer(row, answer.status_code, _kept(request, answer, filed))
        return answer


def _body(request: HttpRequest, payload: RequestIn) -> "PublicBody":
    """The body that is asked. Raises Problem 422."""
    if payload.body:
        named = organisation.body(payload.body)
        if named is None or not named.is_active:
            raise invalid_field("body", _("No hay un organismo con ese identificador."))
        return named
    found = at_once.body_at(split_domain_port(request.get_host())[0])
    if found is None:
        raise invalid_field("body", _("Acá atienden varios organismos: decí a cuál le escribís."))
    return found


def _asked(body: "PublicBody", payload: RequestIn) -> Request:
    """Raises Problem 422."""
    service = payload.service or ""
    front = at_once.front_of(body)
    if service and service not in front.service_ids:
        raise invalid_field("service", _("Este organismo no tiene un servicio con ese identificador."))
    if not payload.text.strip():
        raise invalid_field("text", _("No puede estar vacío."))
    person = payload.contact
    if not body.allows_anonymous and not (person.name or person.email):
        raise invalid_field("contact.name", _("Este organismo no recibe solicitudes anónimas: falta el nombre."))
    return Request(
        request_id=flow.new_request_id(),
        type=payload.type,
        text=payload.text,
        subject=payload.subject,
        service=service,
        name=person.name,
        email=person.email,
        phone=person.phone,
        document=person.document,
        notice_id=front.notice_id,
    )


def _with_id_of(row: "Row", asked: Request) -> Request:
    """Sent at the same moment by two lines with one key, it is the same request."""
    digest = salted_hmac("ventanilla.api.requests", str(row.pk), algorithm="sha256").hexdigest()
    return replace(asked, request_id=digest[:32])


def _file(request: HttpRequest, body: "PublicBody", asked: Request, file: Filing) -> Filed:
    """Raises Refused; and Problem 503."""
    envelope = {
        "door": "api",
        "blocked_network": at_once.front_of(body).sieve.network_of(request.META.get("REMOTE_ADDR") or ""),
    }
    try:
        return file(body, asked, envelope)
    except NotStored as problem:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise Problem(503, _("No se pudo guardar. Mandala otra vez en unos minutos."), headers=headers) from problem


def _answer(body: "PublicBody", filed: Filed) -> Status[Any]:
    if filed.case is None:
        state = "doubtful" if filed.state == "doubtful" else "waiting"
        return Status(202, ReceiptOut.model_validate({"state": state, "receipt": filed.delivery_id}))
    url = keys.case_link(body, filed.case, filed.key)
    return Status(201, RequestOut(code=filed.case.code, url=url, promised_at=filed.promised_at))


def _kept(request: HttpRequest, answer: Status[Any], filed: Filed) -> dict[str, Any]:
    """The answer without the key, which opens the case: of that a digest alone, to know it again. Another one tells
    from where it was asked."""
    kept: dict[str, Any] = answer.value.model_dump(mode="json")
    if filed.case is not None:
        del kept["url"]
        kept["key_digest"] = _digest(filed.key)
        kept["asked_from"] = _asked_from(request)
    return kept


def _answered_before(request: HttpRequest, body: "PublicBody", asked: Request, kept: dict[str, Any]) -> dict[str, Any]:
    """The same answer. Its key is made anew from the request; it has none once the case's keys were changed, nor for
    somebody elsewhere who happens to send the same words under the same short key."""
    if "key_digest" not in kept:
        return kept
    case = cases.by_code(kept["code"])
    key = flow.filers_key(case, asked) if case is not None else ""
    is_same = hmac.compare_digest(_digest(key), kept["key_digest"]) and kept.get("asked_from") == _asked_from(request)
    key = key if is_same else ""
    promised = kept["promised_at"]
    return {
        "code": kept["code"],
        "url": keys.code_link(body, kept["code"], key),
        # A moment, not its text: so that it is written as it was the first time.
        "promised_at": datetime.fromisoformat(promised) if promised else None,
    }


def _asked_from(request: HttpRequest) -> str:
    """The caller's token, or the network she writes from, as a keyed digest."""
    who = caller_if_any(request)
    place = f"token {who.token.pk}" if who is not None else f"network {client_network(request)}"
    return salted_hmac("ventanilla.api.asked_from", place, algorithm="sha256").hexdigest()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
