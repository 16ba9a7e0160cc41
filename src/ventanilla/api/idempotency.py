"""A request that creates something may be sent twice, on a bad line, and be done once (`Idempotency-Key`)."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import HeaderEx, P
from ninja.responses import Status

from ventanilla.accounts import actions as accounts
from ventanilla.api.authentication import caller_if_any
from ventanilla.api.problems import Problem

if TYPE_CHECKING:
    from ventanilla.accounts.models import IdempotencyKey as Row
    from ventanilla.organisation.models import PublicBody

IdempotencyKey = HeaderEx[
    str | None,
    P(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="El mismo pedido con la misma clave, antes de 24 horas, recibe la misma respuesta y no se repite.",
    ),
]
"""A view's parameter; give it None for a default."""


def once(
    request: HttpRequest,
    key: str | None,
    work: Callable[[], Status[Any]],
    *,
    body: bytes | None = None,
    is_repeatable: bool = False,
) -> Status[Any] | HttpResponse:
    """Do the work, unless the key's first request was answered already: then give that answer again.

    Work and answer commit together, so that a crash leaves neither. `is_repeatable` work (its own transactions,
    harmless when done again) runs outside. `body` stands for the request's, when that was read as a stream. Raises
    Problem 422.
    """
    if key is None:
        return work()
    if is_repeatable:
        row = claim(request, key, body=body)
        if row.response_status is None:
            answer = work()
            accounts.keep_answer(row, answer.status_code, answer.value.model_dump(mode="json"))
            return answer
        return again(row.response_status, row.response_body)
    with transaction.atomic():
        row = claim(request, key, body=body)
        if row.response_status is None:
            answer = work()
            accounts.keep_answer(row, answer.status_code, answer.value.model_dump(mode="json"))
            return answer
    return again(row.response_status, row.response_body)


@transaction.atomic
def claim(
    request: HttpRequest, key: str, *, body: bytes | None = None, public_body: "PublicBody | None" = None
) -> "Row":
    """The key's row; `response_status` is None as long as nothing was answered. Without a token the key is the
    `public_body`'s. Raises Problem 422."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body if body is None else body)
    who = caller_if_any(request)
    owner = who.token if who is not None else public_body
    if owner is None:
        raise Problem(401)
    try:
        return accounts.claim_idempotency_key(owner, key, digest.hexdigest())
    except accounts.KeyUsedForAnotherRequest as problem:
        raise Problem(422, _("Esta Idempotency-Key ya se usó para otro pedido.")) from problem


def again(status: int, body: Any) -> HttpResponse:
    """An answer that was given before."""
    response = JsonResponse(body, status=status)
    response["Idempotent-Replayed"] = "true"
    return response
