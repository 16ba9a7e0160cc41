"""Nothing that arrives may break the reader, stall it, or make it forget: a message or UnreadableDelivery."""

import base64
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ventanilla.channels.email import cleaning, quotations, reading
from ventanilla.channels.email.description import describe
from ventanilla.channels.email.headers import decode_words, parameters
from ventanilla.messages.contract import Inbound, InboundMessage, RawDelivery, UnreadableDelivery

NOW = datetime(2025, 11, 4, 13, 30, tzinfo=UTC)
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.eml"))
CONTENTS = [path.read_bytes() for path in FIXTURES]
HEAD = b"From: ana@example.com\nTo: b@example.com\nSubject: x\nMessage-ID: <a@b>\n"


def read(content: bytes) -> list[Inbound]:
    return reading.read(RawDelivery(1, "consultas@ejemplo.gub.uy", NOW, content, {}))


def message(content: bytes) -> InboundMessage:
    [found] = read(content)
    assert isinstance(found, InboundMessage)
    return found


def assert_readable(content: bytes) -> None:
    """Reads or refuses; and what it says can be stored: no NUL, no stray surrogate."""
    described = describe(content)
    str(described).encode("utf-8")
    assert "\x00" not in str(described)
    try:
        found = read(content)
    except UnreadableDelivery:
        return
    assert found
    assert read(content) == found


@given(st.binary(max_size=3000))
def test_arbitrary_bytes(content: bytes) -> None:
    assert_readable(content)


@given(
    st.binary(max_size=2000),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=x", "message/rfc822"]),
)
def test_arbitrary_bodies(body: bytes, media_type: str) -> None:
    assert_readable(HEAD + b"Content-Type: " + media_type.encode() + b"\n\n" + body)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(CONTENTS), st.randoms(use_true_random=False))
def test_mutated_mails(content: bytes, dice: random.Random) -> None:
    mutated = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        start = dice.randrange(len(mutated) + 1)
        kind = dice.randrange(4)
        if kind == 0:
            del mutated[start : start + dice.randint(1, 40)]
        elif kind == 1:
            mutated[start:start] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 8)))
        elif kind == 2:
            mutated[start:start] = mutated[dice.randrange(len(mutated) + 1) :][:60]
        else:
            mutated[start:start] = dice.choice(
                [b"\r\n\r\n", b"--", b"=?utf-8?B?", b"boundary=", b"\x00", b"<", b'"', b"%", b"\n>"]
            )
    assert_readable(bytes(mutated))


@given(st.text(max_size=400))
def test_words_and_parameters_never_raise(text: str) -> None:
    decode_words(text)
    decode_words(f"=?utf-8?q?{text}?= =?latin-1?B?{text}?=")
    parameters(f"text/plain; {text}")
    parameters(f"text/plain; name*0*={text}; name*1={text}")


@given(st.text(alphabet=st.sampled_from("> \n:-_El a@bDe:wrote 1234,<>*"), max_size=600))
def test_a_reply_is_never_lost(text: str) -> None:
    reply = quotations.cut(text)
    assert bool(reply.strip()) == bool(text.strip())


ENDLESS = {
    "unclosed words": "=?a?q?" * 170_000,
    "unclosed words with spaces": "=?utf-8?Q? " * 90_000,
    "quotes": '"' * 1_000_000,
    "brackets": "(" * 1_000_000,
    "angles": "<" * 1_000_000,
    "addresses": "a@b.c, " * 150_000,
    "at signs": "@" * 1_000_000,
    "parameters": "a*1*=x; " * 120_000,
    "dots": "a." * 500_000,
}


@pytest.mark.parametrize("name", sorted(ENDLESS))
@pytest.mark.parametrize("field", ["From", "To", "Subject", "Content-Type", "References", "Message-ID", "Date"])
def test_endless_headers_are_read_in_time(name: str, field: str) -> None:
    content = f"{field}: {ENDLESS[name]}\nReply-To: ana@example.com\nX: y\n\nHola".encode()
    started = time.perf_counter()
    assert_readable(content)
    assert time.perf_counter() - started < 3


