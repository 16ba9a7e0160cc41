"""Asks ClamAV's daemon about a file, over TCP or a local socket. Source: clamd(8), INSTREAM.

Short enough to be ours: the libraries that speak it have no time limits or want a file on disk.
"""

import socket
import struct
import time
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

CONNECT_TIMEOUT_SECONDS = 5.0
SCAN_TIMEOUT_SECONDS = 60.0
CHUNK_BYTES = 64 * 1024
ANSWER_MAX_BYTES = 4096
PAUSE_SECONDS = 20.0
"""After a daemon that does not answer, nobody else waits for it this long."""
SIZE_LIMIT = "size_limit"

_silent_until = 0.0


class Scan(StrEnum):
    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """`signature` names what was found; `problem` is a code for logs when the daemon could not say."""

    scan: Scan
    signature: str = ""
    problem: str = ""


def is_configured() -> bool:
    return bool(settings.CLAMD)


def scan(content: bytes) -> Result:
    """What the daemon says; never raises. NOT_SCANNED at no cost when no daemon is named."""
    global _silent_until
    if not is_configured():
        return Result(Scan.NOT_SCANNED)
    if time.monotonic() < _silent_until:
        return Result(Scan.FAILED, problem="silent")
    try:
        with _connected() as daemon:
            deadline = time.monotonic() + SCAN_TIMEOUT_SECONDS
            answer = _streamed(daemon, content, deadline)
    except (OSError, ValueError) as problem:
        _silent_until = time.monotonic() + PAUSE_SECONDS
        return Result(Scan.FAILED, problem=type(problem).__name__)
    if answer.endswith(" FOUND"):
        return Result(Scan.INFECTED, signature=answer.removesuffix(" FOUND").partition(": ")[2][:200])
    if answer.endswith(": OK"):
        return Result(Scan.CLEAN)
    return Result(Scan.FAILED, problem=SIZE_LIMIT if "size limit" in answer else "answer")


def is_answering() -> bool:
    """Whether the daemon is there and speaks; if it does, files are brought to it again at once."""
    global _silent_until
    try:
        with _connected() as daemon:
            daemon.sendall(b"zPING\0")
            is_there = _answer(daemon, time.monotonic() + CONNECT_TIMEOUT_SECONDS) == "PONG"
    except (OSError, ValueError):
        return False
    if is_there:
        _silent_until = 0.0
    return is_there


def _connected() -> socket.socket:
    """Raises OSError, or ValueError for an address that is none."""
    place: str = settings.CLAMD
    if place.startswith("/"):
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(CONNECT_TIMEOUT_SECONDS)
        try:
            daemon.connect(place)
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), CONNECT_TIMEOUT_SECONDS)


def _streamed(daemon: socket.socket, content: bytes, deadline: float) -> str:
    daemon.settimeout(SCAN_TIMEOUT_SECONDS)
    try:
        daemon.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK_BYTES):
            chunk = content[start : start + CHUNK_BYTES]
            daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
        daemon.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # Past its size limit it says so and hangs up; what it said may still be read.
        pass
    return _answer(daemon, deadline)


def _answer(daemon: socket.socket, deadline: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER_MAX_BYTES:
        daemon.settimeout(max(0.01, deadline - time.monotonic()))
        more = daemon.recv(ANSWER_MAX_BYTES)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
