"""What people may upload, judged by what it is and not by what it is called."""

from io import BytesIO
from random import Random
from time import perf_counter
from zipfile import ZIP_STORED, ZipFile

import pytest

from ventanilla.kit.file_types import KINDS, Concern, check, concern, extension_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 100 + b"PE\0\0"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 60


def zipped(*members: str, stored: bytes = b"x") -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for member in members:
            archive.writestr(member, stored)
    return made.getvalue()


def open_document(media_type: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", "<x/>")
    return made.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
MACROS = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ODT = open_document("application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("cédula.PNG", PNG, "image/png"),
        ("foto.jpg", JPEG, "image/jpeg"),
        ("captura.png", JPEG, "image/jpeg"),  # as telephones name it
        ("factura.pdf", PDF, "application/pdf"),
        ("factura.pdf", b"\r\n" + PDF, "application/pdf"),
        ("nota.docx", DOCX, KINDS["docx"].media_type),
        ("cuentas.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), KINDS["xlsx"].media_type),
        ("nota.odt", ODT, KINDS["odt"].media_type),
        ("vieja.doc", OLD, "application/msword"),
        ("nota.txt", "Señora: ¿cuándo abre? 1 < 2".encode(), "text/plain"),
        ("nota.txt", "Señora".encode("latin-1"), "text/plain"),
        ("nota.txt", "Señora".encode("utf-16"), "text/plain"),
        ("MZ.csv", b"MZ;Montevideo\n1;2\n", "text/csv"),
        ("fotos.zip", zipped("a.jpg", "b.jpg"), "application/zip"),
        ("audio.ogg", b"OggS\0\2" + b"\0" * 40, "audio/ogg"),
        ("audio.amr", b"#!AMR\n" + b"\0" * 40, "audio/amr"),
        ("video.mp4", b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
        ("IMG_1.HEIC", b"\0\0\0\x24ftypheic\0\0\0\0", "image/heic"),
    ],
)
def test_what_people_send_comes_in(name: str, content: bytes, media_type: str) -> None:
    verdict = check(name, "application/octet-stream", content)
    assert (verdict.is_allowed, verdict.media_type, verdict.reason) == (True, media_type, "")
    assert concern(name, media_type, content) is Concern.NONE


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("setup.exe", "application/x-msdownload", EXE),
        ("factura.pdf", "application/pdf", EXE),
        ("factura.pdf.exe", "application/pdf", PDF),
        ("factura.pdf .", "application/pdf", ELF),
        ("foto.jpg", "image/jpeg", ELF),
        ("foto.jpg", "image/jpeg", b"#!/bin/sh\nrm -rf /\n"),
        ("foto.png", "image/png", PDF),
        ("pagina.html", "text/html", b"<!doctype html><script>alert(1)</script>"),
        ("dibujo.svg", "image/svg+xml", b"<svg onload='alert(1)'></svg>"),
        ("nota.txt", "text/plain", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("nota.txt", "text/plain", b"\0\1\2\3\4" * 30),
        ("factura.pdf", "application/pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
        ("factura.pdf", "text/html", PDF),
        ("nota.docx", "", MACROS),
        ("nota.docm", "", MACROS),
        ("nota.docx", "", zipped("a.txt")),
        ("nota.docx", "", b"PK\x03\x04 cut short"),
        ("nota.odt", "", open_document("application/vnd.oasis.opendocument.database")),
        ("vieja.doc", "", OLD + "_VBA_PROJECT".encode("utf-16-le")),
        ("cosas.zip", "", zipped("leeme.txt", "factura.pdf.js")),
        ("nota.pdf", "application/pdf", b""),
        ("sin extension", "image/png", PNG),
        ("", "", b"x"),
        ("atajo.lnk", "", b"L\0\0\0\1\x14\2\0" + b"\0" * 40),
        ("disco.iso", "", b"\0" * 4000),
    ],
)
def test_what_could_harm_stays_out_and_says_why(name: str, media_type: str, content: bytes) -> None:
    verdict = check(name, media_type, content)
    assert not verdict.is_allowed
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("factura.pdf", EXE, Concern.PROGRAM),
        ("setup", ELF, Concern.PROGRAM),
        ("factura.js", b"var x", Concern.RUNS),
        ("nota.docx", MACROS, Concern.RUNS),
        ("aviso.htm", b"<html>", Concern.PAGE),
        ("factura.pdf", JPEG, Concern.DISGUISED),
        ("logo.png", JPEG, Concern.NONE),
        ("invite.ics", b"BEGIN:VCALENDAR", Concern.NONE),
        ("", b"whatever", Concern.NONE),
    ],
)
def test_mail_is_kept_and_staff_are_told(name: str, content: bytes, found: Concern) -> None:
    assert concern(name, "application/octet-stream", content) is found


def test_no_file_makes_it_stumble() -> None:
    for name in ("x", *(f"x.{extension}" for extension in KINDS)):
        for content in (b"", b"\xff", b"\0", b"PK\x03\x04", b"RIFF", b"MZ", b"%PDF", b"\xd0\xcf", b"\xff\xfe"):
            check(name, "", content)
            concern(name, "", content)


def test_a_damaged_archive_makes_nobody_stumble() -> None:
    dice = Random(7)
    for good in (DOCX, ODT, MACROS, zipped("a.txt", "b.exe")):
        for _ in range(400):
            bad = bytearray(good)
            for _ in range(dice.randint(1, 6)):
                bad[dice.randrange(len(bad))] = dice.randrange(256)
            for name in ("a.docx", "a.odt", "a.zip"):
                check(name, "", bytes(bad))
                concern(name, "", bytes(bad))


def test_an_archive_of_countless_names_is_not_read() -> None:
    crowded = zipped("a.txt") + b"PK\x01\x02" * 30_000
    began = perf_counter()
    assert not check("a.zip", "", crowded).is_allowed
    assert perf_counter() - began < 0.5


def test_an_extension_is_what_windows_would_open() -> None:
    assert extension_of("a.PDF") == extension_of("a.exe.pdf") == extension_of("a.pdf. ") == "pdf"
    assert extension_of("a") == ""
