"""Poisonous mail: each is kept, set aside or read, and the good one that follows is handled."""

import io
import resource
import zipfile
from email.message import EmailMessage
from typing import Any

import pytest

from ventanilla.cases import queries as cases
from ventanilla.cases.models import EntryFile
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive
from ventanilla.flow.receiving import drain
from ventanilla.intake.models import InboundDelivery
from ventanilla.intake.rules import MAX_ATTEMPTS
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.messages import registry
from ventanilla.messages.contract import RawDelivery, Tools, UnreadableDelivery
from ventanilla.worklist.models import Row

ROSA = "Rosa Pérez <rosa@example.org>"
HEAD = b"From: rosa@example.org\r\nTo: consultas@ejemplo.gub.uy\r\nMessage-ID: <p@example.org>\r\n"


def bomb() -> bytes:
    """A zip of 50 kB that unpacks to 50 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("grande.txt", b"\0" * 50_000_000)
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "rosa@example.org", "c@x.uy", "<z@example.org>"
    message.set_content("Va adjunto")
    message.add_attachment(packed.getvalue(), maintype="image", subtype="png", filename="foto.png")
    return message.as_bytes()


POISON = {
    "empty": b"",
    "nul": b"\x00" * 5000,
    "no end of headers": HEAD + b"Subject: sin cuerpo",
    "nul in text": HEAD + b"Subject: nul\x00\r\n\r\nho\x00la",
    "encoded nul": HEAD + b"Subject: =?utf-8?q?a=00b?=\r\n\r\nhola",
    "encoded nul in name": HEAD.replace(b"rosa@", b"=?utf-8?q?Ro=00sa?= <rosa@").replace(b"org\r\nTo", b"org>\r\nTo")
    + b"\r\nhola",
    "nul in file name": HEAD
    + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhola\r\n--x\r\n"
    b"Content-Type: image/png; name*=utf-8''a%00b.png\r\nContent-ID: <a\x00b>\r\n\r\nabc\r\n--x--\r\n",
    "wrong charset": HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nBuen d\xeda",
    "lies about charset": HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nBuen d\xeda \xff\xfe",
    "scripts": HEAD
    + b"Content-Type: text/html\r\n\r\n<p onclick=x()>Hola</p><script>x()</script><img src=http://evil.example/i.png>",
    "long address in copy": HEAD + b"Cc: " + b"a" * 500 + b"@example.org\r\n\r\nhola",
    "long everything": HEAD.replace(b"<p@", b"<" + b"p" * 3000 + b"@")
    + b"Subject: " + b"s" * 5000 + b"\r\nIn-Reply-To: <" + b"i" * 3000 + b"@x>\r\nReferences: "
    + b" ".join(b"<%d@x.example>" % number for number in range(3000)) + b"\r\n\r\nhola",
    "nested": HEAD + b"MIME-Version: 1.0\r\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)),
    "future": HEAD + b"Date: Fri, 01 Jan 2199 00:00:00 +0000\r\n\r\nhola",
    "no year": HEAD + b"Date: Mon, 99 Foo 0000 99:99:99 +9999\r\n\r\nhola",
    "zip bomb": bomb(),
}  # fmt: skip
KEPT_ASIDE = {"nested"}
"""The rest can be read: an empty mail still has the sender of its envelope."""


@pytest.mark.parametrize("name", POISON)
def test_poison_harms_nobody(stage: Stage, name: str) -> None:
    accept(stage.account, POISON[name], {"mail_from": "rosa@example.org"})
    accept(stage.account, letter("luis@example.org", "Hola", "Buen día"), {"mail_from": "luis@example.org"})
    drain(stage.body.pk)
    first, second = InboundDelivery.objects.order_by("pk")
    assert second.state == "handled"
    assert first.state == ("quarantined" if name in KEPT_ASIDE else "handled"), first.problem
    assert first.attempts == 0
    assert bool(first.problem) == (name in KEPT_ASIDE)
    for row in Row.objects.all():
        for entry in cases.messages(row.case_id):
            assert "script" not in entry.html
            assert "evil.example" not in entry.html or "<img src=" not in entry.html
            assert entry.at <= clock.now()


def test_a_mail_of_a_hundred_megabytes(stage: Stage) -> None:
    """Read, stored and filed within five times its size."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    head = HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhola\r\n--x\r\n"
    head += b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    big = head + b"QUJD" * 19 * (100_000_000 // 78 // 4 * 4) + b"\r\n--x--\r\n"
    accept(stage.account, big, {"mail_from": "rosa@example.org"})
    size = len(big)
    del big
    accept(stage.account, letter("luis@example.org", "Hola", "Buen día"), {"mail_from": "luis@example.org"})
    drain(stage.body.pk)
    assert [one.state for one in InboundDelivery.objects.order_by("pk")] == ["handled", "handled"]
    (file,) = EntryFile.objects.all()
    assert file.size_bytes > 70_000_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 5 * size


class Fragile:
    """A channel whose code fails on some deliveries; the rest it reads as mail."""

    name = "email"

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def read(self, raw: RawDelivery) -> Any:
        if b"ilegible" in raw.content:
            raise UnreadableDelivery("No se pudo leer.")
        if b"rompe" in raw.content:
            raise RuntimeError("Rosa Perez rosa@example.org")
        return self.inner.read(raw)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Our own code fails while the set is not empty."""
    real = registry.factory("email")
    faults = {"yes"}

    def factory(name: str) -> Any:
        def create(options: Any, tools: Tools) -> Any:
            return Fragile(real(options, tools)) if faults else real(options, tools)

        return create

    monkeypatch.setattr(registry, "factory", factory)
    return faults


def test_our_own_failure_waits_is_counted_and_ends_in_quarantine(
    stage: Stage, breaking: set[str], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = accept(stage.account, letter(ROSA, "Esto rompe", "Texto"), {}).delivery_id
    for number in range(5):
        accept(stage.account, letter(f"p{number}@example.org", "Hola", "Texto"), {})
    with clock.frozen(clock.now()) as hands:
        assert drain(stage.body.pk) == 6
        assert Row.objects.count() == 5
        assert InboundDelivery.objects.get(pk=bad).attempts == 1
        assert receive(stage.body.pk) == 0
        for _attempt in range(MAX_ATTEMPTS - 1):
            hands.instant = InboundDelivery.objects.get(pk=bad).retry_at or hands.instant
            assert drain(stage.body.pk) == 1
        found = InboundDelivery.objects.get(pk=bad)
        assert (found.state, found.attempts) == ("quarantined", MAX_ATTEMPTS)
        assert "6 veces" in found.problem
        assert Fact.objects.filter(kind="intake.quarantined").count() == 1
    told = caplog.text + capsys.readouterr().out
    assert "RuntimeError" in told
    assert "rosa" not in told.lower()

    breaking.clear()
    received = desk.retry_delivery(staff(stage.agent_user.pk), bad)
    assert received.state == "handled"
    assert case_of(received).subject == "Esto rompe"
    assert InboundDelivery.objects.get(pk=bad).problem == ""


def test_a_failure_while_filing_isolates_the_one_at_fault(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch is rolled back whole, then each is filed alone."""
    from ventanilla.flow import acknowledge, filing

    real = acknowledge.acknowledge

    def fragile(body: Any, opened: Any, clocks: Any) -> Any:
        if any("rompe" in one.case.subject for one in opened):
            raise RuntimeError
        return real(body, opened, clocks)

    monkeypatch.setattr(filing, "acknowledge", fragile)
    ids = [
        accept(stage.account, letter(f"p{number}@example.org", subject, "Texto"), {}).delivery_id
        for number, subject in enumerate(["Uno", "Esto rompe", "Dos"])
    ]
    drain(stage.body.pk)
    assert [InboundDelivery.objects.get(pk=one).state for one in ids] == ["handled", "stored", "handled"]
    assert sorted(Row.objects.values_list("subject", flat=True)) == ["Dos", "Uno"]


def test_storage_that_fails_leaves_the_mail_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from ventanilla.kit import storage

    def full(folder: str, content: bytes, at: Any) -> str:
        raise OSError("no space left")

    with monkeypatch.context() as without_room:
        without_room.setattr(storage, "store", full)
        received = deliver(stage, POISON["zip bomb"])
        assert received.state == "waiting"
        assert case_of(deliver(stage, letter("luis@example.org", "Hola", "x"))).subject == "Hola"
    with clock.frozen(InboundDelivery.objects.get(state="stored").retry_at or clock.now()):
        drain(stage.body.pk)
    assert EntryFile.objects.get().name == "foto.png"
