"""Filters of the desk's templates."""

from typing import Any

from django import template

from ventanilla.routing import queries as routing
from ventanilla.web.desk.addresses import address_words

register = template.Library()


@register.filter
def said(address: Any) -> str:
    """An address as people read it; it has a kind and a value."""
    if isinstance(address, dict):
        return address_words(address.get("kind", ""), address.get("value", ""))
    return address_words(address.kind, address.value)


@register.filter
def language_words(code: str) -> str:
    """The name of a language that a person may need."""
    name = str(dict(routing.LANGUAGES).get(code, code))
    return name[:1].upper() + name[1:]
