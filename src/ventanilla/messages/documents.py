"""Identity documents that people type: cédula, RUT and those of other countries.

A document is a claim: that its number is well formed says nothing of who typed it. Sources: domain.md 3.1.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.uy import rut as rut_numbers

TYPED_MAX_CHARACTERS = 40
_SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015\u2212]+")
_CEDULA_WEIGHTS = (2, 9, 8, 7, 6, 3, 4)
_FOREIGN_CEDULA = re.compile(r"9[0-9]{8}\Z")
_CEDULA = re.compile(r"[1-9][0-9]{6,7}\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_OTHER = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}\Z")
_RUT_DIGITS = 12


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogues of translations; this room knows no Django to translate it with."""
    return text


class NotADocument(ValueError):
    """What was typed is no such document.

    `str()` says what to do in plain Spanish; it is a text of the catalogues, so doors pass it through gettext.
    """


class DocumentKind(StrEnum):
    CEDULA = "cedula"
    RUT = "rut"
    OTHER = "other"
    """A passport or another country's document: its rule is unknown, so only its shape is looked at."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document in its one written form: digits without separators nor leading zeros (other: capitals and digits).

    `is_checked` says that its check digit was right; False where nobody publishes the rule.
    """

    kind: DocumentKind
    value: str
    is_checked: bool

    @property
    def shown(self) -> str:
        """As people write it: "1.234.567-2", "21-100342-001-7"."""
        if self.kind is DocumentKind.CEDULA and self.is_checked:
            return f"{int(self.value[:-1]):,}".replace(",", ".") + f"-{self.value[-1]}"
        return rut_numbers.format(self.value) if self.kind is DocumentKind.RUT else self.value


def cedula(text: str) -> Document:
    """The cédula that was typed, with or without dots, hyphen, slash or spaces. Raises NotADocument.

    A foreigner's number (nine digits, the first a 9) is taken unchecked.
    """
    number = _compact(text)
    if not _DIGITS.match(number):
        raise NotADocument(gettext_noop("Escribí la cédula con números, como 1.234.567-2."))
    number = number.lstrip("0")
    if _FOREIGN_CEDULA.match(number):
        return Document(DocumentKind.CEDULA, number, is_checked=False)
    if not _CEDULA.match(number):
        raise NotADocument(
            gettext_noop("La cédula tiene siete u ocho números, contando el que va después del guion. Revisala.")
        )
    if number[-1] != cedula_check_digit(number[:-1]):
        raise NotADocument(
            gettext_noop("Ese número de cédula no puede ser: algún número está cambiado. Fijate en tu documento.")
        )
    return Document(DocumentKind.CEDULA, number, is_checked=True)


def cedula_check_digit(body: str) -> str:
    """The digit after the hyphen; `body` has up to seven digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body.zfill(7), _CEDULA_WEIGHTS, strict=True))
    # Not `10 - total % 10`, which gives 10 when the sum is a multiple of ten.
    return str(-total % 10)


def rut(text: str) -> Document:
    """The RUT that was typed, with or without separators and the prefix UY. Raises NotADocument."""
    number = _compact(text).removeprefix("UY")
    try:
        return Document(DocumentKind.RUT, rut_numbers.validate(number), is_checked=True)
    except InvalidChecksum as problem:
        raise NotADocument(
            gettext_noop("Ese RUT no puede ser: algún número está cambiado. Fijate en la constancia de la DGI.")
        ) from problem
    except ValidationError as problem:
        raise NotADocument(gettext_noop("El RUT tiene doce números, como 21-100342-001-7. Revisalo.")) from problem


def document(text: str) -> Document:
    """Whichever document was typed: letters make it another country's, twelve digits a RUT, the rest a cédula.

    Raises NotADocument.
    """
    number = _compact(text)
    without_prefix = number.removeprefix("UY")
    if _DIGITS.match(without_prefix) and len(without_prefix) == _RUT_DIGITS:
        return rut(number)
    if not _DIGITS.match(number) and _OTHER.match(number):
        return Document(DocumentKind.OTHER, number, is_checked=False)
    return cedula(number)


def _compact(text: str) -> str:
    if len(text) > TYPED_MAX_CHARACTERS:
        raise NotADocument(gettext_noop("Eso es demasiado largo para un documento. Revisalo."))
    return _SEPARATORS.sub("", text).upper()
