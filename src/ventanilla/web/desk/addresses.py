"""How an address is said at the desk. Some are no address to read: a page has a number of ours, an identity an id."""

from typing import Any

from django.utils.translation import gettext as _

from ventanilla.flow.ways import IDENTITIES, PAGE
from ventanilla.messages import documents
from ventanilla.messages.contract import Address


def address_words(kind: str, value: str) -> str:
    """The address for people: as it is, or what stands for it."""
    if kind == PAGE:
        return _("su página")
    if kind in IDENTITIES:
        return identity_words(value)
    return value


def identity_words(value: str) -> str:
    """Who somebody is, as Usuario gub.uy says it: country, kind of document and number ("uy-ci-12345672")."""
    country, _dash, rest = value.partition("-")
    kind, _dash, number = rest.partition("-")
    names = {"ci": _("cédula"), "dni": _("DNI"), "psp": _("pasaporte")}
    if not number or kind not in names:
        return value
    if (country, kind) == ("uy", "ci"):
        return f"{names[kind]} {document_words(number)}"
    return f"{names[kind]} {number.upper()} ({country.upper()})"


def document_words(typed: str) -> str:
    """A document as people write it; what is none, as it was typed."""
    try:
        return documents.document(typed).shown
    except documents.NotADocument:
        return typed


def named(address: Address) -> str:
    """Somebody and where she is written to, for the line "Para"."""
    if address.kind == PAGE:
        return address.name or _("Sin nombre")
    words = address_words(address.kind, address.value)
    return f"{address.name} <{words}>" if address.name else words


def name_of(stored: Any) -> str:
    """What a stored address calls its holder; "" when it says nothing that a person could read."""
    if stored.get("name"):
        return str(stored["name"])
    return str(stored.get("value", "")) if stored.get("kind") not in (PAGE, *IDENTITIES) else ""
