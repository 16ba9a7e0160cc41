"""What we write, read back by the standard library's parser."""

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.channels.email import parts
from ventanilla.channels.email.composing import MAX_REFERENCES, compose, envelope_recipients, wire_address
from ventanilla.messages.contract import Address, Attachment, OutboundMessage, SendingFailed
from ventanilla.messages.references import find_tokens

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
TOKEN = "vt-1a-abcdefgh234567ab"
ROSA = Address("email", "rosa@example.org", "Rosa Núñez")


def outbound(**changes: Any) -> OutboundMessage:
    given: dict[str, Any] = {
        "external_id": f"{TOKEN}.0123456789abcdef@ejemplo.gub.uy",
        "account": "consultas@ejemplo.gub.uy",
        "account_name": "Intendencia de Ejemplo — Atención",
        "recipients": [ROSA],
        "subject": "[K7M4-X9PT] Renovación de la licencia de conducir en Montevideo y otros trámites",
        "text": "Hola, Rosa:\n\nLlevá la cédula.\nVer https://ejemplo.gub.uy/tramites/licencia?a=1&b=2.\n\nSaludos,\nAna",
        "reference_token": TOKEN,
        "created_at": NOW,
    }
    return OutboundMessage(**{**given, **changes})


def written(message: OutboundMessage, **options: Any) -> tuple[bytes, EmailMessage]:
    content = compose(message, options, NOW)
    read = email.message_from_bytes(content, policy=modern)
    assert isinstance(read, EmailMessage)
    return content, read


def body(read: EmailMessage, kind: str) -> str:
    part = read.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def assert_fit_for_the_wire(content: bytes) -> None:
    assert content.isascii()
    assert b"\x00" not in content
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_the_headers_of_an_answer() -> None:
    content, read = written(outbound(in_reply_to="uno@example.org", references=["cero@example.org", "uno@example.org"]))
    assert_fit_for_the_wire(content)
    assert read.defects == []
    assert read["Message-ID"] == f"<{TOKEN}.0123456789abcdef@ejemplo.gub.uy>"
    assert read["In-Reply-To"] == "<uno@example.org>"
    assert read["References"].split() == ["<cero@example.org>", "<uno@example.org>"]
    assert read["Subject"] == "[K7M4-X9PT] Renovación de la licencia de conducir en Montevideo y otros trámites"
    assert read["From"].addresses[0].display_name == "Intendencia de Ejemplo — Atención"
    assert read["From"].addresses[0].addr_spec == "consultas@ejemplo.gub.uy"
    assert [(one.display_name, one.addr_spec) for one in read["To"].addresses] == [("Rosa Núñez", "rosa@example.org")]
    assert read["Date"].datetime == NOW
    assert read["X-Ventanilla-Reference"] == TOKEN
    assert read["Content-Language"] == "es"
    for absent in (
        "List-Unsubscribe",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Reply-To",
        "Cc",
        "Bcc",
        "Precedence",
    ):
        assert absent not in read


@pytest.mark.parametrize(("answered", "expected"), [("uno@example.org", "auto-replied"), ("", "auto-generated")])
def test_automatic_mail_says_so(answered: str, expected: str) -> None:
    read = written(outbound(is_automatic=True, in_reply_to=answered))[1]
    assert read["Auto-Submitted"] == expected
    assert read["X-Auto-Response-Suppress"] == "All"


def test_the_reference_survives_a_program_that_drops_headers() -> None:
    read = written(outbound())[1]
    assert find_tokens(read["Message-ID"]) == [TOKEN]
    assert find_tokens(body(read, "plain")) == [TOKEN]
    assert find_tokens(body(read, "html")) == [TOKEN]
    assert body(read, "plain").startswith("Hola, Rosa:\n")


def test_plus_addressing_only_when_the_account_wants_it() -> None:
    read = written(outbound(), plus_addressing=True)[1]
    assert read["Reply-To"].addresses[0].addr_spec == f"consultas+{TOKEN}@ejemplo.gub.uy"


