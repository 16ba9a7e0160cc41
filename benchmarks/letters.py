"""Distinct mails as a body receives them: plain, with HTML, with files, replies, and half of them in latin-1."""

from base64 import encodebytes
from random import Random

WORDS = [
    "licencia",
    "trámite",
    "vencimiento",
    "dirección",
    "teléfono",
    "reclamo",
    "iluminación",
    "árbol",
    "contenedor",
    "vereda",
    "permiso",
    "consulta",
    "oficina",
    "agenda",
    "expediente",
    "patente",
    "contribución",
    "feria",
    "recolección",
    "señalización",
    "habilitación",
    "cementerio",
    "ómnibus",
    "jubilación",
    "exoneración",
    "niño",
]
FILE_BYTES = 200_000


def letters(count: int, to: str, *, first: int = 0, seed: int = 7) -> list[bytes]:
    """`count` mails; three in ten answer an earlier one of the same writer, one in ten carries a file of 200 kB."""
    dice = Random(seed + first)
    made = []
    for number in range(first, first + count):
        answers = number - 3 if number % 10 in (3, 6, 9) and number - 3 >= first else None
        made.append(_letter(number, answers, to, dice))
    return made


def _letter(number: int, answers: int | None, to: str, dice: Random) -> bytes:
    charset = "iso-8859-1" if number % 2 else "utf-8"
    writer = answers if answers is not None else number
    text = f"Buenas tardes, escribo por el número {number}.\r\n" + "".join(
        " ".join(dice.choices(WORDS, k=12)).capitalize() + ".\r\n" for _line in range(4)
    )
    headers = [
        f"From: Persona {writer} <persona.{writer}@correo.example>",
        f"To: {to}",
        f"Subject: Consulta {number} sobre {dice.choice(['feria', 'patente', 'agenda'])}",
        f"Message-ID: <bench.{number}@correo.example>",
        "Date: Tue, 24 Nov 2026 10:00:00 -0300",
        "MIME-Version: 1.0",
    ]
    if answers is not None:
        headers.append(f"In-Reply-To: <bench.{answers}@correo.example>")
    plain = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
    if number % 3 == 0:
        html = f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>{text}</p>\r\n"
        plain = (
            f'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n--alt\r\n{plain}\r\n--alt\r\n{html}--alt--\r\n'
        )
    if number % 10 != 0:
        return ("\r\n".join(headers) + "\r\n" + plain).encode(charset)
    file = encodebytes(dice.randbytes(FILE_BYTES)).replace(b"\n", b"\r\n")
    attached = b'Content-Type: application/pdf; name="informe.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + file
    whole = (
        "\r\n".join(headers) + f'\r\nContent-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\n{plain}\r\n--mix\r\n'
    ).encode(charset)
    return whole + attached + b"\r\n--mix--\r\n"
