"""Signed references: proof that a message answers something we sent.

A token travels in the Message-ID and in a header of what we send, and in the footer of the text, where clients that
drop headers leave it. It names the case by number, not by code, and a stranger cannot make one without the key.
"""

import hashlib
import hmac
import re

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
TOKEN = re.compile(r"\bvt-([0-9a-z]{1,13})-([a-z2-7]{16})\b")


def _base32(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest[:16], "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text or "0"


def make_token(key: bytes, case_id: int) -> str:
    """`vt-CASE-SIGNATURE`, lower case letters, digits and hyphens only: it survives a local part and a header."""
    name = _base36(case_id)
    return f"vt-{name}-{_base32(hmac.digest(key, name.encode(), hashlib.sha256), 16)}"


def find_tokens(text: str) -> list[str]:
    """Everything in `text` that has the shape of a token, genuine or not, in order, each once."""
    return list(dict.fromkeys(match[0] for match in TOKEN.finditer(text.lower())))


def read_token(key: bytes, token: str) -> int | None:
    """The case id of a genuine token, or None."""
    match = TOKEN.fullmatch(token)
    if match is None:
        return None
    case_id = int(match[1], 36)
    return case_id if hmac.compare_digest(make_token(key, case_id), token) else None
