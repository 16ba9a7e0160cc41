"""Keys of cases, and the links that carry them."""

import hashlib
import hmac
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from ventanilla.cases.models import Case, Participant
from ventanilla.kit.site import public_url
from ventanilla.messages.contract import Address
from ventanilla.messages.keys import Purpose, is_key, make_key
from ventanilla.organisation.models import PublicBody


@cache
def _secret() -> bytes:
    return hashlib.sha256(b"ventanilla.keys:" + settings.SECRET_KEY.encode()).digest()


def key_of(case: Case, address: Address, purpose: Purpose) -> str:
    return make_key(_secret(), purpose, case.pk, case.key_version, address.kind, address.value)


def holder_of(case: Case, participants: Iterable[Participant], key: str) -> tuple[Participant, Purpose] | None:
    """Whose key it is, and how it was given; None when it opens nothing.

    Those in copy have no key. A filer's key counts until the address is proven: from then on somebody who filed in
    another person's name sees nothing of what she says (lessons.md 18).
    """
    if not is_key(key):
        return None
    for person in participants:
        if person.is_copied:
            continue
        address = Address(person.kind, person.value)
        for purpose in Purpose:
            if purpose is Purpose.FILER and person.proven_at is not None:
                continue
            if hmac.compare_digest(key_of(case, address, purpose), key):
                return person, purpose
    return None


def site_of(body: PublicBody) -> str:
    """Where the body's portal answers, without the last slash."""
    base = public_url("")
    return f"{urlsplit(base).scheme}://{body.host_names[0]}" if body.host_names else base


def case_link(body: PublicBody, case: Case, key: str = "") -> str:
    return code_link(body, case.code, key)


def code_link(body: PublicBody, code: str, key: str = "") -> str:
    path = f"{site_of(body)}/solicitudes/{code}/"
    return f"{path}?clave={key}" if key else path
