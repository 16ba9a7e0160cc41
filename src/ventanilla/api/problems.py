"""Every error of the API is a problem document (RFC 9457, `application/problem+json`), with its detail in Spanish."""

import json
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from ventanilla.api.validation import FieldError, field_errors
from ventanilla.flow.errors import Refused
from ventanilla.kit.limits import TooMany

logger = structlog.get_logger(__name__)

FRAMES_LOGGED = 6

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:ventanilla:problem:"

KINDS: dict[int, tuple[str, Any, Any]] = {
    400: ("bad-request", gettext_lazy("No se entiende lo enviado"), gettext_lazy("El cuerpo no es JSON válido.")),
    401: (
        "unauthenticated",
        gettext_lazy("Falta identificarse"),
        gettext_lazy("Mandá un token en el encabezado Authorization: Bearer …"),
    ),
    403: (
        "forbidden",
        gettext_lazy("No tenés permiso"),
        gettext_lazy("Tu rol en este organismo no permite hacer esto."),
    ),
    404: (
        "not-found",
        gettext_lazy("No existe"),
        gettext_lazy("No hay nada en esta dirección, o no está a tu alcance."),
    ),
    405: (
        "method-not-allowed",
        gettext_lazy("Método no permitido"),
        gettext_lazy("Esta dirección no acepta ese método."),
    ),
    409: ("refused", gettext_lazy("No se puede hacer"), gettext_lazy("El estado actual no lo permite.")),
    413: ("too-large", gettext_lazy("Demasiado grande"), gettext_lazy("El cuerpo supera el tamaño permitido.")),
    415: (
        "unsupported-media-type",
        gettext_lazy("Tipo de contenido no admitido"),
        gettext_lazy("Mandá el cuerpo como application/json."),
    ),
    422: ("invalid", gettext_lazy("Hay datos que no sirven"), gettext_lazy("Revisá los campos indicados en «errors».")),
    429: (
        "too-many-requests",
        gettext_lazy("Demasiados pedidos"),
        gettext_lazy("Esperá los segundos que dice Retry-After y probá de nuevo."),
    ),
    500: (
        "internal",
        gettext_lazy("Falló el sistema"),
        gettext_lazy("No se pudo completar. Quedó registrado; probá de nuevo más tarde."),
    ),
    503: ("unavailable", gettext_lazy("No disponible por ahora"), gettext_lazy("Probá de nuevo en unos minutos.")),
}
"""Status to the problem's name, title and usual detail."""


class ProblemOut(Schema):
    """A problem document (RFC 9457)."""

    type: str = Field(description=f"`{TYPE_PREFIX}` y el nombre del problema.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="La dirección que se pidió.")
    errors: list[FieldError] | None = Field(default=None, description="Solo con 422: cada dato que no sirve.")


class Problem(Exception):
    """An answer that is an error. `detail` is Spanish, for whoever writes the program; "" means the usual one."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def invalid_field(field: str, message: str) -> Problem:
    """422 about one field; for what only the database can tell."""
    return Problem(422, errors=[FieldError(field=field, message=message)])


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    name, title, usual_detail = KINDS[problem.status]
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + name,
        "title": str(title),
        "status": problem.status,
        "detail": problem.detail or str(usual_detail),
        "instance": request.path,
    }
    if problem.errors:
        document["errors"] = [error.model_dump() for error in problem.errors]
    response = HttpResponse(json.dumps(document, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="ventanilla"'
    for header, value in problem.headers.items():
        response[header] = value
    return response


def documented(*statuses: int) -> dict[str, Any]:
    """For `openapi_extra`: the problems that an operation may answer with; 401, 429 and 500 always."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {
        "responses": {
            status: {"description": str(KINDS[status][1]), "content": content}
            for status in sorted({401, 429, 500, *statuses})
        }
    }


def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """500. The log says what failed and where, never with which data: an exception's words may quote a person."""
    frames = [
        f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-FRAMES_LOGGED:]
    ]
    logger.error("api_failed", problem=type(error).__name__, where=frames)
    return respond(request, Problem(500))


def _from_ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses by itself; it wraps what our parser raised."""
    if isinstance(error.__cause__, Problem):
        return respond(request, error.__cause__)
    return respond(request, Problem(error.status_code if error.status_code in KINDS else 400))


def install(api: NinjaAPI) -> None:
    """Answer each exception that an operation may raise with its problem."""

    def handle(kind: type[Exception], answer: Any) -> None:
        api.add_exception_handler(kind, answer)

    handle(Exception, unforeseen)
    handle(Problem, respond)
    handle(Http404, lambda request, error: respond(request, Problem(404)))
    handle(HttpError, _from_ninja)
    handle(AuthenticationError, lambda request, error: respond(request, Problem(401)))
    handle(ValidationError, lambda request, error: respond(request, Problem(422, errors=field_errors(error.errors))))
    handle(
        TooMany,
        lambda request, error: respond(request, Problem(429, headers={"Retry-After": str(error.retry_seconds)})),
    )
    handle(Refused, lambda request, error: respond(request, Problem(409, str(error))))
    handle(RequestDataTooBig, lambda request, error: respond(request, Problem(413)))
    for kind in (BadRequest, SuspiciousOperation, UnreadablePostError):
        handle(
            kind,
            lambda request, error: respond(request, Problem(400, _("El pedido llegó incompleto o no tiene sentido."))),
        )
