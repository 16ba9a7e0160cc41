"""What a mailed link carries. Pure."""

import hashlib
import secrets
from datetime import timedelta

GOOD_FOR = timedelta(minutes=30)
LENGTH_BYTES = 24


def new_token() -> str:
    return secrets.token_urlsafe(LENGTH_BYTES)


def digest_of(token: str) -> str:
    """No salt: a token has 192 random bits, and a look-up must find it."""
    return hashlib.sha256(token.encode()).hexdigest()
