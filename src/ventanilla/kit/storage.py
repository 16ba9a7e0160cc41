"""Files under names that nobody can guess. The name a person gave stays in the database."""

import secrets
from datetime import UTC, datetime

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


def remove_older(folder: str, before: datetime) -> int:
    """Delete what was written under the folder before that moment; how many files were. Whoever needs them is not
    asked: it is for what is kept for a while only."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    old = [name for name in (f"{folder}/{file}" for file in files) if _written_at(name) < before]
    for name in old:
        default_storage.delete(name)
    return len(old) + sum(remove_older(f"{folder}/{inner}", before) for inner in folders)


def _written_at(name: str) -> datetime:
    """The end of time for a file that somebody else has just deleted."""
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
