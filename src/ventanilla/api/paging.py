"""Keyset pages: a cursor says where the last page ended, so that new rows never shift a list."""

import base64
import binascii
import json
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from ventanilla.api.problems import Problem, invalid_field

Item = TypeVar("Item")


class Asked(Schema):
    """Which page a program asks for."""

    cursor: str = Field(default="", max_length=200, description="El «next» de la página anterior; vacío: la primera.")
    limit: int = Field(default=40, ge=1, le=100, description="Cuántos por página.")


class Page(Schema, Generic[Item]):
    items: list[Item]
    next: str | None = Field(description="Para pedir la página siguiente; null si no hay más.")


def bad_cursor() -> Problem:
    return invalid_field("cursor", _("No es un cursor de esta lista: usá el «next» de una página."))


def encode(*position: Any) -> str:
    """An opaque cursor from the last row's position (JSON values)."""
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The position, one value of each kind. Raises Problem 422."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as problem:
        raise bad_cursor() from problem
    if not isinstance(position, list) or [type(value) for value in position] != list(kinds):
        raise bad_cursor()
    return position
