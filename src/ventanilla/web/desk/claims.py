"""What the person of a case says of herself, and what is known to be true.

Everything that she fills in is a claim; an address is known to be hers once she opened what was mailed there, answered
it, or signed in (lessons.md 18).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ventanilla.cases import queries as cases
from ventanilla.flow.ways import IDENTITIES, MAILED, PAGE
from ventanilla.messages import documents
from ventanilla.privacy import queries as privacy
from ventanilla.web.desk.addresses import identity_words

if TYPE_CHECKING:
    from ventanilla.cases.models import Case, Entry, Participant
    from ventanilla.privacy.models import Consent

DIALLED = "+0123456789"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who Usuario gub.uy says she is, and since when this case knows it."""

    words: str
    proven_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claims:
    """`phone` is as she wrote it, `phone_link` what a telephone dials."""

    assistance: str = ""
    language: str = ""
    document: str = ""
    phone: str = ""
    phone_link: str = ""
    answered: str = ""
    identities: Sequence[Identity] = ()
    consents: "Sequence[Consent]" = ()
    is_anybody: bool = False
    """She left no address and proved none: whoever holds the link of her page."""


def claims_of(case: "Case", people: "Sequence[Participant]") -> tuple[Claims, dict[tuple[str, str], str]]:
    """What she said, and the state of each address that takes part. Two queries."""
    said = [entry for entry in cases.messages(case.pk) if entry.direction == "in"]
    facts: dict[str, str] = {}
    for entry in said:
        facts |= {name: value for name, value in entry.facts.items() if isinstance(value, str) and value}
    own = [person for person in people if not person.is_copied]
    filled_in = filled_in_by(said)
    phone = facts.get("phone", "")
    identities = [
        Identity(identity_words(person.value), person.proven_at)
        for person in own
        if person.kind in IDENTITIES and person.proven_at is not None
    ]
    claims = Claims(
        assistance=facts.get("assistance", ""),
        language=_language(facts.get("language", "")),
        document=_document_claim(facts.get("document", "")),
        phone=phone,
        phone_link="".join(sign for sign in phone if sign in DIALLED),
        answered=_answered(own) if filled_in else "",
        identities=identities,
        consents=privacy.consents_of(case.pk) if filled_in else (),
        is_anybody=bool(filled_in) and not identities and all(person.kind == PAGE for person in own),
    )
    return claims, {(person.kind, person.value): state_of(person, filled_in) for person in own}


def filled_in_by(entries: "Iterable[Entry]") -> frozenset[tuple[str, str]]:
    """The addresses that somebody gave in a form. Whoever writes by mail reads the answer in that mailbox; whoever
    fills in a form may name anybody's, and reads the answer on a page."""
    return frozenset(
        (entry.sender.get("kind", ""), entry.sender.get("value", ""))
        for entry in entries
        if entry.channel == PAGE and entry.direction == "in"
    )


def state_of(person: "Participant", filled_in: frozenset[tuple[str, str]]) -> str:
    """ "proven", "claimed", or "" where there is nothing to say."""
    if person.proven_at is not None:
        return "proven"
    return "claimed" if (person.kind, person.value) in filled_in else ""


def _answered(own: "Sequence[Participant]") -> str:
    """How she wants to be answered."""
    if any(person.kind == MAILED for person in own):
        return _("Por correo y en su página.")
    return _("En su página: no dejó correo.")


def _language(code: str) -> str:
    return {"en": _("inglés"), "es": _("español"), "pt": _("portugués"), "ugy": _("Lengua de Señas Uruguaya")}.get(
        code, code
    )


def _document_claim(typed: str) -> str:
    if not typed:
        return ""
    try:
        document = documents.document(typed)
    except documents.NotADocument:
        return _("Dice que su documento es %(number)s (sin comprobar)") % {"number": typed}
    words = {
        documents.DocumentKind.CEDULA: _("Dice que su cédula es %(number)s (sin comprobar)"),
        documents.DocumentKind.RUT: _("Dice que su RUT es %(number)s (sin comprobar)"),
    }.get(document.kind, _("Dice que su documento es %(number)s (sin comprobar)"))
    return words % {"number": document.shown}