BODIES = {
    "quotation marks": "> " * 500_000,
    "quoted lines": "> hola\n" * 140_000,
    "interleaved": "> hola\nchau\n" * 80_000,
    "attributions": "El lun, 3 nov 2025 a las 10:15, Ana <a@b.c> escribió\n" * 19_000,
    "openings": "El \n" * 250_000,
    "headers": "De: a\nPara: b\n" * 70_000,
    "colons": ":" * 1_000_000,
    "dashes": "-- \n" * 250_000,
    "rules": "____\n" * 200_000,
    "one line": "escribió: " * 100_000,
    "notices": "Este mensaje es\n" * 60_000,
    "spaces": " " * 1_000_000,
    "uu": "begin 644 a\n" * 80_000,
    "codes": "K7M4-X9P" * 120_000,
    "addresses": "a@b." * 250_000,
    "bounce words": "no se puede entregar 550 " * 40_000,
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_megabyte_of_anything_is_read_within_a_second(name: str) -> None:
    content = HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed\n\n" + BODIES[name].encode()
    started = time.perf_counter()
    read(content)
    assert time.perf_counter() - started < 1


HTMLS = {
    "nested": "<div>" * 200_000 + "x",
    "formatting": "".join(f"<font color=c{number}>" for number in range(5_000)) + "<p>x" * 5_000,
    "unclosed": "<a href='" * 100_000,
    "angles": "<" * 500_000,
    "comments": "<!--" * 200_000,
    "tables": "<table><tr><td>" * 60_000,
    "quotations": "<blockquote>" * 100_000 + "x",
    "lists": "<ul><li>" * 100_000 + "x",
    "ampersands": "&amp" * 250_000,
    "attributes": "<p " + "a=b " * 200_000 + ">x",
    "flat": "<p>hola</p>" * 90_000,
}


@pytest.mark.parametrize("name", sorted(HTMLS))
def test_endless_html_is_read_in_time(name: str) -> None:
    content = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + HTMLS[name].encode()
    started = time.perf_counter()
    read(content)
    assert time.perf_counter() - started < 4


def test_a_thousand_recipients_are_all_kept() -> None:
    many = ", ".join(f'"Vecina, {number}" <v{number}@example.com>' for number in range(1_000))
    content = f"From: ana@example.com\nTo: {many}\nMessage-ID: <a@b>\n\nHola".encode()
    assert len(message(content).recipients) == 1_000


def test_more_parts_than_anybody_needs_are_cut_with_a_warning() -> None:
    part = b"--x\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n"
    found = message(HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + part * 12_000 + b"--x--\n")
    assert len(found.attachments) == 999
    assert any("demasiadas partes" in warning for warning in found.facts["warnings"])


def test_nesting_without_end_is_unreadable() -> None:
    body = b"Hola"
    for number in range(150):
        body = b"Content-Type: multipart/mixed; boundary=b%d_\n\n--b%d_\n%s\n--b%d_--\n" % (
            number,
            number,
            body,
            number,
        )
    with pytest.raises(UnreadableDelivery):
        read(HEAD + body)


def test_deep_but_honest_nesting_is_read() -> None:
    body = b"Content-Type: text/plain\n\nHola"
    for number in range(40):
        body = b"Content-Type: multipart/mixed; boundary=b%d_\n\n--b%d_\n%s\n--b%d_--\n" % (
            number,
            number,
            body,
            number,
        )
    assert message(HEAD + body).text == "Hola"


def test_a_hundred_megabytes_are_read_with_little_more_than_their_own_weight() -> None:
    payload = base64.encodebytes(bytes(74_000_000))
    content = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHola\n--x\nContent-Type: application/zip; name=a.zip\n"
    )
    content += b"Content-Transfer-Encoding: base64\n\n" + payload + b"\n--x--\n"
    assert len(content) > 99_000_000
    started = time.perf_counter()
    found = message(content)
    assert found.text == "Hola"
    assert found.attachments[0].size_bytes == 74_000_000
    assert time.perf_counter() - started < 10


def test_hostile_html_keeps_its_words() -> None:
    html = "<div>" * 50_000 + "Hola vecinos"
    assert cleaning.is_hostile(html)
    found = message(HEAD + b"Content-Type: text/html\n\n" + html.encode())
    assert "Hola vecinos" in found.text
    assert found.html == ""
    assert found.facts["warnings"]
