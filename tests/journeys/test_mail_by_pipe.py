"""`ventanilla deliver` and `read-mail`, as a mail server's pipe and an operator call them."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from ventanilla.demo.stage import build_stage
from ventanilla.intake.models import InboundDelivery

OURS = "consultas@ejemplo.gub.uy"
MAIL = b"From: Rosa <rosa@example.org>\nSubject: D\xeda\nMessage-ID: <uno@x>\n\nBuen d\xeda\n"


def deliver(monkeypatch: pytest.MonkeyPatch, content: bytes, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    try:
        call_command("deliver", *arguments, stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def stage_behind(transactional_db: None) -> None:
    build_stage()


@pytest.mark.usefixtures("stage_behind")
def test_zero_only_once_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(2):
        assert deliver(monkeypatch, MAIL, "--account", OURS.upper(), "--from", "rosa@example.org") == 0
    kept = InboundDelivery.unscoped.get()
    assert bytes(kept.content or b"") == MAIL
    assert kept.envelope == {"mail_from": "rosa@example.org", "rcpt_to": [OURS.upper()], "protocol": "pipe"}


@pytest.mark.usefixtures("stage_behind")
def test_codes_that_mail_servers_read(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert deliver(monkeypatch, MAIL, "--account", "nadie@ejemplo.gub.uy") == 67
    assert deliver(monkeypatch, MAIL) == 75
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mail_max_bytes": len(MAIL) - 1})
    assert deliver(monkeypatch, MAIL, "--account", OURS) == 69
    assert not InboundDelivery.unscoped.exists()


@pytest.mark.parametrize("url", ["postgresql://postgres@/nada?host=/no/existe&connect_timeout=2", "mysql://x"])
def test_without_a_database_it_must_be_tried_again(tmp_path: Path, url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "VENTANILLA_HOME": str(tmp_path)}  # noqa: TID251 # a child gets what we have
    program = Path(sys.executable).with_name("ventanilla")
    ended = subprocess.run(
        [program, "deliver", "--account", OURS],
        input=MAIL,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 75
    assert ended.stderr
    assert b"rosa" not in ended.stderr


def test_one_line_for_each_file_and_a_bad_one_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, last = tmp_path / "uno.eml", tmp_path / "dos.eml"
    good.write_bytes(MAIL)
    last.write_bytes(MAIL.replace(b"<uno@x>", b"<dos@x>"))
    with pytest.raises(SystemExit) as caught:
        call_command("read_mail", str(good), str(tmp_path / "falta.eml"), str(last))
    assert caught.value.code == 1
    first, missing, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["subject"], first["text"].strip()) == ("Día", "Buen día")
    assert "error" in missing
    assert second["message_id"] == "dos@x"


def test_read_mail_needs_no_database(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": "", "VENTANILLA_HOME": str(tmp_path)}  # noqa: TID251 # a child gets what we have
    program = Path(sys.executable).with_name("ventanilla")
    ended = subprocess.run(
        [program, "read-mail"], input=MAIL, env=environment, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["from"] == "rosa@example.org"
    assert not (tmp_path / "database").exists()
