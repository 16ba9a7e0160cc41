"""A virus comes by mail: kept, told to the agent, handed out by no door. Without a scanner the desk says so."""

import socket
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.scanner import EICAR, LOCAL_MARK, Daemon, running

from ventanilla.cases import queries as cases
from ventanilla.cases.models import EntryFile
from ventanilla.demo.stage import Stage
from ventanilla.flow import reply, scanning
from ventanilla.flow.accept import accept
from ventanilla.flow.errors import Refused
from ventanilla.flow.receive import receive_one
from ventanilla.journal.actors import staff
from ventanilla.kit import clamd
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import Address, Attachment

PDF = b"%PDF-1.7\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 100


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running(tmp_path_factory.mktemp("clamd")) as found:
        yield found


@pytest.fixture(autouse=True)
def _nobody_was_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "_silent_until", 0.0)


def receive(stage: Stage, *files: tuple[str, str, bytes]) -> tuple[str, list[EntryFile]]:
    """A mail with files comes in by the line: the case's code and the files as they are kept."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "lucia@example.com", stage.account.address, "Va el archivo"
    message["Message-ID"] = f"<{time.monotonic_ns()}@example.com>"
    message.set_content("Adjunto lo que me pidieron.")
    for name, media_type, content in files:
        main, sub = media_type.split("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    stored = accept(
        stage.account, message.as_bytes(), {"mail_from": "lucia@example.com", "rcpt_to": [stage.account.address]}
    )
    (code,) = receive_one(stored.delivery_id).case_codes
    return code, list(EntryFile.objects.filter(entry__case__code=code).order_by("pk"))


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, code: str) -> str:
    return client.get(reverse("desk:conversation", args=[code])).content.decode()


@pytest.mark.parametrize("way", ["tcp", "path"])
@pytest.mark.parametrize(
    ("content", "signature"),
    [(EICAR, "Ventanilla.Eicar"), (b"hola " + LOCAL_MARK + b" chau" * 50_000, "Ventanilla.Local")],
    ids=["eicar", "local"],
)
def test_the_daemon_is_understood(settings: Any, daemon: Daemon, way: str, content: bytes, signature: str) -> None:
    settings.CLAMD = getattr(daemon, way)
    assert clamd.is_answering()
    found = clamd.scan(content)
    assert found.scan is Scan.INFECTED
    assert found.signature.startswith(signature)
    assert clamd.scan(PDF) == clamd.Result(Scan.CLEAN)
    assert clamd.scan(b"") == clamd.Result(Scan.CLEAN)


def test_a_file_over_the_daemons_limit_is_not_called_clean(settings: Any, daemon: Daemon) -> None:
    settings.CLAMD = daemon.tcp
    assert clamd.scan(b"a" * 5 * 2**20) == clamd.Result(Scan.FAILED, problem=clamd.SIZE_LIMIT)
    assert clamd.scan(PDF).scan is Scan.CLEAN


def test_an_infected_mail_is_kept_told_and_handed_out_by_no_door(settings: Any, daemon: Daemon, stage: Stage) -> None:
    settings.CLAMD = daemon.path
    code, (bad, good) = receive(
        stage, ("factura.pdf", "application/pdf", EICAR), ("cédula.pdf", "application/pdf", PDF)
    )
    assert (bad.scan, good.scan) == ("infected", "clean")
    assert bad.scan_signature.startswith("Ventanilla.Eicar")
    agent = client_of(stage.agent.user)
    shown = page(agent, code)
    assert "contiene un virus: Ventanilla.Eicar" in shown
    assert reverse("desk:file", args=[bad.pk]) not in shown
    assert reverse("desk:original", args=[bad.entry.delivery_id]) not in shown
    for query in ("", "?ver"):
        assert agent.get(reverse("desk:file", args=[bad.pk]) + query).status_code == 404
    assert agent.get(reverse("desk:file", args=[good.pk])).content == PDF
    case = cases.by_code(code)
    assert case is not None
    original = agent.get(reverse("desk:original", args=[bad.entry.delivery_id]))
    assert original.status_code == 404
    with pytest.raises(Refused, match=r"factura\.pdf"):
        reply.forward(staff(stage.agent.user.pk), case.pk, [bad.entry_id], [Address("email", "x@example.com")], "Va")


def test_staff_cannot_send_a_virus(settings: Any, daemon: Daemon, stage: Stage) -> None:
    settings.CLAMD = daemon.tcp
    code, _files = receive(stage)
    case = cases.by_code(code)
    assert case is not None
    with pytest.raises(Refused, match=r"Ventanilla\.Eicar"):
        reply.note(staff(stage.agent.user.pk), case.pk, "Mirá", files=[Attachment("a.pdf", "application/pdf", EICAR)])
    assert not EntryFile.objects.filter(entry__case=case).exists()


def test_without_a_scanner_the_desk_says_so_and_nobody_waits(settings: Any, stage: Stage) -> None:
    assert settings.CLAMD == ""
    code, (file,) = receive(stage, ("factura.pdf", "application/pdf", PDF))
    assert file.scan == "not_scanned"
    agent = client_of(stage.agent.user)
    assert "no analizado" in page(agent, code)
    assert agent.get(reverse("desk:file", args=[file.pk])).status_code == 200


def test_what_could_not_be_analysed_is_tried_again(settings: Any, daemon: Daemon, stage: Stage) -> None:
    settings.CLAMD = "127.0.0.1:9"
    code, (bad, good) = receive(stage, ("a.pdf", "application/pdf", EICAR), ("b.pdf", "application/pdf", PDF))
    assert (bad.scan, good.scan) == ("failed", "failed")
    agent = client_of(stage.agent.user)
    assert "no se pudo analizar" in page(agent, code)
    assert scanning.rescan() == 0
    settings.CLAMD = daemon.tcp
    assert scanning.rescan() == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.scan, good.scan) == ("infected", "clean")
    assert scanning.rescan() == 0
    assert agent.get(reverse("desk:file", args=[bad.pk])).status_code == 404


def test_a_daemon_that_says_nothing_holds_up_one_file_and_not_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "SCAN_TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.CLAMD = f"127.0.0.1:{mute.getsockname()[1]}"
        began = time.monotonic()
        assert clamd.scan(PDF).scan is Scan.FAILED
        assert clamd.scan(PDF) == clamd.Result(Scan.FAILED, problem="silent")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("answer", [b"", b"stream: who knows ERROR\0", b"\xff\xfe\0", b"x" * 10_000])
def test_an_answer_that_makes_no_sense_is_a_failure(settings: Any, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as odd:
        settings.CLAMD = f"127.0.0.1:{odd.getsockname()[1]}"

        def say() -> None:
            peer, _address = odd.accept()
            with peer:
                peer.recv(100)
                peer.sendall(answer)

        thread = threading.Thread(target=say)
        thread.start()
        assert clamd.scan(PDF).scan is Scan.FAILED
        thread.join()


def test_the_mail_that_lies_about_its_file_is_kept_with_a_warning(stage: Stage) -> None:
    code, (file,) = receive(stage, ("factura.pdf", "application/pdf", EXE))
    assert file.concern == "program"
    assert "Es un programa: no lo abras." in page(client_of(stage.agent.user), code)


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("factura.pdf", "application/pdf", EXE),
        ("a.html", "text/html", b"<script>"),
        ("a.svg", "image/svg+xml", b"<svg/>"),
    ],
)
def test_the_desk_takes_no_program_from_staff(stage: Stage, name: str, media_type: str, content: bytes) -> None:
    code, _files = receive(stage)
    answered = client_of(stage.agent.user).post(
        reverse("desk:note", args=[code]),
        {"text": "Va", "attachments": SimpleUploadedFile(name, content, content_type=media_type)},
    )
    assert answered.status_code == 422
    assert name in answered.content.decode()
    assert not EntryFile.objects.filter(entry__case__code=code).exists()


def test_a_file_is_a_download_that_runs_nothing(stage: Stage) -> None:
    _code, (page_file, picture) = receive(
        stage,
        ("a.html", "text/html", b"<script>alert(1)</script>"),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n"),
    )
    agent = client_of(stage.agent.user)
    for file, query, media_type in [
        (page_file, "", "application/octet-stream"),
        (page_file, "?ver", "application/octet-stream"),
        (picture, "?ver", "image/png"),
    ]:
        answer = agent.get(reverse("desk:file", args=[file.pk]) + query)
        assert answer["Content-Type"] == media_type
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith("inline" if media_type == "image/png" else "attachment")
