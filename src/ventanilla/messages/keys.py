"""Keys of cases: what opens one's own case without a sign-in.

A key belongs to one address that takes part in one case, and says how it was given: a `mailbox` key was only ever
mailed to the address, so whoever shows it holds the mailbox; a `filer` key was shown to whoever filed the case, and
proves no more than that. Nothing is stored: a key is made again and compared, and a new version makes the old ones
worthless.
"""

import base64
import binascii
import hashlib
import hmac
import re
from enum import StrEnum

LENGTH = 26
"""Characters of base 32: 130 bits, which nobody guesses."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile(rf"[a-z2-7]{{{LENGTH}}}")
_IN_LINK = re.compile(
    rf"(clave(?:=3D|=|%(?:25)*3D|-3D|&#61;|&#x3D;|&equals;)(?:=\r?\n)?)(?:[a-z2-7](?:=?\r?\n[> \t]*)?){{{LENGTH}}}",
    re.IGNORECASE,
)
"""In every writing in which links come back: encoded once or twice, as guards of mail rewrite them (`-3D`), as mail is
packed (`=3D`), and broken over lines of a quotation."""
_PACKED = re.compile(
    rb"(?:^[A-Za-z0-9+/]{40,}={0,2}\r?\n)*^[A-Za-z0-9+/]{40,}={0,2}(?:\r?\n[A-Za-z0-9+/]+={0,2})?\r?$", re.M
)


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
    return _IN_LINK.sub(r"\1…", text) if "clave" in text.lower() else text


def without_keys_in_mail(content: bytes) -> bytes:
    """The same of a mail as it came, in its parts that are packed in base64 too."""
    unpacked = _PACKED.sub(_repacked, content)
    if b"clave" not in unpacked.lower():
        return unpacked
    return without_keys(unpacked.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _repacked(found: "re.Match[bytes]") -> bytes:
    try:
        said = base64.b64decode(found[0])
    except binascii.Error:
        return found[0]
    clean = without_keys(said.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return found[0] if clean == said else base64.encodebytes(clean).rstrip(b"\n")
