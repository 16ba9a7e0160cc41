"""Which parts are what a person said, and which are files; the choices follow RFC 8621 section 4.1.4."""

import html as entities
import re
from dataclasses import dataclass, field

from ventanilla.channels.email import charsets, cleaning, html_text, transfer
from ventanilla.channels.email.headers import split
from ventanilla.channels.email.mime import Part, clean_name
from ventanilla.messages.contract import Attachment

MAX_TEXT_CHARACTERS = 2_000_000
"""Longer text is cut with a warning; the raw delivery keeps it whole."""

_PROGRAM = r"(?:support|soporta|admite|suporta|client|lector|view|visuali|ver )"
_ASKS_FOR_HTML = re.compile(rf"\bhtml\b.{{0,120}}{_PROGRAM}|{_PROGRAM}.{{0,120}}\bhtml\b", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Piece:
    """One stretch of the body, as plain text, as HTML, or as both when the sender offered the choice."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class File:
    """A part that is no body text; its bytes are decoded when it becomes an Attachment."""

    part: Part | None
    name: str
    media_type: str
    content_id: str = ""
    content: bytes | None = None

    def decoded(self) -> bytes:
        if self.content is not None:
            return self.content
        return self.part.content() if self.part else b""


@dataclass(slots=True)
class Body:
    """What the tree of parts amounts to. `html` is cleaned; `marked_text` may hold `html_text.QUOTE_MARK` lines."""

    text: str = ""
    marked_text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def attachments(self) -> list[Attachment]:
        made = []
        for number, file in enumerate(self.files, start=1):
            name = clean_name(file.name, file.media_type, number)
            is_inline = bool(file.content_id) and f"cid:{file.content_id}" in self.html
            made.append(Attachment(name, file.media_type, file.decoded(), file.content_id if is_inline else ""))
        return made


def read(root: Part) -> Body:
    body = Body()
    pieces = _collect(root, 0, "", body.files)
    _assemble(body, pieces)
    return body


def _collect(part: Part, place: int, parent: str, files: list[File]) -> list[Piece]:
    """The pieces of body in a part, in order; everything else is added to `files`."""
    if part.children:
        kind = part.media_type.partition("/")[2]
        pieces: list[Piece] = []
        for number, child in enumerate(part.children):
            pieces += _collect(child, number, kind, files)
        return [_merge(pieces)] if kind == "alternative" and pieces else pieces
    if not _is_body(part, place, parent):
        if parent == "alternative" and part.media_type in ("text/x-amp-html", "text/watch-html"):
            return []
        if part.media_type.startswith("multipart/") and not part.source[part.start : part.end].strip():
            return []
        files.append(File(part, _name(part), part.media_type, part.content_id))
        return []
    charset = part.parameters.get("charset", "")
    content = part.content()
    if part.media_type == "text/html":
        return [Piece(html=charsets.tidy_lines(charsets.decode_html(content, charset)))]
    text = charsets.tidy_lines(charsets.decode(content, charset))
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, should_delete_space=part.parameters.get("delsp", "").lower() == "yes")
    text, blocks = transfer.take_uu_blocks(text)
    files.extend(File(None, name, "application/octet-stream", content=data) for name, data in blocks)
    return [Piece(plain=text)]


def _is_body(part: Part, place: int, parent: str) -> bool:
    """Text that the sender did not hand over as a file: RFC 8621, first in its place or without a name."""
    if part.media_type not in ("text/plain", "text/html", "text/enriched", "text/markdown"):
        return False
    if part.disposition == "attachment":
        return False
    return place == 0 or (parent != "related" and not part.declared_name)


def _name(part: Part) -> str:
    declared = part.declared_name
    if not declared and part.media_type == "message/rfc822":
        inner = (
            part.content()
            if part.headers.raw("content-transfer-encoding")
            else part.source[part.start : min(part.end, part.start + 65_536)]
        )
        headers, _ = split(inner.lstrip(b"\r\n"))
        subject = headers.text("subject")
        if subject:
            return f"{subject[:120].replace('/', '-').strip(' .')}.eml"
    return declared


def _merge(pieces: list[Piece]) -> Piece:
    """The choice of a multipart/alternative as one piece."""
    plains = list(dict.fromkeys(piece.plain for piece in pieces if piece.plain is not None))
    htmls = [piece.html for piece in pieces if piece.html is not None]
    return Piece("\n".join(plains) if plains else None, "\n".join(htmls) if htmls else None)


def _paired(pieces: list[Piece]) -> list[Piece]:
    """Joins plain text and the HTML that says the same, where a broken boundary made two texts of one choice."""
    paired: list[Piece] = []
    for piece in pieces:
        last = paired[-1] if paired else None
        if last and last.html is None and piece.plain is None and last.plain and last.plain.strip() and piece.html:
            shown = html_text.to_text(cleaning.clean(piece.html)[0])
            if re.sub(r"\W+", "", shown) == re.sub(r"\W+", "", last.plain):
                paired[-1] = Piece(last.plain, piece.html)
                continue
        paired.append(piece)
    return paired


def _assemble(body: Body, pieces: list[Piece]) -> None:
    pieces = _paired(pieces) if len(pieces) > 1 else pieces
    has_html = any(piece.html and piece.html.strip() for piece in pieces)
    texts: list[str] = []
    htmls: list[str] = []
    for piece in pieces:
        cleaned = ""
        if piece.html and piece.html.strip():
            cleaned, has_remote_images = cleaning.clean(piece.html)
            if has_remote_images and _REMOTE_IMAGES not in body.warnings:
                body.warnings.append(_REMOTE_IMAGES)
            if cleaning.is_hostile(piece.html) and _HOSTILE not in body.warnings:
                body.warnings.append(_HOSTILE)
        texts.append(_text(piece, cleaned))
        if has_html:
            plain = entities.escape((piece.plain or "").strip()).replace("\n", "<br>")
            htmls.append(cleaned or (f"<p>{plain}</p>" if plain else ""))
    body.html = "\n".join(htmls).strip()
    joined = "\n\n".join(text for text in texts if text.strip()) if len(texts) > 1 else "".join(texts)
    if len(joined) > MAX_TEXT_CHARACTERS:
        joined = joined[:MAX_TEXT_CHARACTERS]
        body.warnings.append(_TOO_LONG)
    body.marked_text = joined.strip("\n").rstrip()
    body.text = _without_marks(body.marked_text)


def _text(piece: Piece, cleaned: str) -> str:
    """The plain side if it says anything, else the text of the HTML side."""
    plain = (piece.plain or "").replace(html_text.QUOTE_MARK, "")
    if plain.strip() and not (piece.html and len(plain) < 400 and _ASKS_FOR_HTML.search(plain)):
        return plain
    if cleaned:
        return html_text.to_text(cleaned) or plain
    return plain if plain.strip() else charsets.tidy_lines(cleaning.strip_tags(piece.html or ""))


def _without_marks(text: str) -> str:
    if html_text.QUOTE_MARK not in text:
        return text
    return "\n".join(line for line in text.split("\n") if html_text.QUOTE_MARK not in line)


def unflow(text: str, *, should_delete_space: bool) -> str:
    """Paragraphs of format=flowed text (RFC 3676) on one line each; quotation keeps its depth."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        if content.startswith(" "):
            content = content[1:]
        is_signature = content == "-- "
        is_flowed = content.endswith(" ") and not is_signature
        if is_flowed and should_delete_space:
            content = content[:-1]
        if open_depth == depth and not is_signature:
            paragraphs[-1].append(content)
        else:
            paragraphs.append([f"{'>' * depth} {content}" if depth else content])
        open_depth = depth if is_flowed else -1
    return "\n".join("".join(paragraph) for paragraph in paragraphs)


_REMOTE_IMAGES = "El correo traía imágenes de internet; no se cargaron, para cuidar tu privacidad."
_HOSTILE = "El formato del correo era demasiado complejo; se muestra solo el texto."
_TOO_LONG = "El texto del correo es demasiado largo; se muestra la primera parte. El correo completo está guardado."
