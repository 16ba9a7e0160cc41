"""ClamAV's daemon with a database of its own: two signatures that the test makes, nothing downloaded."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Source: eicar.org. In two pieces nowhere: a scanner of the developer's machine may take this file away."""
LOCAL_MARK = b"firma local de la prueba de Ventanilla"
"""In no file of anybody else."""
START_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Daemon:
    tcp: str
    """What VENTANILLA_CLAMD says."""
    path: str
    """The same by a local socket."""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Daemon]:
    """Start the daemon in the foreground, on its own ports and files; it ends with the block."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    signatures, place = folder / "signatures", folder / "clamd.sock"
    signatures.mkdir(parents=True)
    # Source: ClamAV's manual, «Body-based signatures» and «File hash signatures».
    (signatures / "local.ndb").write_text(f"Ventanilla.Local:0:*:{LOCAL_MARK.hex()}\n")
    (signatures / "local.hdb").write_text(f"{md5(EICAR).hexdigest()}:{len(EICAR)}:Ventanilla.Eicar\n")  # noqa: S324 # the format
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    settings = folder / "clamd.conf"
    settings.write_text(
        f"Foreground yes\nDatabaseDirectory {signatures}\nLocalSocket {place}\nTCPSocket {port}\n"
        f"TCPAddr 127.0.0.1\nStreamMaxLength 1M\nTemporaryDirectory {folder}\nLogFile {folder}/clamd.log\n"
        "SelfCheck 0\nMaxThreads 2\n"
    )
    process = subprocess.Popen(
        [program, "--config-file", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not _answers(port):
            assert process.poll() is None, (folder / "clamd.log").read_text()
            assert time.monotonic() < deadline, "clamd did not start"
            time.sleep(0.05)
        yield Daemon(f"127.0.0.1:{port}", str(place))
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as daemon:
            daemon.sendall(b"zPING\0")
            return daemon.recv(16).startswith(b"PONG")
    except OSError:
        return False
