"""A key opens one case to one address, in the way it was given, until the version changes."""

import base64
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.messages.keys import LENGTH, Purpose, is_key, make_key, without_keys, without_keys_in_mail

SECRET = b"secreto"
OTHER = (
    (SECRET, Purpose.FILER, 7, 0, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 8, 0, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 1, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 0, "gubuy", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 0, "email", "eva@example.org"),
    (b"otro", Purpose.MAILBOX, 7, 0, "email", "ana@example.org"),
)


def test_whatever_differs_makes_another_key() -> None:
    key = make_key(SECRET, Purpose.MAILBOX, 7, 0, "email", "ana@example.org")
    assert is_key(key)
    assert len({key, *(make_key(*other) for other in OTHER)}) == 1 + len(OTHER)


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_addresses_share_a_key(kind: str, value: str, other_kind: str, other_value: str) -> None:
    one = make_key(SECRET, Purpose.FILER, 1, 0, kind, value)
    other = make_key(SECRET, Purpose.FILER, 1, 0, other_kind, other_value)
    assert (one == other) == ((kind, value) == (other_kind, other_value)) or "\x00" in kind + other_kind


def test_quoted_links_lose_their_keys() -> None:
    key = "a" * LENGTH
    quoted = (
        f"> Seguila en https://x.example/solicitudes/K7M4-X9PT/?clave={key}\n> y <a href='/s/?v=1&amp;clave={key}'>"
    )
    assert key in quoted
    assert without_keys(quoted).count("clave=…") == 2
    assert key not in without_keys(quoted + f" https%3A%2F%2Fx%2F%3Fclave%3D{key}")
    assert without_keys("sin enlaces") == "sin enlaces"


@pytest.mark.parametrize(
    "link",
    [
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__x.example_solicitudes_K7M4-2DX9PT_-3Fclave-3D{key}&d=DwMF",
        "https://guard.example/?to=https%253A%252F%252Fx.example%252F%253Fclave%253D{key}",
        "https%3a%2f%2fx.example%2f%3fclave%3d{key}",
        "> https://x.example/solicitudes/K7M4-X9PT/?clave={start}\n> {end}",
        "<a href='https://x.example/?CLAVE&#61;{key}'>",
    ],
)
def test_links_lose_their_keys_however_they_come_back(link: str) -> None:
    key = make_key(SECRET, Purpose.MAILBOX, 7, 0, "email", "ana@example.org")
    cut = without_keys(link.format(key=key, start=key[:11], end=key[11:]))
    assert not any(part in cut for part in (key, key[:11], key[11:]))
    assert "…" in cut


@pytest.mark.parametrize("packing", ["7bit", "quoted-printable", "base64"])
def test_a_mail_as_it_came_loses_them_too(packing: str) -> None:
    key = make_key(SECRET, Purpose.MAILBOX, 7, 0, "email", "ana@example.org")
    mail = EmailMessage()
    mail.set_content(f"Gracias.\n\n> https://x.example/solicitudes/K7M4-X9PT/?clave={key}\n> Chau.\n", cte=packing)
    mail.add_attachment(bytes(range(256)) * 9, maintype="image", subtype="png", filename="foto.png")
    content = mail.as_bytes()
    cut = without_keys_in_mail(content)
    assert key not in text_of(cut)
    assert "Chau." in text_of(cut)
    assert base64.encodebytes(bytes(range(256)) * 9) in cut
    assert without_keys_in_mail(b"Subject: x\n\nNada.") == b"Subject: x\n\nNada."


def text_of(content: bytes) -> str:
    part = message_from_bytes(content, policy=default).get_body()
    assert part is not None
    return str(part.get_content())
