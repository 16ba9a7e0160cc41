"""The parts an outgoing mail is made of: header words, text, HTML, files. Pure."""

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Sequence
from urllib.parse import quote

from ventanilla.messages.contract import Attachment, OutboundMessage

MAX_LINE_CHARACTERS = 76
MAX_WORD_BYTES = 45
"""What fits in one encoded word of 75 characters."""
MAX_FILE_NAME_CHARACTERS = 150

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_TEXT_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,200}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._()+-]{1,60}")
_FORBIDDEN_IN_NAMES = re.compile(r"[<>:\"|?*]")
_LINK = re.compile(r"https?://[^\s<>\"'\u00ab\u00bb]+[^\s<>\"'\u00ab\u00bb.,;:!?)\]}]")

REFERENCE_LINE = "Para seguir esta conversación, respondé a este correo. Referencia: {token}"
"""The last line of every mail, below what is said: it brings the answer to its case when headers get lost."""


def one_line(text: str) -> str:
    """Without line ends, NUL and other control characters: nothing in it can begin a header of its own."""
    return " ".join(_CONTROL.sub(" ", text).split())


def boundary_nonce(external_id: str) -> str:
    """Begins every boundary. `=_` cannot occur in quoted-printable or base64."""
    return f"=_{hashlib.sha256(external_id.encode('utf-8', 'replace')).hexdigest()[:32]}"


def unstructured(text: str, indent: int) -> str:
    """A header's text: as it is when it is short ASCII words, else in encoded words, folded."""
    if not text.isascii() or "=?" in text or any(len(word) > MAX_LINE_CHARACTERS for word in text.split(" ")):
        return encoded_words(text, indent)
    lines: list[str] = []
    line = ""
    room = MAX_LINE_CHARACTERS - indent
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, MAX_LINE_CHARACTERS - 1
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return "\r\n ".join(lines)


def encoded_words(text: str, indent: int = 10) -> str:
    """RFC 2047 in UTF-8 and base64, a word a line; split after a space where there is one, else between characters.

    Some programs show a space between two words although they must not: there it does least harm.
    """
    words: list[str] = []
    rest = text
    room = MAX_WORD_BYTES - indent
    while rest:
        cut = _fitting(rest, room)
        space = rest.rfind(" ", 0, cut)
        if cut < len(rest) and space > 0:
            cut = space + 1
        words.append(_word(rest[:cut].encode("utf-8", "replace")))
        rest = rest[cut:]
        room = MAX_WORD_BYTES
    return "\r\n ".join(words) if words else _word(b"")


def _fitting(text: str, room_bytes: int) -> int:
    """How many characters of the text fit into so many bytes; at least one."""
    size = 0
    for place, character in enumerate(text[:room_bytes]):
        size += len(character.encode("utf-8", "replace"))
        if size > room_bytes:
            return max(place, 1)
    return min(len(text), room_bytes)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def multipart(subtype: str, boundary: str, inner: Sequence[bytes]) -> bytes:
    """Each inner part comes with its own headers."""
    edge = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(edge + b"\r\n" + part + b"\r\n" for part in inner) + edge + b"--\r\n"


def text_part(text: str, subtype: str) -> bytes:
    """UTF-8, quoted-printable for the languages we write, base64 for others."""
    content = text.encode("utf-8", "replace")
    plain_share = sum(byte < 0x80 for byte in content)
    if plain_share * 3 >= len(content) * 2:
        return _part_head(f"text/{subtype}; charset=utf-8", "quoted-printable") + _quoted_printable(content)
    return _part_head(f"text/{subtype}; charset=utf-8", "base64") + _base64(content)


def file_part(file: Attachment) -> bytes:
    media_type = file.media_type.lower()
    # RFC 2046 forbids base64 around messages and multiparts, and some programs would open them as mail.
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"
    name = file_name(file.name)
    disposition = "inline" if file.content_id else "attachment"
    lines = [
        # Old programs look for the name beside the type, and know encoded words only.
        f'Content-Type: {media_type};\r\n name="{name if _is_plain(name) else encoded_words(name)}"',
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition};\r\n {_filename_parameter(name)}",
    ]
    if file.content_id and _CONTENT_ID.fullmatch(file.content_id):
        lines.append(f"Content-ID: <{file.content_id}>")
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + _base64(file.content)


