"""Tracking codes: eight characters that can be read aloud, `K7M4-X9PT`.

The alphabet leaves out look-alikes (0/O, 1/I/L, 5/S is told apart by dropping S, 8/B, 2/Z, 6/G, U/V) and vowels, so
that no code spells a word. Its 23 characters are a prime number, hence the check character finds every single wrong
character and every swap of neighbours.
"""

import re

ALPHABET = "23456789CDFHJKMNPRTVWXY"
BASE = len(ALPHABET)
BODY_LENGTH = 7
SPACE = BASE**BODY_LENGTH
"""How many codes there are: 3,404,825,447."""

# Any number that shares no factor with SPACE spreads consecutive cases over the whole space.
_STEP = 1_859_412_383
_START = 987_654_321
_BACK: int = pow(_STEP, -1, SPACE)

_CODE = re.compile(rf"(?<![0-9A-Za-z])([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})(?![0-9A-Za-z])", re.IGNORECASE)
_BRACKETED = re.compile(rf"\[\s*([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})\s*\]", re.IGNORECASE)


def _check_character(body: str) -> str:
    return ALPHABET[sum((place + 1) * ALPHABET.index(character) for place, character in enumerate(body)) % BASE]


def encode(number: int) -> str:
    """The code of the case with that number from the database's sequence; below SPACE none collide."""
    if not 0 <= number < SPACE:
        raise ValueError(f"case number out of range: {number}")
    spread = (number * _STEP + _START) % SPACE
    body = ""
    for _ in range(BODY_LENGTH):
        spread, rest = divmod(spread, BASE)
        body += ALPHABET[rest]
    return f"{body[:4]}-{body[4:]}{_check_character(body)}"


def number_of(code: str) -> int | None:
    """The case number behind a code in its written form; None when it is not one."""
    written = normalise(code)
    if written is None:
        return None
    body = written.replace("-", "")[:-1]
    spread = sum(ALPHABET.index(character) * BASE**place for place, character in enumerate(body))
    return int((spread - _START) * _BACK % SPACE)


def normalise(text: str) -> str | None:
    """The code a person typed, in its one written form; None when it is not a code or its check character is wrong."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if len(plain) != BODY_LENGTH + 1 or any(character not in ALPHABET for character in plain):
        return None
    if _check_character(plain[:-1]) != plain[-1]:
        return None
    return f"{plain[:4]}-{plain[4:]}"


def find(text: str) -> str | None:
    """The first valid code in a text: in brackets if there is one, else anywhere."""
    for pattern in (_BRACKETED, _CODE):
        for match in pattern.finditer(text):
            code = normalise(match[1] + match[2])
            if code:
                return code
    return None
