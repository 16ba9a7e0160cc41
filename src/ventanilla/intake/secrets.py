"""Channel secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from the installation's secret."""

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SecretsUnreadable(Exception):
    """The secrets were stored under another VENTANILLA_SECRET_KEY."""


def _cipher() -> Fernet:
    derived = hashlib.scrypt(
        settings.SECRET_KEY.encode(), salt=b"ventanilla.intake.secrets", n=2**12, r=8, p=1, dklen=32
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def encrypt(secrets: Mapping[str, str]) -> bytes:
    return _cipher().encrypt(json.dumps(dict(secrets)).encode()) if secrets else b""


def decrypt(stored: bytes) -> dict[str, str]:
    """Raises SecretsUnreadable."""
    if not stored:
        return {}
    try:
        plain = _cipher().decrypt(bytes(stored))
    except InvalidToken as problem:
        raise SecretsUnreadable("channel secrets were stored under another secret key") from problem
    opened: dict[str, str] = json.loads(plain)
    return opened
