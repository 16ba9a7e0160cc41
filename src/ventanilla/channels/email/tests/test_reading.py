"""From a raw delivery to the words of the house."""

import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from ventanilla.channels.email import reading
from ventanilla.channels.email.tests.test_reading_fixtures import FIXTURES
from ventanilla.messages import codes
from ventanilla.messages.contract import InboundMessage, RawDelivery, Receipt, ReceiptKind, UnreadableDelivery

NOW = datetime(2025, 11, 4, 13, 30, tzinfo=UTC)
OURS = "vt-1a-abcdefghijklmnop.7@ejemplo.gub.uy"
TOKEN = "vt-1a-abcdefghijklmnop"


def raw(content: bytes, **envelope: Any) -> RawDelivery:
    return RawDelivery(1, "consultas@ejemplo.gub.uy", NOW, content, envelope)


def message(content: bytes, **envelope: Any) -> InboundMessage:
    [read] = reading.read(raw(content, **envelope))
    assert isinstance(read, InboundMessage)
    return read


def receipt(name: str) -> Receipt:
    [read] = reading.read(raw((FIXTURES / f"{name}.eml").read_bytes()))
    assert isinstance(read, Receipt)
    return read


def written(**headers: str) -> EmailMessage:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Ana García <Ana@Example.com>"
    mail["To"] = "Consultas <consultas@ejemplo.gub.uy>"
    mail["Subject"] = "Consulta"
    mail["Date"] = "Tue, 4 Nov 2025 10:14:55 -0300"
    mail["Message-ID"] = "<uno@example.com>"
    for name, value in headers.items():
        name = name.replace("_", "-")
        del mail[name]
        mail[name] = value
    mail.set_content("Hola, ¿a qué hora abren?\n")
    return mail


def dated(date: str) -> bytes:
    """The mail with a Date header exactly so, which the standard library would mend."""
    mail = written()
    del mail["Date"]
    return f"Date: {date}\r\n".encode() + mail.as_bytes()


def test_a_message_carries_who_when_and_what() -> None:
    read = message(written(Cc="Beto <beto@example.com>, consultas@ejemplo.gub.uy").as_bytes())
    assert (read.sender.kind, read.sender.value, read.sender.name) == ("email", "ana@example.com", "Ana García")
    assert read.sent_at == datetime(2025, 11, 4, 13, 14, 55, tzinfo=UTC)
    assert read.text == read.full_text == "Hola, ¿a qué hora abren?"
    assert read.external_id == "uno@example.com"
    assert [address.value for address in read.recipients] == ["beto@example.com"]
    assert not read.is_automatic
    assert read.reply_to is None


def test_reading_twice_gives_equal_messages() -> None:
    for path in sorted(FIXTURES.glob("*.eml")):
        delivery = raw(path.read_bytes(), mail_from="alguien@example.com")
        assert reading.read(delivery) == reading.read(delivery)


