"""The mail listener dies without warning, many times: what was answered 250 is in the database, and once."""

import hashlib
import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.journeys.wire import database_url

from ventanilla.demo.stage import build_stage
from ventanilla.intake.models import InboundDelivery

OURS = "consultas@ejemplo.gub.uy"
MAILS = 150
KILLS = 3
SENDERS = 3
DICE = random.Random(20261124)


class Listener:
    """`ventanilla mail` on a port of its own, started anew after each death."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = os.environ | {  # noqa: TID251 # a child gets what we have
            "DATABASE_URL": database_url(),
            "VENTANILLA_HOME": str(home),
            "VENTANILLA_MAIL_PORT": str(self.port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).with_name("ventanilla")
        self._process = subprocess.Popen([program, "mail"], env=self._environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("the listener did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@contextmanager
def listening(home: Path) -> Iterator[Listener]:
    listener = Listener(home)
    listener.start()
    try:
        yield listener
    finally:
        listener.kill()


def mail(number: int) -> bytes:
    # Some stand in the database, some in storage.
    filling = b"relleno de un mensaje\r\n" * (20_000 if number % 20 == 0 else 10)
    return (
        b"From: Rosa <rosa@example.org>\r\nSubject: %d\r\nMessage-ID: <%d@example.org>\r\n\r\n" % (number, number)
        + filling
    )


class Sender(threading.Thread):
    """Repeats each mail until it hears 250, as a mail server does."""

    def __init__(self, port: int, numbers: range, acknowledged: set[int]) -> None:
        super().__init__()
        self._port, self._numbers, self._acknowledged = port, numbers, acknowledged
        self.repeats = 0

    def run(self) -> None:
        smtp: smtplib.SMTP | None = None
        for number in self._numbers:
            while number not in self._acknowledged:
                try:
                    smtp = smtp or smtplib.SMTP("127.0.0.1", self._port, local_hostname="relay", timeout=10)
                    smtp.sendmail("rosa@example.org", [OURS], mail(number))
                    self._acknowledged.add(number)
                except (OSError, smtplib.SMTPException):
                    self.repeats += 1
                    smtp = None
                    time.sleep(0.05)
        if smtp is not None:
            smtp.close()


@pytest.mark.usefixtures("transactional_db")
def test_what_was_acknowledged_is_stored_and_nothing_is_doubled(tmp_path: Path) -> None:
    build_stage()
    acknowledged: set[int] = set()
    with listening(tmp_path) as listener:
        senders = [Sender(listener.port, range(start, MAILS, SENDERS), acknowledged) for start in range(SENDERS)]
        for sender in senders:
            sender.start()
        for moment in sorted(DICE.sample(range(5, MAILS - 30), KILLS)):
            _wait_for(moment, acknowledged)
            listener.kill()
            heard = set(acknowledged)
            missing = {hashlib.sha256(mail(number)).digest() for number in heard} - stored()
            assert not missing
            listener.start()
        for sender in senders:
            sender.join(20)
        assert not any(sender.is_alive() for sender in senders)
    assert acknowledged == set(range(MAILS))
    assert InboundDelivery.unscoped.count() == MAILS
    assert stored() == {hashlib.sha256(mail(number)).digest() for number in range(MAILS)}
    assert sum(sender.repeats for sender in senders) > 0


def _wait_for(count: int, acknowledged: set[int]) -> None:
    deadline = time.monotonic() + 20
    while len(acknowledged) < count and time.monotonic() < deadline:
        time.sleep(0.0005)
    # Anywhere within a message.
    time.sleep(DICE.uniform(0, 0.004))


def stored() -> set[bytes]:
    return {bytes(digest) for digest in InboundDelivery.unscoped.values_list("digest", flat=True)}
