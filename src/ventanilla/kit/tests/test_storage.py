"""Files keep their bytes under names that say nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from ventanilla.kit import storage

AT = datetime(2026, 2, 13, tzinfo=UTC)


def test_bytes_come_back_and_go() -> None:
    content = bytes(range(256)) * 50
    name = storage.store("entries", content, AT)
    assert storage.load(name) == content
    storage.remove(name)
    with pytest.raises(FileNotFoundError):
        storage.load(name)


def test_a_name_cannot_be_guessed_and_says_nothing() -> None:
    names = {storage.store("raw", b"x", AT) for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("raw/2026/02/") and len(name.rpartition("/")[2]) >= 32 for name in names)


def test_only_its_owner_may_read_a_file() -> None:
    path = Path(default_storage.path(storage.store("raw", b"secret", AT)))
    assert path.stat().st_mode & 0o077 == 0
