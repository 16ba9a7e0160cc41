"""Bytes of any declared, undeclared or lying character set to text; never fails, never loses an accent."""

import codecs
import re
from functools import lru_cache

# What senders write, against the codec that reads what they mean. Where a label names a small set whose bytes are in
# practice those of a larger one, the larger is used, as browsers do (WHATWG Encoding).
_MEANT = {
    "ascii": "",
    "us-ascii": "",
    "ansi_x3.4-1968": "",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso8859_1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "x-cp1252": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-6-e": "iso8859_6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "chinesebig5": "big5hkscs",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "windows-1251": "cp1251",
}
# Codecs of Python that turn bytes into something other than text, or run in a time that is not linear.
_NOT_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def _cp1252_byte(error: UnicodeError) -> tuple[str, int]:
    """Reads what does not fit as windows-1252, byte by byte, so that a mixed text keeps its accents."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_CP1252[byte] for byte in wrong), error.end


def _cp1252_table() -> list[str]:
    return [bytes([value]).decode("cp1252", "ignore") or chr(value) for value in range(256)]


_CP1252 = _cp1252_table()
codecs.register_error("ventanilla-cp1252", _cp1252_byte)


@lru_cache(maxsize=512)
def codec(label: str) -> str:
    """The Python codec for a declared charset; "" when it is absent, ASCII or unknown."""
    name = label.strip(" \t\"'<>;,").lower()
    if name in _MEANT:
        return _MEANT[name]
    for candidate in (name, name.removeprefix("x-"), name.replace("_", "-"), name.replace("windows", "cp")):
        if not candidate or len(candidate) > 40:
            continue
        try:
            found = codecs.lookup(candidate)
            "".encode(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        if found.name not in _NOT_CHARSETS:
            return _MEANT.get(found.name, found.name)
    return ""


def undeclared(data: bytes) -> str:
    """Text of bytes that say nothing about themselves: UTF-8 if they are, else windows-1252, which holds latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(data) - error.start < 4 and error.reason == "unexpected end of data" and error.start:
            return data[: error.start].decode("utf-8")
    return _as_utf8_or_cp1252(data)


def _as_utf8_or_cp1252(data: bytes) -> str:
    ignored = data.decode("utf-8", "ignore")
    has_utf8 = not ignored.isascii()
    if has_utf8:
        # A text that is partly UTF-8 was put together from two; each part keeps its accents.
        wide = sum(1 for character in ignored if ord(character) > 127)
        high = sum(1 for byte in data if byte > 127)
        if wide * 2 >= high - wide * 2:
            return data.decode("utf-8", "ventanilla-cp1252")
    return data.decode("cp1252", "ventanilla-cp1252")


def _utf16(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data.decode("utf-8", "replace")
    sample = data[:200]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if not odd and not even and name == "utf-16":
        return undeclared(data)
    if name in ("utf-16-le", "utf-16-be") and not odd and not even:
        return data.decode(name, "replace")
    return data.decode("utf-16-le" if odd >= even else "utf-16-be", "replace")


def decode(data: bytes, label: str = "") -> str:
    """The text of `data`; `label` is the charset its sender declares, believed only as far as the bytes allow."""
    if data.isascii() and b"\x1b" not in data and b"+" not in data and b"~{" not in data and b"\x00" not in data:
        return data.decode("ascii")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "ventanilla-cp1252")
    name = codec(label)
    if not name or name == "utf-8":
        if b"\x1b$" in data or b"\x1b(B" in data:
            try:
                return data.decode("iso2022_jp_ext")
            except UnicodeDecodeError:
                pass
        if not name and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", "replace")
        return undeclared(data)
    if name.startswith("utf-16"):
        return _utf16(data, name)
    if name == "cp1252":
        # Latin-1 that happens to be valid UTF-8 is UTF-8 with a wrong label: "Ã©" is no word.
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "ventanilla-cp1252")
    try:
        return data.decode(name)
    except (UnicodeError, ValueError, LookupError):
        pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if name == "iso2022_jp_ext":
        return data.decode("cp932", "replace")
    try:
        return data.decode(name, "replace")
    except (UnicodeError, ValueError, LookupError):
        return undeclared(data)


def decode_html(data: bytes, label: str) -> str:
    """The same for an HTML part, which may name its charset inside when the header does not."""
    if not codec(label) and not data.isascii():
        meta = _META_CHARSET.search(data, 0, 4096)
        if meta:
            inside = meta[1].decode("ascii", "replace")
            if not inside.lower().startswith("utf-16"):
                return decode(data, inside)
    return decode(data, label)


def tidy(text: str) -> str:
    """Without what no screen shows and no database keeps: control characters, stray surrogates, byte order marks."""
    return _CONTROLS.sub("", text)


def tidy_lines(text: str) -> str:
    """The same, with line ends of one kind."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)