def test_without_a_token_nothing_is_said_of_it() -> None:
    content = written(outbound(reference_token="", external_id="x@ejemplo.gub.uy"))[0]
    assert b"Referencia" not in content
    assert b"X-Ventanilla-Reference" not in content


def test_text_and_html_say_the_same() -> None:
    read = written(outbound(text="Uno & <dos>\r\n\r\n.\nFrom aquí\n\x00\tfin"))[1]
    assert read.get_content_type() == "multipart/alternative"
    assert body(read, "plain").startswith("Uno & <dos>\n\n.\nFrom aquí\n\tfin\n\n")
    page = body(read, "html")
    assert '<html lang="es">' in page
    assert '<p style="margin:0 0 16px">Uno &amp; &lt;dos&gt;</p>' in page
    assert "<script" not in page
    assert "src=" not in page


def test_links_end_where_people_end_them() -> None:
    page = parts.paragraphs('Ver https://a.uy/x?a=1&b=2. (También http://b.uy/). "https://c.uy/"')
    assert re.findall(r'href="([^"]*)"', page) == ["https://a.uy/x?a=1&amp;b=2", "http://b.uy/", "https://c.uy/"]


def test_html_that_is_given_is_used() -> None:
    read = written(outbound(html="<p>Dicho <b>así</b></p>"))[1]
    assert "<p>Dicho <b>así</b></p>" in body(read, "html")


def test_the_same_message_gives_the_same_bytes() -> None:
    assert compose(outbound(), {}, NOW) == compose(outbound(), {}, NOW)


def test_a_long_conversation_keeps_its_first_and_its_newest() -> None:
    ids = [f"{place}@example.org" for place in range(200)]
    content, read = written(outbound(references=ids, in_reply_to="199@example.org"))
    chain = read["References"].split()
    assert len(chain) == MAX_REFERENCES
    assert (chain[0], chain[-1]) == ("<0@example.org>", "<199@example.org>")
    assert_fit_for_the_wire(content)


def test_a_long_identifier_is_not_folded_or_encoded() -> None:
    long = "a" * 500 + "@example.org"
    content, read = written(outbound(in_reply_to=long, references=[long]))
    assert f"In-Reply-To: <{long}>\r\n".encode() in content
    assert read["References"] == f"<{long}>"


@pytest.mark.parametrize("strange", ["con espacio@x", "acentuádo@x", "a>b@x", "a\r\nBcc: x@y", "", "b" * 1000])
def test_identifiers_that_cannot_stand_in_a_header_are_left_out(strange: str) -> None:
    read = written(outbound(in_reply_to=strange, references=[strange, "bien@x"]))[1]
    assert "In-Reply-To" not in read
    assert "Bcc" not in read
    assert read["References"] == "<bien@x>"


def test_copies_are_told_once() -> None:
    again = Address("email", "ROSA@example.org")
    other = Address("email", "otro@example.org", 'Otro, "el" Segundo')
    message = outbound(recipients=[ROSA, again], copies=[again, other])
    read = written(message)[1]
    assert len(read["To"].addresses) == 1
    assert [(one.display_name, one.addr_spec) for one in read["Cc"].addresses] == [
        ('Otro, "el" Segundo', "otro@example.org")
    ]
    assert sorted(envelope_recipients(message)) == ["otro@example.org", "rosa@example.org"]


@pytest.mark.parametrize(
    "bad", ["", "rosa", "rosa@", "@x.uy", "a b@x.uy", "a@b@c", "a@x.uy\r\nBcc: b@x.uy", "<a@x.uy>", "a,b@x.uy"]
)
def test_an_address_that_is_none_is_refused_for_good(bad: str) -> None:
    with pytest.raises(SendingFailed) as caught:
        compose(outbound(recipients=[Address("email", bad)]), {}, NOW)
    assert caught.value.is_permanent


