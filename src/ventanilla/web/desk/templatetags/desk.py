"""Filters of the desk's templates."""

from typing import Any

from django import template

from ventanilla.web.desk.addresses import address_words

register = template.Library()


@register.filter
def said(address: Any) -> str:
    """An address as people read it; it has a kind and a value."""
    if isinstance(address, dict):
        return address_words(address.get("kind", ""), address.get("value", ""))
    return address_words(address.kind, address.value)
