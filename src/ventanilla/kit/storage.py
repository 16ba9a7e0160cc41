"""Files under names that nobody can guess. The name a person gave stays in the database."""

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def store(folder: str, content: bytes, at: datetime) -> str:
    """Write the bytes and return their storage name, `folder/YYYY/MM/…`."""
    name = f"{folder}/{at:%Y/%m}/{secrets.token_urlsafe(24)}"
    return default_storage.save(name, ContentFile(content))


def load(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
        return content


def remove(name: str) -> None:
    default_storage.delete(name)
