"""Clients that are slow, broken, silent, rude or too many: they hold up nobody and are sent away."""

import socket
import time

import pytest
from tests.journeys.wire import MAIL, OURS, Wire, client, listening, stored

from ventanilla.demo.stage import Stage
from ventanilla.mail import session


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
