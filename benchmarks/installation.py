"""An installation of its own for each measurement, thrown away afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ventanilla.kit.embedded import EmbeddedDatabase

PROGRAM = Path(sys.executable).with_name("ventanilla")
START_TIMEOUT_SECONDS = 120


@contextmanager
def fresh_home() -> Iterator[Path]:
    """An empty state directory that the database's own user can reach."""
    home = Path(tempfile.mkdtemp(prefix="ventanilla-bench-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def installation() -> Iterator[Path]:
    """A migrated installation that this process works on; once in a process, since Django's settings are."""
    with fresh_home() as home:
        os.environ["VENTANILLA_HOME"] = str(home)
        os.environ["VENTANILLA_LOG_LEVEL"] = "ERROR"
        os.environ["DJANGO_SETTINGS_MODULE"] = "ventanilla.config.settings"
        os.environ["VENTANILLA_MAIL_PORT"] = str(free_port())
        database = EmbeddedDatabase(home)
        database.start()
        try:
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", verbosity=0)
            yield home
            connections.close_all()
        finally:
            database.stop()


@contextmanager
def program(*arguments: str, home: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """`ventanilla …` in a process of its own; interrupted at the end, as an operator would."""
    environment = {**os.environ, "VENTANILLA_HOME": str(home), "VENTANILLA_LOG_LEVEL": "ERROR", **variables}
    process = subprocess.Popen([str(PROGRAM), *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
