"""Tests run on a PostgreSQL of their own, started for the run and thrown away; DATABASE_URL names another one."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from ventanilla.kit import moments
from ventanilla.kit.embedded import EmbeddedDatabase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_home = Path(tempfile.mkdtemp(prefix="ventanilla-test-"))
_home.chmod(0o711)
os.environ["VENTANILLA_HOME"] = str(_home)
os.environ["VENTANILLA_LOG_LEVEL"] = "WARNING"
# The tests that are about it turn it on; the others sign people in by a password.
os.environ["VENTANILLA_SECOND_FACTOR"] = "nobody"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
_database: EmbeddedDatabase | None = None
if not os.environ.get("DATABASE_URL"):
    _database = EmbeddedDatabase(_home, is_test=True)
    _database.start()

# pytest-django sets Django up before conftest files when it is told the settings; they need the database's address
# first.
django.setup()

# In a process of pytest-xdist Django is set up before this file is read, with the first process' state directory: each
# keeps its files apart.
settings.STORAGES["default"]["OPTIONS"]["location"] = str(_home / "files")


def pytest_unconfigure() -> None:
    if _database is not None:
        _database.stop()
    shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fast_passwords(settings: pytest.FixtureRequest) -> None:  # pytest-django names its fixture so
    """Hashing for real costs a quarter of a second a sign-in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined] # pytest-django's fixture has no type


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sets holds at once."""
    moments.forget()
    monkeypatch.setattr(moments, "SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _no_use_counted_yet() -> None:
    """Limits count in the cache: what one test did is no other's."""
    cache.clear()


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> None:
    """A test that commits begins without jobs: the queue's tables are its library's, and nobody empties them after."""
    marker = request.node.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    if is_marked or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            # In a thread: where a browser's driver has left its loop running, Django refuses to be asked in this one.
            thread = threading.Thread(target=_truncate_queue)
            thread.start()
            thread.join()


def _truncate_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers CASCADE")
    connection.close()


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser a process: its driver cannot be started twice in one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
