"""Header blocks: splitting them, and reading words of RFC 2047 and parameters of RFC 2231."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from ventanilla.channels.email import charsets, transfer

MAX_VALUE_BYTES = 65_536
"""A longer value is cut before it is decoded; the raw delivery keeps it whole."""

_END = re.compile(rb"\n\r?\n")
_EMPTY_LINE = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:[ \t]*((?:[^\n]*)(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_KNOWN_FIELD = re.compile(
    rb"^(?:x-[\w.-]+|content-[\w-]+|from|to|cc|subject|date|message-id|received|return-path|mime-version|reply-to|sender"
    rb"|in-reply-to|references|dkim-signature|delivered-to|list-[\w-]+|precedence|auto-submitted|thread-[\w-]+|importance"
    rb"|status|organization|user-agent)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_FOLD = re.compile(r"\r?\n[ \t]*")
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]*(?:\?(?!=)[^?]*){0,8})\?=")
_Q_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")


class Headers:
    """The fields of one header block, by lower-case name, in order; values stay bytes until somebody asks."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, list[bytes]]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def raw(self, name: str) -> str:
        """The first non-empty value, unfolded, words still encoded; "" when absent."""
        values = self._fields.get(name)
        if not values:
            return ""
        for value in values:
            text = unfold(value)
            if text:
                return text
        return ""

    def all(self, name: str) -> list[str]:
        """Every value of that field, unfolded, words still encoded."""
        return [unfold(value) for value in self._fields.get(name, ())]

    def text(self, name: str) -> str:
        """The first non-empty value for people: words decoded, on one line."""
        return decode_words(self.raw(name))


def unfold(value: bytes) -> str:
    if len(value) > MAX_VALUE_BYTES:
        value = value[:MAX_VALUE_BYTES]
    text = charsets.undeclared(value) if not value.isascii() else value.decode("ascii")
    if "\x1b" in text:
        text = charsets.decode(value, "iso-2022-jp")
    if "\n" in text:
        text = _FOLD.sub(" ", text)
    return charsets.tidy(text).strip()


def split(content: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The header block that begins at `start`, and where its body begins.

    Lines that are no header are passed over as long as headers follow; otherwise they are taken for the body, since
    broken programs forget the empty line.
    """
    stop = len(content) if end is None else end
    empty = _EMPTY_LINE.match(content, start, stop)
    if empty:
        return Headers({}), empty.end()
    blank = _END.search(content, start, stop)
    block_end, body = (blank.start() + 1, blank.end()) if blank else (stop, stop)
    block = content[start:block_end]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    fields: dict[str, list[bytes]] = {}
    position = 0
    for match in _FIELD.finditer(block):
        if match.start() > position and _is_body(block, position, match.start()):
            return Headers(fields), _locate(content, start, stop, block, position)
        fields.setdefault(match[1].decode("ascii").lower(), []).append(match[2])
        position = match.end() + 1
    if position < len(block) and _is_body(block, position, len(block)):
        return Headers(fields), _locate(content, start, stop, block, position)
    return Headers(fields), body


def _is_body(block: bytes, position: int, end: int) -> bool:
    """Whether the lines between two places, which are no headers, begin the body."""
    junk = block[position:end].strip()
    if not junk or (position == 0 and junk.lstrip(b">").startswith(b"From ") and b"\n" not in junk):
        return False
    return junk.startswith(b"--") or not _KNOWN_FIELD.search(block, end)


def _locate(content: bytes, start: int, stop: int, block: bytes, cut: int) -> int:
    """The place in `content` of the line that is at `cut` in the block with simple line ends."""
    lines = block.count(b"\n", 0, cut)
    position = start
    for _ in range(lines):
        following = min(
            (p for p in (content.find(b"\n", position, stop), content.find(b"\r", position, stop)) if p >= 0),
            default=stop,
        )
        position = following + (2 if content[following : following + 2] == b"\r\n" else 1)
    return min(position, stop)


def decode_words(text: str) -> str:
    """Header text with its encoded words read; neighbours join, so a character split over two words is whole again."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    charset, pending = "", b""
    last = 0
    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        is_neighbour = last > 0 and not between.strip()
        if not is_neighbour or match[1].lower() != charset:
            if pending:
                pieces.append(charsets.decode(pending, charset))
                pending = b""
            if not is_neighbour:
                pieces.append(between)
            charset = match[1].lower()
        pending += _word_bytes(match[2], match[3])
        last = match.end()
    if pending:
        pieces.append(charsets.decode(pending, charset))
    pieces.append(text[last:])
    decoded = "".join(pieces)
    if "\n" in decoded or "\r" in decoded:
        decoded = " ".join(decoded.split())
    return charsets.tidy(decoded)


def _word_bytes(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "replace")
    if encoding in "Bb":
        if not data.isascii():
            return data
        return transfer.base64(data.replace(b" ", b"")) if data.strip() else b""
    data = data.replace(b"_", b" ")
    return _Q_BYTE.sub(lambda match: bytes([int(match[1], 16)]), data)


_PARAMETER = re.compile(
    r"""[;\s]*([^\s;=*"]{1,80})(?:\*(\d{1,4}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^';]*)'(?=\s*(?:;|\Z))|([^;"]*))""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)")
_TYPE = re.compile(r"[^\s;,\"]+")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """What stands before the first semicolon in lower case, and the parameters, continuations and charsets resolved."""
    first = _TYPE.match(value)
    head = first[0].lower() if first else ""
    rest = value.find(";")
    if rest < 0:
        space = value.find(" ")
        if space < 0 or "=" not in value[space:]:
            return head, {}
        rest = space
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    position = rest
    for match in _PARAMETER.finditer(value, position):
        name = match[1].lower()
        if match[4] is not None:
            # Windows paths come without doubled backslashes; only quotes and backslashes are escaped in earnest.
            content = _ESCAPE.sub(lambda m: m[1] if m[1] in '"\\' else m[0], match[4])
        else:
            content = (match[5] if match[5] is not None else match[6]).strip()
        if match[2] is not None or match[3]:
            extended.setdefault(name, {})[int(match[2] or 0)] = (content, bool(match[3]))
        elif name not in plain:
            plain[name] = content
    for name, pieces in extended.items():
        joined = _extended(pieces)
        if joined:
            plain[name] = joined
    return head, plain


def _extended(pieces: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: pieces in order; the first encoded one names the charset."""
    charset = ""
    data = b""
    is_any_encoded = False
    for place, number in enumerate(sorted(pieces)):
        content, is_encoded = pieces[number]
        if place == 0 and content.count("'") >= 2 and is_encoded:
            charset, _, content = content.split("'", 2)
        is_any_encoded = is_any_encoded or is_encoded
        data += unquote_to_bytes(content) if is_encoded else content.encode("utf-8", "surrogateescape")
    return charsets.decode(data, charset)
