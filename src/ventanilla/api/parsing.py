"""Reads what a program sends, before any schema looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from ventanilla.api.problems import Problem
from ventanilla.api.validation import NotStorable, read_json, refuse_unstorable

JSON_MAX_BYTES = 2 * 1024 * 1024
"""The longest text allowed, all of it escaped in twelve bytes a character, still fits. A raw delivery is no JSON."""


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        """Raises Problem: 415 when it is not announced as JSON, 413 when too large, 400 when it cannot be read."""
        media_type = request.content_type or ""
        if media_type != "application/json" and not media_type.endswith("+json"):
            raise Problem(415)
        if len(request.body) > JSON_MAX_BYTES:
            raise Problem(413, _("El JSON puede tener hasta %(count)d bytes.") % {"count": JSON_MAX_BYTES})
        try:
            return read_json(request.body)
        except NotStorable as problem:
            raise _unstorable() from problem
        except (ValueError, RecursionError) as problem:
            raise Problem(400) from problem

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """Raises Problem 400 for characters that no text can hold."""
        try:
            refuse_unstorable([value for _name, values in data.lists() for value in values])
        except NotStorable as problem:
            raise _unstorable() from problem
        return super().parse_querydict(data, list_fields, request)


def _unstorable() -> Problem:
    return Problem(400, _("Hay un carácter nulo o incompleto en un texto."))
