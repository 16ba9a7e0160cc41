"""Mail servers at our door: what they hear, and what is in the database when they hear it."""

import smtplib
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connection
from tests.journeys.wire import MAIL, OURS, RULES, Wire, certificate, client, listening, stored

from ventanilla.demo.stage import Stage
from ventanilla.flow.receiving import drain
from ventanilla.intake.models import InboundDelivery
from ventanilla.kit import storage
from ventanilla.mail.trust import networks
from ventanilla.worklist.models import Row


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
    # However many connections other tests left in the pool.
    connection.close()
    connection.close_pool()
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


def test_only_a_trusted_relays_filter_is_heard(committed_stage: Stage) -> None:
    marked = b"X-Spam-Flag: YES\r\n" + MAIL
    with listening() as listener, client(listener) as smtp:
        smtp.sendmail("rosa@example.org", [OURS], marked)
    with listening(replace(RULES, trusted=networks("127.0.0.0/8"))) as listener, client(listener) as smtp:
        smtp.sendmail("rosa@example.org", [OURS], marked + b"otra\r\n")
    assert ["spam_flag" in one.envelope for one in stored()] == [False, True]


def test_starttls(committed_stage: Stage, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
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
