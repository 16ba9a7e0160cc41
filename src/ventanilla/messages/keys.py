"""Keys of cases: what opens one's own case without a sign-in.

A key belongs to one address that takes part in one case, and says how it was given: a `mailbox` key was only ever
mailed to the address, so whoever shows it holds the mailbox; a `filer` key was shown to whoever filed the case, and
proves no more than that. Nothing is stored: a key is made again and compared, and a new version makes the old ones
worthless.
"""

import hashlib
import hmac
import re
from enum import StrEnum

LENGTH = 26
"""Characters of base 32: 130 bits, which nobody guesses."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile(rf"[a-z2-7]{{{LENGTH}}}")
_IN_LINK = re.compile(rf"((?:[?&]|&amp;|%3F|%26)clave(?:=|%3D))[a-z2-7]{{{LENGTH}}}", re.IGNORECASE)


class Purpose(StrEnum):
    MAILBOX = "mailbox"
    FILER = "filer"


def make_key(secret: bytes, purpose: Purpose, case_id: int, version: int, kind: str, value: str) -> str:
    """26 characters, lower case letters and digits: they survive an address bar, a mail and a piece of paper."""
    said = "\x00".join((purpose.value, str(case_id), str(version), kind, value))
    number = int.from_bytes(hmac.digest(secret, said.encode(), hashlib.sha256)[:17], "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))


def is_key(text: str) -> bool:
    """Whether it has the shape of a key; anything else need not be compared."""
    return _KEY.fullmatch(text) is not None


def without_keys(text: str) -> str:
    """The text with the keys in its links cut out: what is quoted or forwarded must not open a case to whoever reads
    it."""
    return _IN_LINK.sub(r"\1…", text) if "clave" in text else text
