"""Mail servers at our door: what they hear, and what is in the database when they hear it."""

import asyncio
import datetime as dt
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow.receiving import drain
from ventanilla.intake.models import InboundDelivery
from ventanilla.kit import storage
from ventanilla.mail import session
from ventanilla.mail.listener import Listener, serve
from ventanilla.mail.session import Rules
from ventanilla.mail.trust import networks
from ventanilla.organisation.scoping import scope
from ventanilla.worklist.models import Row

RULES = Rules("smtp", 200_000, "correo.ejemplo.gub.uy")
OURS = "consultas@ejemplo.gub.uy"
MAIL = (
    b"From: Rosa <rosa@example.org>\r\nTo: consultas@ejemplo.gub.uy\r\nSubject: Licencia\r\n"
    b"Message-ID: <uno@example.org>\r\n\r\nBuen d\xeda.\r\n.\r\n..dos\r\nfin\r\n"
)


@pytest.fixture
def committed_stage(transactional_db: None) -> Iterator[Stage]:
    """Other threads see it."""
    made = build_stage()
    with scope({made.body.pk}):
        yield made


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


def test_a_mail_is_kept_byte_for_byte_and_becomes_a_case(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        assert smtp.sendmail("rosa@example.org", [OURS], MAIL, ["BODY=8BITMIME"]) == {}
        kept = stored()
    assert [bytes(one.content or b"") for one in kept] == [MAIL]
    assert kept[0].envelope == {
        "mail_from": "rosa@example.org",
        "rcpt_to": [OURS],
        "peer": "127.0.0.1",
        "protocol": "smtp",
    }
    drain(committed_stage.body.pk)
    assert Row.objects.get().subject == "Licencia"


def test_what_the_door_offers(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["size"] == "200000"
        assert {"8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"} <= set(smtp.esmtp_features)
        assert not {"auth", "starttls"} & set(smtp.esmtp_features)


@pytest.mark.parametrize("address", ["nadie@ejemplo.gub.uy", "consultas@otro.uy", "consultas", '"x\\"', "á\x00@x"])
def test_an_address_that_is_not_ours_is_refused_in_plain_words(committed_stage: Stage, address: str) -> None:
    with listening() as listener, Wire(listener) as wire:
        wire.say(b"EHLO cliente")
        wire.say(b"MAIL FROM:<rosa@example.org>")
        answer = wire.say(f"RCPT TO:<{address}>".encode())
        assert answer.startswith(("550 5.1.1 Esa direccion no es de este organismo", "553 5.1.3"))
        assert wire.say(b"DATA").startswith("503")
        assert wire.say(b"NOOP").startswith("250")
    assert stored() == []


def test_a_tag_and_capitals_reach_the_account(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail("", ["CONSULTAS+vt-1-aaaaaaaaaaaaaaaa@Ejemplo.gub.uy"], MAIL)
    assert stored()[0].account == committed_stage.account
    assert stored()[0].envelope["mail_from"] == ""


def test_an_inactive_account_takes_nothing(committed_stage: Stage) -> None:
    type(committed_stage.account).unscoped.update(is_active=False)
    with listening() as listener, client(listener) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail("rosa@example.org", [OURS], MAIL)


def test_one_mail_to_two_accounts_is_kept_for_each_and_tells_neither_of_the_other(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        refused = smtp.sendmail("rosa@example.org", [OURS, "transito@ejemplo.gub.uy", "x@y.uy", OURS], MAIL)
    assert list(refused) == ["x@y.uy"]
    assert [one.envelope["rcpt_to"] for one in stored()] == [[OURS], ["transito@ejemplo.gub.uy"]]


def test_the_same_bytes_again_are_one_delivery(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        for _time in range(3):
            smtp.sendmail("rosa@example.org", [OURS], MAIL)
    assert len(stored()) == 1


def test_what_does_not_fit_is_refused_before_and_after_it_was_sent(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused) as before:
            smtp.sendmail("rosa@example.org", [OURS], b"x" * 200_001)
        assert before.value.smtp_code == 552
        with patch.dict(smtp.esmtp_features):
            del smtp.esmtp_features["size"]
            with pytest.raises(smtplib.SMTPDataError) as after:
                smtp.sendmail("rosa@example.org", [OURS], b"x" * 300_000)
        assert after.value.smtp_code == 552
        smtp.sendmail("rosa@example.org", [OURS], MAIL)
    assert len(stored()) == 1
    assert listener._gate.bytes_in_memory == 0


def test_long_lines_nul_bytes_and_no_line_end(committed_stage: Stage) -> None:
    strange = b"Subject: " + b"x" * 150_000 + b"\r\n\r\n\x00\xff\rsin fin"
    with listening() as listener, Wire(listener) as wire:
        wire.begin()
        assert wire.say(strange + b"\r\n.").startswith("250")
        wire.begin(hello=b"HELO cliente")
        assert wire.say(b".").startswith("250")
    assert [bytes(one.content or b"") for one in stored()] == [strange + b"\r\n", b""]


def test_a_hundred_megabytes(committed_stage: Stage) -> None:
    line = b"x" * 76 + b"\r\n"
    big = b"Subject: grande\r\n\r\n" + line * (100_000_000 // len(line))
    began = time.monotonic()
    with listening(replace(RULES, max_bytes=104_857_600)) as listener, client(listener) as smtp:
        smtp.timeout = 20
        smtp.sendmail("rosa@example.org", [OURS], big)
    kept = stored()[0]
    assert kept.size_bytes == len(big)
    assert kept.content is None
    assert storage.load(kept.storage_name) == big
    assert time.monotonic() - began < 15


def test_pipelined_commands_are_answered_in_order(committed_stage: Stage) -> None:
    with listening() as listener, Wire(listener) as wire:
        wire.say(b"EHLO cliente")
        one = b"MAIL FROM:<a@b.uy>\r\nRCPT TO:<" + OURS.encode() + b">\r\nDATA\r\n"
        wire.socket.sendall(one)
        assert [wire.answer()[:3] for _line in range(3)] == ["250", "250", "354"]
        wire.socket.sendall(b"Subject: uno\r\n\r\n.\r\n" + one)
        assert [wire.answer()[:3] for _line in range(4)] == ["250", "250", "250", "354"]
        wire.socket.sendall(b"Subject: dos\r\n\r\n.\r\nQUIT\r\n")
        assert [wire.answer()[:3] for _line in range(2)] == ["250", "221"]
    assert len(stored()) == 2


def test_slow_broken_and_silent_clients_hold_up_nobody(committed_stage: Stage) -> None:
    with listening() as listener, Wire(listener) as slow, Wire(listener) as silent, Wire(listener) as rude:
        slow.begin()
        slow.socket.sendall(b"Subject: len")
        rude.begin()
        rude.socket.sendall(b"Subject: a med")
        rude.socket.shutdown(socket.SHUT_WR)
        began = time.monotonic()
        with client(listener) as smtp:
            smtp.sendmail("rosa@example.org", [OURS], MAIL)
        assert time.monotonic() - began < 2
        assert len(stored()) == 1
        assert slow.say(b"to\r\n\r\nya\r\n.").startswith("250")
        assert silent.say(b"QUIT").startswith("221")
    assert [bytes(one.content or b"")[:15] for one in stored()] == [MAIL[:15], b"Subject: lento\r"]


def test_a_silent_client_is_sent_away(committed_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "COMMAND_TIMEOUT_SECONDS", 0.3)
    with listening() as listener, Wire(listener) as wire:
        assert wire.answer() == ""


def test_a_client_that_drips_is_sent_away(committed_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "COMMAND_TIMEOUT_SECONDS", 0.4)
    with listening() as listener, Wire(listener) as wire:
        wire.begin()
        assert _drops_until_sent_away(wire) < 100
    assert stored() == []


def _drops_until_sent_away(wire: Wire) -> int:
    for drop in range(100):
        try:
            wire.socket.sendall(b"a")
        except OSError:
            return drop
        time.sleep(0.05)
    return 100


def test_only_so_many_connections(committed_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ventanilla.mail.listener.MAX_CONNECTIONS", 2)
    with listening() as listener, Wire(listener), Wire(listener):
        third = socket.create_connection(("127.0.0.1", listener.port), timeout=5)
        assert third.recv(100).startswith(b"421 4.3.2")
        assert third.recv(100) == b""
        third.close()


def test_nonsense_is_answered_and_ended(committed_stage: Stage) -> None:
    with listening() as listener, Wire(listener) as wire:
        for line in (
            b"",
            b"\xff\xfe",
            b"GET / HTTP/1.1",
            b"MAIL",
            b"RCPT TO:",
            b"DATA",
            b"AUTH PLAIN AAAA",
            b"X" * 5_000,
        ):
            assert wire.say(line)[0] in "45"
        answer = ""
        for _time in range(20):
            answer = wire.say(b"NADA")
            if answer.startswith("502"):
                break
        assert answer.startswith("502")
        assert wire.answer() == ""


def test_who_guesses_addresses_is_sent_away(committed_stage: Stage) -> None:
    with listening() as listener, Wire(listener) as wire:
        wire.say(b"EHLO cliente")
        wire.say(b"MAIL FROM:<a@b.uy>")
        answers = [wire.say(f"RCPT TO:<adivino{number}@ejemplo.gub.uy>".encode()) for number in range(101)]
        assert answers[99].startswith("550")
        assert answers[100].startswith("421")
        assert wire.answer() == ""


def test_a_thousand_recipients_and_no_more(committed_stage: Stage) -> None:
    with listening() as listener, Wire(listener) as wire:
        wire.say(b"EHLO cliente")
        wire.say(b"MAIL FROM:<a@b.uy>")
        wire.socket.sendall(
            b"".join(f"RCPT TO:<consultas+{number}@ejemplo.gub.uy>\r\n".encode() for number in range(1_001))
        )
        answers = [wire.answer()[:3] for _number in range(1_001)]
        assert answers == ["250"] * 1_000 + ["452"]
        assert wire.say(b"DATA").startswith("354")
        assert wire.say(b"Subject: todos\r\n\r\n.").startswith("250")
    assert len(stored()) == 1
    assert len(stored()[0].envelope["rcpt_to"]) == 1_000


def test_250_means_committed_and_451_means_try_again(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_inbounddelivery ADD CONSTRAINT broken CHECK (size_bytes < 0) NOT VALID")
        try:
            with pytest.raises(smtplib.SMTPDataError) as caught:
                smtp.sendmail("rosa@example.org", [OURS], MAIL)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE intake_inbounddelivery DROP CONSTRAINT broken")
        assert caught.value.smtp_code == 451
        assert stored() == []
        smtp.sendmail("rosa@example.org", [OURS], MAIL)
        assert len(stored()) == 1


def test_a_database_that_comes_back_is_found_again(committed_stage: Stage) -> None:
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail("rosa@example.org", [OURS], MAIL)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        for number in range(8):
            smtp.sendmail("rosa@example.org", [OURS], MAIL + b"%d\r\n" % number)
    assert len(stored()) == 9


def test_lmtp_answers_for_each_recipient(committed_stage: Stage) -> None:
    with listening(replace(RULES, protocol="lmtp")) as listener, Wire(listener) as wire:
        assert wire.say(b"EHLO cliente").startswith("500")
        assert wire.say(b"LHLO cliente").startswith("250")
        assert wire.say(b"MAIL FROM:<>").startswith("250")
        recipients = [OURS, "nadie@x.uy", "transito@ejemplo.gub.uy", OURS]
        assert [wire.say(f"RCPT TO:<{one}>".encode())[:3] for one in recipients] == ["250", "550", "250", "250"]
        assert wire.say(b"DATA").startswith("354")
        wire.socket.sendall(MAIL.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        assert [wire.answer()[:3] for _recipient in range(3)] == ["250"] * 3
        assert wire.say(b"NOOP").startswith("250")
    assert [bytes(one.content or b"") for one in stored()] == [MAIL, MAIL]
    assert stored()[0].envelope["protocol"] == "lmtp"


def test_only_a_trusted_relay_is_believed(committed_stage: Stage) -> None:
    told = b"Authentication-Results: relay.gub.uy; spf=pass; dkim=pass header.d=example.org\r\n" + MAIL
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail("rosa@example.org", [OURS], told)
    with listening(replace(RULES, trusted=networks("127.0.0.0/8"))) as listener, client(listener) as smtp:
        smtp.sendmail("rosa@example.org", [OURS], told + b"otra\r\n")
        smtp.sendmail("rosa@example.org", [OURS], MAIL)
    assert [one.envelope.get("authentication_results") for one in stored()] == [
        None,
        "relay.gub.uy; spf=pass; dkim=pass header.d=example.org",
        None,
    ]


def test_starttls(committed_stage: Stage, tmp_path: Path) -> None:
    pem = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with listening(replace(RULES, tls=context)) as listener, client(listener) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=str(pem)))
        smtp.ehlo()
        assert not {"auth", "starttls"} & set(smtp.esmtp_features)
        smtp.sendmail("rosa@example.org", [OURS], MAIL + b"x" * 100_000)
    assert stored()[0].size_bytes == len(MAIL) + 100_002


def test_no_name_is_looked_up(committed_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*arguments: object) -> None:
        raise AssertionError(f"a name was looked up: {arguments}")

    for name in ("getfqdn", "gethostbyaddr", "getnameinfo"):
        monkeypatch.setattr(socket, name, forbidden)
    with listening() as listener, Wire(listener) as wire:
        wire.begin()
        assert wire.say(MAIL.replace(b"\r\n.", b"\r\n..") + b".").startswith("250")


def test_many_at_once(committed_stage: Stage) -> None:
    def send(sender: int) -> None:
        with client(listener) as smtp:
            for number in range(25):
                smtp.sendmail("rosa@example.org", [OURS], MAIL + b"%d-%d\r\n" % (sender, number))

    with listening() as listener, ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert InboundDelivery.objects.count() == 200
    assert listener.connections == 0


def _certificate(folder: Path) -> Path:
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
