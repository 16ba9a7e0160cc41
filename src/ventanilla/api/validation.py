"""What is wrong with the data a program sent, field by field, in Spanish."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field


class FieldError(Schema):
    """One datum that does not serve."""

    field: str = Field(description="El nombre del dato; con puntos si está adentro de otro.")
    message: str


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """From pydantic's errors, whose `loc` is (source, parameter, field…)."""
    return [FieldError(field=_field(error["loc"]), message=_message(error)) for error in errors]


def _field(location: Sequence[str | int]) -> str:
    source, *rest = location
    if source == "body":
        # The next name is that of our own parameter, which the program does not know.
        rest = rest[1:]
    return ".".join(str(part) for part in rest) or str(source)


def _message(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("Falta este dato.")
        case "extra_forbidden":
            return _("Este dato no existe en esta operación.")
        case "string_type":
            return _("Tiene que ser un texto.")
        case "string_too_short":
            return _("No puede estar vacío.")
        case "string_too_long":
            return _("Puede tener hasta %(count)d caracteres.") % {"count": context["max_length"]}
        case "int_type" | "int_parsing" | "int_from_float":
            return _("Tiene que ser un número entero.")
        case "greater_than_equal":
            return _("Tiene que ser %(limit)s o más.") % {"limit": context["ge"]}
        case "less_than_equal":
            return _("Tiene que ser %(limit)s o menos.") % {"limit": context["le"]}
        case "literal_error" | "enum":
            return _("Tiene que ser uno de estos valores: %(values)s.") % {
                "values": context["expected"].replace(" or ", ", ")
            }
        case "model_attributes_type" | "model_type" | "dict_type":
            return _("El cuerpo tiene que ser un objeto JSON.")
        case "value_error":
            return str(context.get("error", "")) or _("Este valor no sirve.")
        case _:
            return _("Este valor no sirve.")


class NotStorable(ValueError):
    """A text with a character that is no character: NUL, or half of a surrogate pair."""


def refuse_unstorable(value: Any) -> None:
    """Look through a JSON value. Raises NotStorable."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\x00" in one or any("\ud800" <= character <= "\udfff" for character in one):
                raise NotStorable
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def read_json(body: bytes) -> Any:
    """Strict JSON: UTF-8, no NaN or Infinity. Raises ValueError (NotStorable among them) or RecursionError."""
    value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    refuse_unstorable(value)
    return value
