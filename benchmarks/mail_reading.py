"""How many mails a second one core reads: bytes to message, quotation cut, HTML cleaned, files decoded."""

import base64
import json
import random
from datetime import UTC, datetime
from time import perf_counter

from ventanilla.channels.email import reading
from ventanilla.messages.contract import RawDelivery

ROUNDS = 5
SECONDS_A_ROUND = 0.25
RECEIVED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

HEADERS = (
    "Return-Path: <ana@example.com>\r\n"
    "Received: from mx1.example.com (mx1.example.com [192.0.2.1])\r\n"
    "\tby mail.ejemplo.gub.uy (Postfix) with ESMTPS id ABC123\r\n"
    "\tfor <consultas@ejemplo.gub.uy>; Tue, 4 Nov 2025 10:15:00 -0300 (-03)\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1;\r\n"
    " h=from:to:subject; bh=YWJj;\r\n b=ZGVm\r\n"
    "From: =?utf-8?Q?Ana_Garc=C3=ADa?= <ana@example.com>\r\nTo: Consultas <consultas@ejemplo.gub.uy>\r\n"
    "Subject: =?utf-8?Q?Consulta_por_la_libreta_de_conducir?=\r\nDate: Tue, 4 Nov 2025 10:14:55 -0300\r\n"
    "Message-ID: <CAF123@mail.example.com>\r\nMIME-Version: 1.0\r\n"
)
QUESTION = (
    "Hola, buenos días.\r\n\r\n"
    "Quería saber qué documentación necesito para renovar la libreta de conducir y si puedo\r\n"
    "hacerlo en línea o tengo que ir a una oficina. Ya la tramité hace diez años.\r\n\r\n"
)
QUOTATION = "\r\nEl lun, 3 nov 2025 a las 10:15, Intendencia <consultas@ejemplo.gub.uy> escribió:\r\n" + (
    "> Hola Ana: para renovar la libreta precisás tu cédula vigente.\r\n" * 15
)
PLAIN = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"


def mails() -> dict[str, bytes]:
    """One mail of each kind that people send."""
    line = '<p class="x">Línea {n} con <b>algo</b> de <a href="http://a.uy/{n}">texto</a></p>'
    page = "".join(line.format(n=n) for n in range(25))
    alternative = (
        'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{QUESTION}\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"<html><body>{page}</body></html>\r\n--b1--\r\n"
    )
    only_html = f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{page}</body></html>\r\n"
    payload = base64.encodebytes(random.Random(1).randbytes(200_000)).replace(b"\n", b"\r\n")
    mixed = (
        'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{QUESTION}\r\n--b1\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return {
        "plain_latin1": HEADERS.encode() + (PLAIN + QUESTION * 3).encode("latin-1"),
        "reply_with_quotation": HEADERS.encode() + (PLAIN + QUESTION + QUOTATION).encode("latin-1"),
        "plain_and_html": (HEADERS + alternative).encode(),
        "only_html": (HEADERS + only_html).encode(),
        "file_of_200_kb": (HEADERS + mixed).encode() + payload + b"--b1--\r\n",
    }


def mails_a_second(content: bytes) -> int:
    """The best of several rounds, so that a busy machine disturbs less."""
    delivery = RawDelivery(1, "consultas@ejemplo.gub.uy", RECEIVED_AT, content, {"mail_from": "ana@example.com"})
    best = 0.0
    for _ in range(ROUNDS):
        count = 0
        begun = perf_counter()
        while perf_counter() - begun < SECONDS_A_ROUND:
            reading.read(delivery)
            count += 1
        best = max(best, count / (perf_counter() - begun))
    return round(best)


def main() -> dict[str, float]:
    """Every figure by name; the unit is the name's ending."""
    return {f"read_{name}_per_second": mails_a_second(content) for name, content in mails().items()}


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