def test_a_future_a_missing_and_a_senseless_date_become_the_arrival() -> None:
    future = (NOW + timedelta(days=3)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    for date in (future, "ayer de tarde", "Tue, 99 Nov 2025 99:99:99 +9999", "Thu, 1 Jan 1970 00:00:00 +0000"):
        content = dated(date)
        assert message(content).sent_at == NOW
    without = written()
    del without["Date"]
    assert message(without.as_bytes()).sent_at == NOW


@pytest.mark.parametrize(
    "date",
    [
        "Tue, 4 Nov 2025 10:14:55 -0300 (UYT)",
        "4 Nov 25 10:14:55 -0300",
        "mar, 4 nov. 2025 10:14:55 -0300",
        "martes, 4 de noviembre de 2025, 10:14:55 -0300",
        "Tue Nov  4 13:14:55 2025",
        "2025-11-04T10:14:55-03:00",
        "Tue, 4 Nov 2025 8:14:55 EST",
    ],
)
def test_dates_however_they_are_written(date: str) -> None:
    content = dated(date)
    assert message(content).sent_at == datetime(2025, 11, 4, 13, 14, 55, tzinfo=UTC)


def test_without_message_id_the_bytes_give_one() -> None:
    mail = written()
    del mail["Message-ID"]
    read = message(mail.as_bytes())
    assert read.external_id.startswith("sha256:")
    assert message(mail.as_bytes()).external_id == read.external_id


def test_one_mail_to_two_mailboxes_has_one_fingerprint() -> None:
    content = written().as_bytes()
    first = b"Received: from a by b; Tue, 4 Nov 2025 10:15:00 -0300\r\nDelivered-To: uno@ejemplo.gub.uy\r\n" + content
    second = b"Received: from c by d\r\nX-Spam-Score: 1\r\nReturn-Path: <ana@example.com>\r\n" + content
    assert message(first).fingerprint == message(second).fingerprint
    assert message(first.replace(b"\r\n", b"\n")).fingerprint == message(second).fingerprint


def test_other_content_under_the_same_id_has_another_fingerprint() -> None:
    other = written()
    other.set_content("Otra cosa.")
    assert message(written().as_bytes()).fingerprint != message(other.as_bytes()).fingerprint


def test_what_answers_us_carries_its_references_and_tokens() -> None:
    mail = written(In_Reply_To=f"<{OURS}>", References=f"<a@x> <{OURS}>", Subject=f"Re: [{codes.encode(5)}] Consulta")
    read = message(mail.as_bytes(), rcpt_to=["consultas+vt-2b-ponmlkjihgfedcba@ejemplo.gub.uy"])
    assert read.in_reply_to == [OURS]
    assert read.references == ["a@x", OURS]
    assert read.reference_tokens == [TOKEN, "vt-2b-ponmlkjihgfedcba"]
    assert read.quoted_code == codes.encode(5)


def test_a_token_in_the_quotation_survives_clients_that_drop_headers() -> None:
    mail = written()
    mail.set_content(f"Gracias.\n\nEl 3/11/25 a las 10:15, X escribió:\n> Hola\n> {TOKEN}\n")
    read = message(mail.as_bytes())
    assert read.text == "Gracias."
    assert read.reference_tokens == [TOKEN]


def test_authentication_results_are_believed_only_from_the_envelope() -> None:
    mail = written(Authentication_Results="mx; dkim=pass")
    assert "authentication_results" not in message(mail.as_bytes()).facts
    results = "mail.ejemplo.gub.uy; dkim=pass"
    assert message(mail.as_bytes(), authentication_results=results).facts["authentication_results"] == results


def test_a_null_path_makes_it_automatic() -> None:
    assert message(written().as_bytes(), mail_from="").is_automatic
    assert not message(written().as_bytes(), mail_from="ana@example.com").is_automatic


def test_without_from_the_envelope_says_who_wrote() -> None:
    mail = written()
    del mail["From"]
    assert message(mail.as_bytes(), mail_from="Ana@example.com").sender.value == "ana@example.com"
    with pytest.raises(UnreadableDelivery):
        reading.read(raw(mail.as_bytes()))


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\x00\xff\xfe\x00", b'{"hola": 1}', b"%PDF-1.4 \n\n"])
def test_what_is_no_mail_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableDelivery):
        reading.read(raw(content))


def test_a_bounce_names_our_message_the_address_and_the_cause() -> None:
    bounced = receipt("rebote_dsn")
    assert bounced.kind is ReceiptKind.BOUNCED
    assert bounced.external_id == OURS
    assert bounced.address == "nadie@example.com"
    assert bounced.reason == "550 5.1.1 <nadie@example.com>: User unknown"
    assert bounced.is_permanent
    assert bounced.reference_tokens == [TOKEN]


@pytest.mark.parametrize(
    "name", ["rebote_qmail", "rebote_exim", "rebote_office365", "rebote_gmail", "rebote_es_sin_norma"]
)
def test_bounces_without_a_report_name_the_address(name: str) -> None:
    bounced = receipt(name)
    assert (bounced.kind, bounced.address, bounced.is_permanent) == (ReceiptKind.BOUNCED, "nadie@example.com", True)
    assert bounced.reason


@pytest.mark.parametrize("name", ["rebote_qmail", "rebote_exim"])
def test_bounces_that_quote_our_message_give_its_id(name: str) -> None:
    assert receipt(name).external_id == OURS
    assert receipt(name).reference_tokens == [TOKEN]


@pytest.mark.parametrize("name", ["demora_dsn", "demora_sendmail"])
def test_a_delay_is_not_the_end(name: str) -> None:
    late = receipt(name)
    assert (late.kind, late.address, late.is_permanent) == (ReceiptKind.BOUNCED, "nadie@example.com", False)


def test_good_news_are_receipts_too() -> None:
    assert receipt("entregado_dsn").kind is ReceiptKind.DELIVERED
    seen = receipt("acuse_de_lectura")
    assert (seen.kind, seen.external_id, seen.address) == (ReceiptKind.READ, OURS, "ana@example.com")


def test_several_recipients_of_one_report_are_several_receipts() -> None:
    content = (FIXTURES / "rebote_dsn.eml").read_bytes()
    copy = b"\n--d\nContent-Type: message/rfc822"
    second = b"\nFinal-Recipient: rfc822; otra@example.com\nAction: delayed\nStatus: 4.2.2\n"
    read = reading.read(raw(content.replace(copy, second + copy)))
    found = [(one.address, one.is_permanent) for one in read if isinstance(one, Receipt)]
    assert found == [("nadie@example.com", True), ("otra@example.com", False)]


def test_a_file_shown_in_the_text_keeps_its_content_id() -> None:
    read = message((FIXTURES / "anidado.eml").read_bytes())
    assert [(file.name, file.content_id) for file in read.attachments] == [("logo.png", "logo1"), ("a.pdf", "")]
