"""The operator starts the house with one command and stops it: nothing stays behind, what is wrong is said plainly."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ventanilla.kit.embedded import SYSTEM_HOME, place

PROGRAM = str(Path(sys.executable).with_name("ventanilla"))
START_TIMEOUT_SECONDS = 90
STOP_TIMEOUT_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An installation of this test's own: its directory, its ports, its embedded database."""
    directory = Path(tempfile.mkdtemp(prefix="vt-run-"))
    directory.chmod(0o711)
    mine = dict(os.environ)  # noqa: TID251 # what the started program inherits
    kept = {name: value for name, value in mine.items() if not name.startswith(("VENTANILLA_", "DATABASE_URL"))}
    yield kept | {
        "VENTANILLA_HOME": str(directory / "var"),
        "VENTANILLA_PORT": str(free_port()),
        "VENTANILLA_MAIL_PORT": str(free_port()),
    }
    where = place(directory / "var")
    if where.data.is_relative_to(SYSTEM_HOME):
        shutil.rmtree(where.data.parent, ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def answers(environment: dict[str, str], path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['VENTANILLA_PORT']}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
    except OSError:
        return 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_command_serves_everything_and_a_signal_stops_it(environment: dict[str, str], number: int) -> None:
    with subprocess.Popen(
        [PROGRAM, "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not answers(environment, "/salud/vivo") and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        page = answers(environment, "/ingresar/")
        style = answers(environment, "/static/look/favicon.svg")
        while answers(environment, "/salud/listo") != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", int(environment["VENTANILLA_MAIL_PORT"])), timeout=5) as mail:
            greeting = mail.recv(3)
        process.send_signal(number)
        said, _ = process.communicate(timeout=STOP_TIMEOUT_SECONDS)
    assert (page, style, greeting) == (200, 200, b"220")
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "Ventanilla se detuvo." in said
    assert not (place(Path(environment["VENTANILLA_HOME"])).data / "postmaster.pid").exists()


def refused(environment: dict[str, str], *command: str) -> str:
    finished = subprocess.run(
        [PROGRAM, *command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    return finished.stderr


@pytest.mark.parametrize("variable", ["VENTANILLA_PORT", "VENTANILLA_MAIL_PORT"])
def test_a_port_in_use_is_told_with_the_way_out(environment: dict[str, str], variable: str) -> None:
    with socket.create_server(("127.0.0.1", int(environment[variable]))):
        said = refused(environment, "run")
    assert "está ocupado por otro programa" in said
    assert f"{variable}=" in said


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VENTANILLA_PROT", "8000", "desconocidas: VENTANILLA_PROT"),
        ("VENTANILLA_PORT", "ocho mil", "VENTANILLA_PORT"),
        ("DATABASE_URL", "mysql://localhost/x", "postgresql://"),
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(
    environment: dict[str, str], variable: str, value: str, words: str
) -> None:
    assert words in refused(environment | {variable: value}, "doctor")


def test_a_part_refuses_to_start_on_an_old_schema(environment: dict[str, str]) -> None:
    assert "ventanilla migrate" in refused(environment, "web")
    assert "ventanilla migrate" in refused(environment, "worker")
