"""Tests run on a PostgreSQL of their own, started for the run and thrown away; DATABASE_URL names another one."""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest

from ventanilla.kit.embedded import EmbeddedDatabase

_home = Path(tempfile.mkdtemp(prefix="ventanilla-test-"))
_home.chmod(0o711)
os.environ["VENTANILLA_HOME"] = str(_home)
os.environ["VENTANILLA_LOG_LEVEL"] = "WARNING"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
_database: EmbeddedDatabase | None = None
if not os.environ.get("DATABASE_URL"):
    _database = EmbeddedDatabase(_home, is_test=True)
    _database.start()

# pytest-django sets Django up before conftest files when it is told the settings; they need the database's address
# first.
django.setup()


def pytest_unconfigure() -> None:
    if _database is not None:
        _database.stop()
    shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fast_passwords(settings: pytest.FixtureRequest) -> None:
    """Hashing for real costs a quarter of a second a sign-in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined] # pytest-django's fixture has no type
