"""Handing mail to a real server on this machine."""

import datetime as dt
import email
import socket
import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ventanilla.channels.email import sending
from ventanilla.channels.email.sending import Sender, Server, send, server_of
from ventanilla.channels.email.tests.sink import Sink, running
from ventanilla.messages.contract import (
    Address,
    OutboundMessage,
    PartlyRefused,
    SendingFailed,
    SendingNotConfigured,
    ServerUnreachable,
)

CREATED = dt.datetime(2026, 11, 24, 13, 30, tzinfo=dt.UTC)


def outbound(
    *recipients: str, text: str = "Hola\n.\n..dos puntos\nFrom acá", external_id: str = "x1@ejemplo.gub.uy"
) -> OutboundMessage:
    return OutboundMessage(
        external_id=external_id,
        account="consultas@ejemplo.gub.uy",
        account_name="Intendencia de Ejemplo",
        recipients=[Address("email", recipient) for recipient in recipients or ("rosa@example.org",)],
        subject="Respuesta",
        text=text,
        created_at=CREATED,
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
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
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + built.public_bytes(pem))
    return path


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_as_it_was_composed() -> None:
    with running(Sink()) as sink:
        assert send({"smtp_url": sink.url}, {}, outbound()) == "x1@ejemplo.gub.uy"
    read = email.message_from_bytes(sink.mails[0])
    assert read["Message-ID"] == "<x1@ejemplo.gub.uy>"
    assert read["From"] == "Intendencia de Ejemplo <consultas@ejemplo.gub.uy>"
    first = read.get_payload(0)
    assert isinstance(first, email.message.Message)
    payload = first.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == "Hola\n.\n..dos puntos\nFrom acá\n"
    assert sink.envelopes == [("consultas@ejemplo.gub.uy", ["rosa@example.org"])]
    assert sink.greetings == ["ejemplo.gub.uy"]


def test_several_mails_share_a_connection_and_survive_its_loss() -> None:
    with running(Sink()) as sink:
        sender = Sender({"smtp_url": sink.url}, {})
        for place in range(3):
            sender.send(outbound(external_id=f"{place}@x"))
        assert sink.connections == 1
        assert sender._connection is not None
        assert sender._connection.sock is not None
        sender._connection.sock.shutdown(socket.SHUT_RDWR)
        sender.send(outbound(external_id="3@x"))
        sender.close()
        sender.close()
    assert sink.connections == 2
    assert len(sink.mails) == 4


def test_a_secret_goes_before_an_option() -> None:
    with running(Sink()) as sink:
        send({"smtp_url": "smtp://127.0.0.1:1"}, {"smtp_url": sink.url}, outbound())
    assert len(sink.mails) == 1


def test_without_a_server_nothing_is_tried() -> None:
    with pytest.raises(SendingNotConfigured, match="VENTANILLA_SMTP_URL"):
        send({"smtp_url": ""}, {}, outbound())


@pytest.mark.parametrize(
    "url", ["correo.gub.uy", "http://correo.gub.uy", "smtp://", "smtp://x:puerto", "smtp://x:99999"]
)
def test_an_address_that_makes_no_sense_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SendingNotConfigured) as caught:
        server_of({"smtp_url": url.replace("//", "//yo:secreto@")}, {})
    assert "secreto" not in caught.value.reason


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay", Server("relay", 25)),
        ("smtps://relay", Server("relay", 465, is_tls_from_start=True)),
        ("smtp://relay:587?starttls", Server("relay", 587, needs_starttls=True)),
        ("smtp://u%40x:p%3A@relay", Server("relay", 25, "u@x", "p:", needs_starttls=True)),
        ("smtp://u:p@relay?starttls=no", Server("relay", 25, "u", "p")),
        ("smtp://u:p@localhost", Server("localhost", 25, "u", "p")),
        ("smtps://relay?ca=/etc/ca.pem", Server("relay", 465, is_tls_from_start=True, ca_file="/etc/ca.pem")),
    ],
)
def test_the_forms_of_the_address(url: str, expected: Server) -> None:
    assert server_of({"smtp_url": url}, {}) == expected


