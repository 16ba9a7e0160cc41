"""A listener in a thread of its own, and clients that say exactly what they are told."""

import asyncio
import datetime as dt
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from ventanilla.intake.models import InboundDelivery
from ventanilla.mail.listener import Listener, serve
from ventanilla.mail.session import Rules

RULES = Rules("smtp", 200_000, "correo.ejemplo.gub.uy")
OURS = "consultas@ejemplo.gub.uy"
MAIL = (
    b"From: Rosa <rosa@example.org>\r\nTo: consultas@ejemplo.gub.uy\r\nSubject: Licencia\r\n"
    b"Message-ID: <uno@example.org>\r\n\r\nBuen d\xeda.\r\n.\r\n..dos\r\nfin\r\n"
)


@contextmanager
def listening(rules: Rules = RULES) -> Iterator[Listener]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def do(work: "Callable[[], object]") -> object:
        async def run() -> object:
            return await work()  # type: ignore[misc] # each work is a coroutine function

        return asyncio.run_coroutine_threadsafe(run(), loop).result(20)

    listener = do(lambda: serve("127.0.0.1", 0, rules))
    assert isinstance(listener, Listener)
    try:
        yield listener
    finally:
        loop.call_soon_threadsafe(listener.close)
        do(listener.wait_closed)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def client(listener: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", listener.port, local_hostname="cliente", timeout=10)


class Wire:
    """A client that says exactly what it is told."""

    def __init__(self, listener: Listener) -> None:
        self.socket = socket.create_connection(("127.0.0.1", listener.port), timeout=10)
        self.file = self.socket.makefile("rb")
        assert self.answer().startswith("220")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *problem: object) -> None:
        self.file.close()
        self.socket.close()

    def answer(self) -> str:
        """The last line of the next answer; "" when the server hung up."""
        while True:
            line = self.file.readline().decode()
            if line[3:4] != "-":
                return line.rstrip("\r\n")

    def say(self, line: bytes) -> str:
        self.socket.sendall(line + b"\r\n")
        return self.answer()

    def begin(self, recipient: str = OURS, hello: bytes = b"EHLO cliente") -> None:
        assert self.say(hello).startswith("250")
        assert self.say(b"MAIL FROM:<rosa@example.org>").startswith("250")
        assert self.say(f"RCPT TO:<{recipient}>".encode()).startswith("250")
        assert self.say(b"DATA").startswith("354")


def stored() -> list[InboundDelivery]:
    return list(InboundDelivery.objects.order_by("pk"))


def certificate(folder: Path) -> Path:
    """Self-signed for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ventanilla")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 # certificates live in real time
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(private + built.public_bytes(pem))
    return path


def database_url() -> str:
    """The tests' own database, for another process."""
    given = connection.settings_dict
    user, host, port = quote(given["USER"]), quote(given["HOST"], safe=""), given["PORT"]
    password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    return f"postgresql://{user}{password}@/{given['NAME']}?host={host}" + (f"&port={port}" if port else "")
