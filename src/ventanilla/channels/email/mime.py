"""The tree of parts of a mail, split by hand.

Nothing here raises on bad input: a missing boundary is looked for, an unclosed part ends where its parent ends, and
what goes on for ever is cut off with a warning. Why not a library: docs/decisions/0004-mail-parser.md.
"""

import re
from dataclasses import dataclass, field

from ventanilla.channels.email import transfer
from ventanilla.channels.email.headers import Headers, decode_words, parameters, split

MAX_DEPTH = 100
MAX_PARTS = 1_000

_SNIFFED_BOUNDARY = re.compile(
    rb"^--((?=[^\r\n]{0,60}\w)\S[^\r\n]{2,199}?)[ \t]*\r?$(?=\r?\n(?:[\w-]{1,60}:|\r?\n))", re.MULTILINE
)
_CONTROLS = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_NAME = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/svg+xml": ".svg",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rtf": ".rtf",
    "text/xml": ".xml",
    "text/rfc822-headers": ".txt",
    "application/xml": ".xml",
    "application/json": ".json",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
}


@dataclass(slots=True)
class Part:
    """One part: `media_type` in lower case, body as a span of the mail's bytes until somebody asks for its content."""

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    source: bytes
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def content(self) -> bytes:
        """The decoded bytes of the part."""
        body = self.source[self.start : self.end]
        encoding = self.headers.raw("content-transfer-encoding")
        if not encoding:
            return body
        return transfer.decode(body, encoding.partition(";")[0].partition("(")[0].strip(" \t\"'").lower())

    @property
    def declared_name(self) -> str:
        """The file name that the sender gave, as it came; "" without one."""
        for name in (self.disposition_parameters.get("filename"), self.parameters.get("name")):
            if name:
                return decode_words(name)
        return ""

    @property
    def content_id(self) -> str:
        return self.headers.raw("content-id").strip(" <>")


class Tree:
    """Splits one mail; `warnings` says in plain Spanish what was left out."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.parts = 0
        self.is_too_deep = False
        self.is_cut = False

    def read(self, headers: Headers, start: int, end: int, *, depth: int = 0, default: str = "text/plain") -> Part:
        self.parts += 1
        media_type, options = parameters(headers.raw("content-type"))
        if "/" not in media_type:
            media_type = _MEANT_TYPES.get(media_type, default)
        part = Part(headers, media_type, options, self.content, start, end)
        if "content-disposition" in headers:
            part.disposition, part.disposition_parameters = parameters(headers.raw("content-disposition"))
        if media_type.startswith("multipart/"):
            if depth >= MAX_DEPTH:
                self.is_too_deep = True
            else:
                self._split(part, depth)
            if not part.children:
                part.media_type = "text/plain" if depth == 0 or media_type != "multipart/appledouble" else media_type
        return part

    def _split(self, part: Part, depth: int) -> None:
        body_start, body_end = part.start, part.end
        boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        spans = self._spans(boundary, body_start, body_end) if boundary else []
        if not spans:
            sniffed = _SNIFFED_BOUNDARY.search(self.content, body_start, min(body_end, body_start + 65_536))
            if sniffed and sniffed[1] != boundary:
                spans = self._spans(sniffed[1], body_start, body_end)
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if self.parts >= MAX_PARTS:
                self.is_cut = True
                break
            headers, body = split(self.content, start, end)
            part.children.append(self.read(headers, min(body, end), end, depth=depth + 1, default=default))

    def _spans(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Where each part stands: between delimiter lines, without the line end before a delimiter."""
        content = self.content
        mark = b"--" + boundary
        spans: list[tuple[int, int]] = []
        opened = -1
        position = content.find(mark, start, end)
        while position >= 0:
            after = position + len(mark)
            line_end = content.find(b"\n", after, end)
            stop = end if line_end < 0 else line_end
            tail = content[after : min(stop, after + 200)].strip()
            is_line_start = position == start or content[position - 1] in b"\n\r"
            if is_line_start and tail in (b"", b"--") and stop - after <= 200:
                if opened >= 0:
                    spans.append((opened, self._before(position, opened)))
                opened = -1 if tail == b"--" else min(stop + 1, end)
                position = content.find(mark, max(after, stop), end)
            else:
                position = content.find(mark, after, end)
        if 0 <= opened < end:
            spans.append((opened, end))
        if len(spans) > MAX_PARTS:
            self.is_cut = True
            del spans[MAX_PARTS:]
        return spans

    def _before(self, position: int, floor: int) -> int:
        if position - 1 >= floor and self.content[position - 1] == 10:
            position -= 1
        if position - 1 >= floor and self.content[position - 1] == 13:
            position -= 1
        return position


_MEANT_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "pdf": "application/pdf",
    "multipart": "multipart/mixed",
}


def clean_name(declared: str, media_type: str, number: int) -> str:
    """A file name safe to show and store: no path, no control or direction characters, at most 200 characters."""
    name = _CONTROLS.sub("", declared).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _NOT_NAME.sub("_", " ".join(name.split())).strip(" .") if name.strip(" .") else ""
    if not name:
        stem = (
            "imagen" if media_type.startswith("image/") else "mensaje" if media_type == "message/rfc822" else "adjunto"
        )
        return f"{stem}-{number}{_EXTENSIONS.get(media_type, '')}"
    if len(name) > 200:
        stem, dot, extension = name.rpartition(".")
        name = f"{stem[: 199 - len(extension)]}.{extension}" if dot and len(extension) <= 20 else name[:200]
    return name
