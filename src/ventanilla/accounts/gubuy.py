"""What Usuario gub.uy says of a person, and how sure it must be for what she wants to do. Pure; keeps nothing.

Source: domain.md 3.2. The provider says who somebody is, never what she may do; a citizen has no row in `User`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from ventanilla.messages import documents
from ventanilla.messages.contract import Address

ADDRESS_KIND = "gubuy"
ACR_PREFIX = "urn:iduruguay:nid:"
SCOPES = "openid personal_info email document profile"
NAME_MAX_CHARACTERS = 200
_UID = re.compile(r"([a-z]{2})-([a-z]{2,5})-([a-z0-9.]{3,30})\Z")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\\x00-\x1f]{1,64}@[^\s@<>\"(),:;\[\]\\\x00-\x1f]{3,190}\Z")
_NAME_PARTS = ("primer_nombre", "segundo_nombre", "primer_apellido", "segundo_apellido")
_DOCUMENT_TYPES = frozenset({"ci", "dni", "psp"})


class Level(IntEnum):
    """How sure the provider is (nid). The screens name two: basic (0 and 1) and intermediate or above (2 and 3)."""

    REGISTERED = 0
    BASIC = 1
    INTERMEDIATE = 2
    ADVANCED = 3


class Action(StrEnum):
    """What a citizen does that asks who she is."""

    FILE_REQUEST = "file_request"
    """Sign a request of her own with her name."""
    SEE_OWN_REQUESTS = "see_own_requests"
    """See what she filed while signed in, or from the address that the provider verified."""
    SEE_BY_DOCUMENT = "see_by_document"
    """See what was filed for her document elsewhere, at the counter say: the document must be proven, not declared."""


LEVEL_FOR: dict[Action, Level] = {
    Action.FILE_REQUEST: Level.REGISTERED,
    Action.SEE_OWN_REQUESTS: Level.BASIC,
    Action.SEE_BY_DOCUMENT: Level.INTERMEDIATE,
}
"""The body's choice, not the standard's: the law fixes no level for any of these."""


def demand(action: Action | str) -> Level:
    """The level that the action asks for. Raises ValueError for an action that is not in the table."""
    return LEVEL_FOR[Action(action)]


def is_enough(level: int, action: Action | str) -> bool:
    return level >= demand(action)


def acr_of(level: int) -> str:
    """How the level is asked for in `acr_values`; "" for the lowest, which every sign-in has."""
    return f"{ACR_PREFIX}{Level(level).value}" if level > Level.REGISTERED else ""


def level_of(claims: Mapping[str, Any]) -> Level:
    """The level of a sign-in by its id_token: the lower of `acr` and `nid`, or the lowest where neither speaks.

    Anything that is not one of the four known values counts as the lowest.
    """
    said = [claims[name] for name in ("acr", "nid") if claims.get(name) not in (None, "")]
    return min((_level(value) for value in said), default=Level.REGISTERED)


def _level(value: object) -> Level:
    number = str(value).removeprefix(ACR_PREFIX)
    return Level(int(number)) if number in ("0", "1", "2", "3") else Level.REGISTERED


class NoIdentity(Exception):
    """The provider signed somebody in and did not say who: a scope is missing. Holds no claim."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider knows her.

    `uid` is "uy-ci-12345672": country, type of document, number without check of ours. `name` may be "". `email` is
    lower case and only there when the provider verified it. `document` is None where the uid holds no Uruguayan cédula
    that is well formed.
    """

    uid: str
    level: Level
    name: str = ""
    email: str = ""
    document: documents.Document | None = None

    @property
    def addresses(self) -> Sequence[Address]:
        """What she has proven to be hers."""
        proven = [Address(ADDRESS_KIND, self.uid, self.name)]
        if self.email:
            proven.append(Address("email", self.email, self.name))
        return proven


def identity(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> Identity:
    """Who it is, by a believed id_token and the userinfo that belongs to it. Raises NoIdentity.

    The level is read in the id_token alone: it is what was signed for this attempt.
    """
    said = {**claims, **userinfo}
    uid = _uid(said)
    return Identity(
        uid=uid,
        level=level_of(claims),
        name=_name(said),
        email=_verified_email(said),
        document=_cedula(uid),
    )


def _uid(said: Mapping[str, Any]) -> str:
    """`uid`, or what it is made of: country, type and number of the document."""
    given = said.get("uid")
    if not given:
        parts = [said.get(name) for name in ("pais_documento", "tipo_documento", "numero_documento")]
        if not isinstance(parts[1], str) or parts[1].lower() not in _DOCUMENT_TYPES:
            raise NoIdentity
        given = "-".join(str(part or "") for part in parts)
    found = _UID.match(str(given).strip().lower())
    if not found:
        raise NoIdentity
    country, kind, number = found.groups()
    # People's cédulas are written in one way in the house, whoever writes them.
    return f"{country}-{kind}-{number.replace('.', '').lstrip('0') if kind == 'ci' else number}"


def _cedula(uid: str) -> documents.Document | None:
    if not uid.startswith("uy-ci-"):
        return None
    try:
        return documents.cedula(uid.removeprefix("uy-ci-"))
    except documents.NotADocument:
        return None


def _name(said: Mapping[str, Any]) -> str:
    whole = said.get("nombre_completo") or " ".join(str(said.get(part) or "") for part in _NAME_PARTS)
    whole = str(whole if str(whole).strip() else said.get("name") or "")
    printable = "".join(character if character.isprintable() else " " for character in whole)
    return " ".join(printable.split())[:NAME_MAX_CHARACTERS]


def _verified_email(said: Mapping[str, Any]) -> str:
    """The address, only if `email_verified` is true itself: a text that says so is somebody else's idea of it."""
    email = said.get("email")
    if said.get("email_verified") is not True or not isinstance(email, str):
        return ""
    email = email.strip().lower()
    return email if _EMAIL.match(email) else ""