@pytest.mark.parametrize(
    ("answers", "is_permanent", "kind", "words"),
    [
        ({"rosa@example.org": "550 5.1.1 No such user"}, True, SendingFailed, "550 5.1.1 No such user"),
        ({"rosa@example.org": "451 4.7.1 Greylisted"}, False, SendingFailed, "Greylisted"),
        ({"DATA": "554 5.7.1 Spam"}, True, SendingFailed, "rechazó"),
        ({"DATA": "552 5.3.4 Too big"}, True, SendingFailed, "demasiado grande"),
        ({"DATA": "451 4.3.0 Later"}, False, SendingFailed, "más tarde"),
        ({"MAIL": "550 5.7.1 Not yours"}, False, ServerUnreachable, "remitente"),
        ({"MAIL": "552 5.3.4 Too big"}, True, SendingFailed, "demasiado grande"),
    ],
)
def test_refusals_are_told_apart(
    answers: dict[str, str], is_permanent: bool, kind: type[SendingFailed], words: str
) -> None:
    with running(Sink(answers=answers)) as sink, pytest.raises(kind) as caught:
        send({"smtp_url": sink.url}, {}, outbound())
    assert caught.value.is_permanent == is_permanent
    assert words in caught.value.reason
    assert sink.mails == []


def test_a_connection_serves_on_after_a_refusal() -> None:
    with running(Sink(answers={"nadie@example.org": "550 5.1.1 No"})) as sink:
        sender = Sender({"smtp_url": sink.url}, {})
        with pytest.raises(SendingFailed):
            sender.send(outbound("nadie@example.org"))
        sender.send(outbound())
        sender.close()
    assert sink.connections == 1
    assert len(sink.mails) == 1


def test_when_only_some_are_refused_the_others_have_it() -> None:
    with running(Sink(answers={"nadie@example.org": "550 5.1.1 No"})) as sink, pytest.raises(PartlyRefused) as caught:
        send({"smtp_url": sink.url}, {}, outbound("rosa@example.org", "nadie@example.org"))
    assert caught.value.refused == {"nadie@example.org": "550 5.1.1 No"}
    assert caught.value.provider_id == "x1@ejemplo.gub.uy"
    assert sink.envelopes[0][1] == ["rosa@example.org"]


def test_a_server_that_hangs_up_in_the_middle() -> None:
    with running(Sink(is_hanging_up=True)) as sink, pytest.raises(ServerUnreachable, match="cortó"):
        send({"smtp_url": sink.url}, {}, outbound())


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerUnreachable, match="No se pudo conectar"):
        send({"smtp_url": f"smtp://127.0.0.1:{port}"}, {}, outbound())


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SMTP_TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(ServerUnreachable, match="a tiempo"):
        send({"smtp_url": f"smtp://127.0.0.1:{deaf.getsockname()[1]}"}, {}, outbound())


def test_starttls_and_a_password(certificate: Path) -> None:
    with running(Sink(), tls=tls(certificate), users={"yo": "clave"}) as sink:
        url = f"smtp://yo:clave@127.0.0.1:{sink.port}?starttls&ca={certificate}"
        send({}, {"smtp_url": url}, outbound())
        with pytest.raises(ServerUnreachable, match="usuario o la contraseña") as caught:
            send({}, {"smtp_url": url.replace("clave", "otra")}, outbound())
        assert "otra" not in caught.value.reason
        assert not caught.value.is_permanent
    assert sink.was_tls == [True]


def test_a_server_that_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    with running(Sink(), tls=tls(certificate)) as sink, pytest.raises(ServerUnreachable, match="identidad"):
        send({"smtp_url": f"{sink.url}?starttls"}, {}, outbound())
    assert sink.mails == []


def test_starttls_that_is_demanded_and_not_offered() -> None:
    with running(Sink()) as sink, pytest.raises(ServerUnreachable, match="STARTTLS"):
        send({"smtp_url": f"{sink.url}?starttls"}, {}, outbound())
    assert sink.mails == []


def test_an_address_beyond_ascii() -> None:
    with running(Sink()) as sink:
        send({"smtp_url": sink.url}, {}, outbound("josé@example.org"))
    assert sink.envelopes[0][1] == ["josé@example.org"]
    assert "SMTPUTF8" in sink.options[0]


def test_the_self_test_says_what_is_wrong() -> None:
    assert "VENTANILLA_SMTP_URL" in sending.self_test({}, {})[0]
    assert "No se pudo conectar" in sending.self_test({"smtp_url": "smtp://127.0.0.1:1", "address": "a@b.uy"}, {})[0]
    with running(Sink()) as sink:
        assert sending.self_test({"smtp_url": sink.url, "address": "a@b.uy"}, {}) == []
    assert sink.mails == []
