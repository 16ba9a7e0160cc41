"""The embedded database: real servers, started, shared, killed and stopped.

Run as root, PostgreSQL runs as its own user; run by anybody else, as that person. Both ways are tried where the machine
lets us be root; as an ordinary user only the second exists.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ventanilla.kit import embedded
from ventanilla.kit.embedded import SYSTEM_HOME, SYSTEM_USER, EmbeddedDatabase, EmbeddedDatabaseError, place

IS_ROOT = os.geteuid() == 0
NOBODY = 65534

HOLDER = """
import os, sys
from pathlib import Path
import psycopg
from ventanilla.kit.embedded import EmbeddedDatabase
if len(sys.argv) > 2:
    # Everything is imported already: the interpreter itself may stand where the other user cannot read.
    os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
database = EmbeddedDatabase(Path(sys.argv[1]))
database.start()
with psycopg.connect(database.url, autocommit=True) as connection:
    connection.execute("SELECT pg_advisory_lock(1)")  # two may make the table at once
    connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
    connection.execute("INSERT INTO kept VALUES (1)")
    print("held as", os.geteuid(), flush=True)
sys.stdin.readline()
database.stop()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A state directory that the database's user reaches, as /srv/ventanilla would be."""
    directory = Path(tempfile.mkdtemp(prefix="vt-"))
    directory.chmod(0o711)
    yield directory / "state"
    _clean(directory / "state")
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A state directory under one that only its owner enters, as /root is."""
    directory = Path(tempfile.mkdtemp(prefix="vt-private-"))
    yield directory / "state"
    _clean(directory / "state")
    shutil.rmtree(directory, ignore_errors=True)


def _clean(home: Path) -> None:
    where = place(home)
    if where.data.exists():
        database = EmbeddedDatabase(home)
        database.start()
        database.stop()
    if where.data.is_relative_to(SYSTEM_HOME):
        shutil.rmtree(where.data.parent, ignore_errors=True)
    if where.socket_directory.exists():
        shutil.rmtree(where.socket_directory, ignore_errors=True)


def begin(home: Path, *identity: int) -> "subprocess.Popen[str]":
    """Another process that starts or joins the database, adds a row and waits for a line."""
    arguments = [sys.executable, "-c", HOLDER, str(home), *map(str, identity)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def hold(home: Path, *identity: int) -> "subprocess.Popen[str]":
    process = begin(home, *identity)
    assert process.stdout
    if not process.stdout.readline().startswith("held as"):
        process.communicate(timeout=60)
        raise AssertionError("the other process did not get the database")
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate(timeout=60)


def rows(database: EmbeddedDatabase) -> int:
    with psycopg.connect(database.url) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found
    return int(found[0])


def server_pid(home: Path) -> int:
    return int((place(home).data / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(home: Path) -> bool:
    return not (place(home).data / "postmaster.pid").exists()


def modes_above(*paths: Path) -> dict[Path, int]:
    return {
        directory: directory.stat().st_mode
        for path in paths
        for directory in (path, *path.parents)
        if directory.exists()
    }


def test_the_last_one_to_leave_stops_it(home: Path) -> None:
    first, second = hold(home), hold(home)
    pid = server_pid(home)
    end(first)
    assert server_pid(home) == pid
    end(second)
    assert is_stopped(home)


def test_data_stays_for_the_next_start(home: Path) -> None:
    for _ in range(2):
        end(hold(home))
    database = EmbeddedDatabase(home)
    database.start()
    try:
        assert rows(database) == 2
    finally:
        database.stop()
    assert is_stopped(home)


def test_a_killed_process_leaves_a_server_that_the_next_one_takes_over(home: Path) -> None:
    kill(hold(home))
    pid = server_pid(home)
    database = EmbeddedDatabase(home)
    database.start()
    try:
        assert server_pid(home) == pid
        assert rows(database) == 1
    finally:
        database.stop()
    assert is_stopped(home)


def test_a_killed_server_starts_again_with_all_that_was_committed(home: Path) -> None:
    process = hold(home)
    os.kill(server_pid(home), signal.SIGKILL)
    kill(process)
    # Its children notice within moments; a start meanwhile waits for them.
    time.sleep(0.2)
    database = EmbeddedDatabase(home)
    database.start()
    try:
        assert rows(database) == 1
    finally:
        database.stop()
    assert is_stopped(home)


def test_a_first_start_that_was_interrupted_does_no_harm(home: Path) -> None:
    where = place(home)
    where.data.mkdir(parents=True)
    if where.owner:
        shutil.chown(where.data, SYSTEM_USER)
    (where.data / "base").mkdir()
    (where.data / "postgresql.conf").write_text("half a line")
    end(hold(home))
    assert is_stopped(home)


def test_two_first_starts_at_once_make_one_server(home: Path) -> None:
    both = [begin(home), begin(home)]
    told = [process.stdout.readline() for process in both if process.stdout]
    end(both[0])
    database = EmbeddedDatabase(home)
    database.start()
    added = rows(database)
    database.stop()
    end(both[1])
    assert [line.split()[0] for line in told] == ["held", "held"]
    assert added == 2
    assert is_stopped(home)


def test_no_directory_that_was_there_changes_its_mode(home: Path, private_home: Path) -> None:
    for state in (home, private_home):
        state.mkdir(mode=0o750)
        package = Path(embedded.__file__).parent
        before = modes_above(state, package, Path(sys.prefix), SYSTEM_HOME.parent, Path(tempfile.gettempdir()))
        end(hold(state))
        assert modes_above(*before) == before


def test_the_database_finds_a_place_under_a_private_directory(private_home: Path) -> None:
    end(hold(private_home))
    assert place(private_home).data.is_relative_to(SYSTEM_HOME if IS_ROOT else private_home)
    assert (private_home.parent.stat().st_mode & 0o777) == 0o700


def test_only_the_servers_user_may_reach_its_socket_and_files(home: Path) -> None:
    process = hold(home)
    owner = pwd.getpwnam(SYSTEM_USER).pw_uid if IS_ROOT else os.geteuid()
    for directory in (place(home).data, place(home).socket_directory):
        assert directory.stat().st_mode & 0o077 == 0
        assert directory.stat().st_uid == owner
    end(process)


def test_a_long_path_moves_the_socket_only(home: Path) -> None:
    deep = home / ("very-long-name-" * 7)
    assert place(deep).data.is_relative_to(deep)
    end(hold(deep))
    _clean(deep)


def identities() -> list[tuple[int, ...]]:
    """Whom we can be: ourselves, and as root somebody else where he reaches the wheel's binaries."""
    is_reachable = all(directory.stat().st_mode & 0o001 for directory in Path(psycopg.__file__).parents)
    return [(), (NOBODY,)] if IS_ROOT and is_reachable else [()]


@pytest.mark.parametrize("identity", identities())
def test_whoever_starts_it_may_stop_it(home: Path, identity: tuple[int, ...]) -> None:
    home.mkdir()
    where = place(home)
    data = home / "database" / "data" if identity else where.data
    for user in identity:
        os.chown(home, user, user)
    process = hold(home, *identity)
    owner = pwd.getpwnam(where.owner).pw_uid if where.owner else os.geteuid()
    assert data.stat().st_uid == (identity[0] if identity else owner)
    end(process)
    assert not (data / "postmaster.pid").exists()
    shutil.rmtree(home)


def test_a_broken_database_says_what_its_log_says(home: Path) -> None:
    end(hold(home))
    (place(home).data / "postgresql.conf").write_text("nonsense = yes\n")
    with pytest.raises(EmbeddedDatabaseError, match="nonsense"):
        EmbeddedDatabase(home).start()
    shutil.rmtree(place(home).data)
