"""Content transfer encodings, read as far as they can be read."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s_-]")
_PADDING = re.compile(rb"=[=\s]*")
_SOFT_BREAK_WITH_SPACES = re.compile(rb"=[ \t]+(\r?\n)")
_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n", re.MULTILINE)
_UU_END = re.compile(r"^end[ \t]*(?:\n|\Z)", re.MULTILINE)
_WORDS = re.compile(rb"[A-Za-z]{2,} [A-Za-z]{2,}")


def _base64_run(data: bytes) -> bytes:
    """Decodes one run without inner padding; a last group that is cut short gives the bytes it still holds."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        rest = len(letters) % 4
        if rest == 1:
            letters = letters[:-1]
        elif rest:
            letters += b"=" * (4 - rest)
        return binascii.a2b_base64(letters)


def base64(data: bytes) -> bytes:
    """Decodes base64 with junk, wrong padding, several padded runs one after another, or the URL alphabet.

    Text that says it is base64 and is not comes back as it is.
    """
    end = data.find(b"=")
    if end < 0 or not data[end:].strip(b"= \t\r\n"):
        if _is_prose(data):
            return data
        if b"-" in data or b"_" in data:
            data = data.replace(b"-", b"+").replace(b"_", b"/")
        return _base64_run(data)
    if _is_prose(data):
        return data
    decoded: list[bytes] = []
    for run in _PADDING.split(data):
        if decoded and (_NOT_BASE64.search(run) or _WORDS.search(run)):
            break  # a footer that a list server wrote behind the encoded body
        decoded.append(_base64_run(run))
    return b"".join(decoded)


def _is_prose(data: bytes) -> bool:
    sample = data[:400].strip()
    if not sample:
        return False
    return len(_NOT_BASE64.findall(sample)) * 12 > len(sample) or (
        sample.count(b" ") * 12 > len(sample) and bool(_WORDS.search(sample))
    )


def quoted_printable(data: bytes) -> bytes:
    if b"=" not in data:
        return data
    if b"= " in data or b"=\t" in data:
        data = _SOFT_BREAK_WITH_SPACES.sub(rb"=\1", data)
    if data.endswith(b"="):
        data = data[:-1]
    return binascii.a2b_qp(data)


def uu(data: bytes) -> bytes:
    """Decodes the lines of a uuencoded block, with or without its begin and end lines."""
    decoded: list[bytes] = []
    for line in data.splitlines():
        if not line.strip() or line.startswith((b"begin ", b"end")):
            if line.startswith(b"end") and decoded:
                break
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Broken encoders pad the last group wrongly: take as many characters as the length byte asks for.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(decoded)


def decode(data: bytes, encoding: str) -> bytes:
    """Bytes of a part whose Content-Transfer-Encoding is `encoding` (lower case)."""
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        return quoted_printable(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uu(data)
    return data


def take_uu_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the uuencoded files that old programs write into it, and those files with their names."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    position = 0
    while begin := _UU_BEGIN.search(text, position):
        end = _UU_END.search(text, begin.end())
        if end is None:
            break
        content = uu(text[begin.end() : end.start()].encode("latin-1", "replace"))
        kept.append(text[position : begin.start() if content else end.end()])
        if content:
            files.append((begin[1].strip(), content))
        position = end.end()
    kept.append(text[position:])
    return "".join(kept), files