def file_name(name: str) -> str:
    """The last part of a path, on one line, as every system can save it; never empty, its extension kept when cut."""
    base = _FORBIDDEN_IN_NAMES.sub("_", one_line(re.split(r"[/\\]", name)[-1])).strip(". ") or "archivo"
    if len(base) <= MAX_FILE_NAME_CHARACTERS:
        return base
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        return base[:MAX_FILE_NAME_CHARACTERS]
    return f"{stem[: MAX_FILE_NAME_CHARACTERS - len(extension) - 1]}.{extension}"


def _is_plain(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None


def _filename_parameter(name: str) -> str:
    """Quoted when that says it all, else by RFC 2231, in numbered pieces when it is long."""
    if _is_plain(name):
        return f'filename="{name}"'
    encoded = "utf-8''" + quote(name, safe="", errors="replace")
    pieces: list[str] = []
    while encoded:
        # A piece never ends inside a percent escape.
        cut = min(len(encoded), 60)
        if "%" in encoded[cut - 2 : cut]:
            cut = cut - 2 + encoded[cut - 2 : cut].index("%")
        pieces.append(encoded[:cut])
        encoded = encoded[cut:]
    if len(pieces) == 1:
        return f"filename*={pieces[0]}"
    return ";\r\n ".join(f"filename*{place}*={piece}" for place, piece in enumerate(pieces))


def plain_text(message: OutboundMessage) -> str:
    said = _clean(message.text)
    footer = _footer(message)
    return f"{said}\n\n{footer}\n" if footer else f"{said}\n"


def html_page(message: OutboundMessage) -> str:
    """A page that loads nothing, reads well in a narrow window and to a screen reader, and says its language."""
    said = _clean(message.html) if message.html else paragraphs(_clean(message.text))
    title = html.escape(one_line(message.subject))
    name = html.escape(one_line(message.account_name))
    heading = f'<p style="margin:0 0 16px;font-weight:bold;color:#0b4a8a">{name}</p>\n' if name else ""
    footer = _footer(message)
    reference = f'<p style="margin:24px 0 0;font-size:13px;color:#595959">{html.escape(footer)}</p>\n' if footer else ""
    return (
        '<!DOCTYPE html>\n<html lang="es">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n"
        '<body style="margin:0;padding:16px;background:#ffffff;color:#1a1a1a;font-family:Arial,Helvetica,sans-serif;'
        'font-size:16px;line-height:1.5">\n'
        f'<div style="max-width:640px">\n{heading}{said}\n{reference}</div>\n</body>\n</html>\n'
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML: an empty line ends a paragraph, web addresses become links."""
    blocks = re.split(r"\n[ \t]*\n\s*", text.strip("\n"))
    return "\n".join(
        f'<p style="margin:0 0 16px">{"<br>".join(_linked(line) for line in block.split(chr(10)))}</p>'
        for block in blocks
    )


def _linked(line: str) -> str:
    pieces: list[str] = []
    last = 0
    for match in _LINK.finditer(line):
        address = html.escape(match[0])
        pieces += [html.escape(line[last : match.start()]), f'<a href="{address}">{address}</a>']
        last = match.end()
    return "".join(pieces) + html.escape(line[last:])


def _footer(message: OutboundMessage) -> str:
    token = one_line(message.reference_token)
    return REFERENCE_LINE.format(token=token) if token else ""


def _clean(text: str) -> str:
    return _TEXT_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


def _part_head(content_type: str, encoding: str) -> bytes:
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii")


def _quoted_printable(content: bytes) -> bytes:
    return b"\r\n".join(binascii.b2a_qp(line).replace(b"\n", b"\r\n") for line in content.split(b"\n"))


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n").rstrip(b"\r\n")