def test_nobody_to_write_to_is_refused_for_good() -> None:
    with pytest.raises(SendingFailed, match="a quién"):
        compose(outbound(recipients=[]), {}, NOW)


def test_a_domain_with_accents_goes_in_ascii() -> None:
    assert wire_address("rosa@peñarol.uy") == "rosa@xn--pearol-xwa.uy"
    assert wire_address('"rosa maría"@example.org') == '"rosa maría"@example.org'


def test_files_travel_whole() -> None:
    files = [
        Attachment("informe año 2026.pdf", "application/pdf", bytes(range(256)) * 50),
        Attachment("../../etc/pass\r\nwd", "text/html\r\nX: y", b"uno"),
        Attachment("mail.eml", "message/rfc822", b"Subject: x\r\n\r\ny"),
        Attachment("", "image/png", b""),
    ]
    content, read = written(outbound(attachments=files))
    assert_fit_for_the_wire(content)
    assert read.get_content_type() == "multipart/mixed"
    attached = list(read.iter_attachments())
    assert [part.get_filename() for part in attached] == ["informe año 2026.pdf", "pass wd", "mail.eml", "archivo"]
    assert [part.get_content_type() for part in attached] == [
        "application/pdf",
        "application/octet-stream",
        "application/octet-stream",
        "image/png",
    ]
    assert [part.get_content() for part in attached] == [file.content for file in files]


def test_an_image_inside_the_text_stays_there() -> None:
    logo = Attachment("logo.png", "image/png", b"PNG", content_id="logo@x")
    read = written(outbound(html='<p><img src="cid:logo@x" alt="Logo"></p>', attachments=[logo]))[1]
    related = [part for part in read.walk() if part.get_content_type() == "multipart/related"]
    assert len(related) == 1
    assert [part["Content-ID"] for part in read.walk() if part.get_content_type() == "image/png"] == ["<logo@x>"]
    assert list(read.iter_attachments()) == []


ANYTHING = st.text(st.characters(codec="utf-8"), max_size=150) | st.text(
    st.sampled_from('aá \r\n\x00:,;"\\<>=?_¿ñ@'), max_size=80
)
HEADERS = {
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "x-ventanilla-reference",
    "auto-submitted", "x-auto-response-suppress", "content-language", "mime-version", "content-type",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(name=ANYTHING, subject=ANYTHING, account_name=ANYTHING, answered=ANYTHING, text=ANYTHING)
def test_nothing_that_people_write_makes_a_header(
    name: str, subject: str, account_name: str, answered: str, text: str
) -> None:
    message = outbound(
        recipients=[Address("email", "rosa@example.org", name)],
        subject=subject,
        account_name=account_name,
        in_reply_to=answered,
        references=[answered],
        text=text,
        attachments=[Attachment(name, subject, b"x")],
    )
    content, read = written(message)
    assert_fit_for_the_wire(content)
    assert {header.lower() for header in read} <= HEADERS
    assert len(read.keys()) == len(set(read.keys()))
    assert [one.addr_spec for one in read["To"].addresses] == ["rosa@example.org"]
    assert len(list(read.iter_attachments())) == 1


@settings(max_examples=150, deadline=None)
@given(subject=ANYTHING, name=ANYTHING)
def test_what_is_written_is_read_back(subject: str, name: str) -> None:
    read = written(outbound(subject=subject, attachments=[Attachment(name, "text/plain", b"x")]))[1]
    assert " ".join(str(read["Subject"]).split()) == " ".join(parts.one_line(subject).split())
    assert next(iter(read.iter_attachments())).get_filename() == parts.file_name(name)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=600))
def test_every_text_comes_back(text: str) -> None:
    read = written(outbound(text=text, reference_token=""))[1]
    clean = parts._clean(text)
    assert body(read, "plain").rstrip("\n") == clean.rstrip("\n")
