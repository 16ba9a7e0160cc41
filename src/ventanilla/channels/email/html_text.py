"""Readable text of a cleaned HTML body, with quotations marked as in plain mail."""

import html as entities
import re

from ventanilla.channels.email.cleaning import QUOTE_CLASS

QUOTE_MARK = "\ue000"
"""Stands on the line where a mail program marked the beginning of the quotation; `quotations` reads and removes it."""

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^">]|"[^"]*")*)>|([^<]+)|<')
_HREF = re.compile(r' href="([^"]*)"')
_START = re.compile(r' start="(\d{1,6})"')
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LINES = frozenset(
    {
        *("div", "address", "article", "section", "header", "footer", "main", "figure", "figcaption", "center", "dt"),
        *("dd", "details", "summary", "caption", "tr", "thead", "tbody", "tfoot"),
    }
)
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"))
_RULE = "_" * 32
_MAX_LINK_CHARACTERS = 300


class _Page:
    """Lines as they are written; `breaks` counts the line ends owed before the next word."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.breaks = 0
        self.depth = 0
        self.has_space = False

    def write(self, text: str) -> None:
        if self.breaks:
            self.end_line()
        elif self.has_space and self.line:
            self.line.append(" ")
        self.has_space = False
        self.line.append(text)

    def end_line(self) -> None:
        if self.line or self.lines:
            self.lines.append("".join(self.line))
            for _ in range(self.breaks - 1):
                self.lines.append("")
        self.line = ["> " * self.depth] if self.depth else []
        self.breaks = 0

    def owe(self, breaks: int) -> None:
        if self.line or self.breaks or self.lines:
            self.breaks = max(self.breaks, breaks)
        self.has_space = False

    def break_line(self) -> None:
        """A <br>: ends the line, and makes an empty one where the line is already ended."""
        self.breaks = min(self.breaks + 1, 3) if self.line or self.lines or self.breaks else 0
        self.has_space = False

    def quote(self, step: int) -> None:
        self.owe(1)
        if not self.breaks and not self.line:
            self.depth = max(0, min(self.depth + step, 20))
            self.line = ["> " * self.depth] if self.depth else []
            return
        if self.breaks:
            self.lines.append("".join(self.line))
            self.lines.extend("" for _ in range(self.breaks - 1))
            self.breaks = 0
        self.depth = max(0, min(self.depth + step, 20))
        self.line = ["> " * self.depth] if self.depth else []

    @property
    def is_at_start(self) -> bool:
        return bool(self.breaks) or not self.line or (self.depth > 0 and len(self.line) == 1)


def to_text(cleaned: str) -> str:
    """The text of what `cleaning.clean` gave: lines, lists, links as `text <address>`, quotations behind `> `."""
    page = _Page()
    lists: list[int] = []
    links: list[tuple[str, int]] = []
    preformatted = 0
    for match in _TOKEN.finditer(cleaned):
        tag = match[2]
        if tag is None:
            data = entities.unescape(match[4] or "<")
            if preformatted:
                _write_preformatted(page, data)
                continue
            words = _SPACES.sub(" ", data)
            stripped = words.strip(" ").replace("\xa0", " ")
            if words[:1] == " ":
                page.has_space = True
            if stripped:
                if not stripped.strip() and page.is_at_start:
                    # A line with nothing but a hard space is an empty line that somebody meant.
                    page.breaks = 2 if page.breaks else 0
                else:
                    page.write(stripped)
                page.has_space = words[-1:] == " "
            continue
        is_end = match[1] == "/"
        if tag == "br":
            page.break_line()
        elif tag in _LINES:
            page.owe(1)
        elif tag in _PARAGRAPHS:
            if is_end and lists and tag in ("ul", "ol"):
                lists.pop()
            page.owe(2 if not lists or tag not in ("ul", "ol") else 1)
            if tag == "pre":
                preformatted = max(0, preformatted + (-1 if is_end else 1))
            elif tag in ("ul", "ol") and not is_end:
                start = _START.search(match[3])
                lists.append(int(start[1]) if start else 1 if tag == "ol" else 0)
        elif tag == "li":
            page.owe(1)
            if not is_end:
                bullet = "- "
                if lists and lists[-1]:
                    bullet = f"{lists[-1]}. "
                    lists[-1] += 1
                page.write("  " * (len(lists) - 1) + bullet)
        elif tag in ("td", "th"):
            page.has_space = True
        elif tag == "blockquote":
            page.quote(-1 if is_end else 1)
        elif tag == "hr":
            page.owe(1)
            page.write(_RULE)
            page.owe(1)
        elif tag == "a":
            _link(page, links, match[3], is_end=is_end)
        if not is_end and QUOTE_CLASS in match[3] and f'class="{QUOTE_CLASS}"' in match[3] and not page.depth:
            page.owe(1)
            page.write(QUOTE_MARK)
            page.owe(1)
    page.breaks = max(page.breaks, 1)
    page.end_line()
    return "\n".join(line.rstrip() for line in page.lines).strip("\n")


def _write_preformatted(page: _Page, data: str) -> None:
    for place, line in enumerate(data.split("\n")):
        if place:
            page.break_line()
        if line:
            page.write(line.replace("\xa0", " "))


def _link(page: _Page, links: list[tuple[str, int]], attributes: str, *, is_end: bool) -> None:
    """Writes the address behind a link whose words do not show it."""
    if not is_end:
        href = _HREF.search(attributes)
        links.append((entities.unescape(href[1]) if href else "", 0 if page.breaks else len(page.line)))
        return
    if not links:
        return
    address, start = links.pop()
    shown = "".join(page.line[min(start, len(page.line)) :]).strip("> ")
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if not shown or page.breaks or not bare or len(bare) > _MAX_LINK_CHARACTERS or address[:4] == "cid:":
        return
    plain = bare.removeprefix("https://").removeprefix("http://").rstrip("/")
    if plain.lower() in shown.lower() or shown.lower().removeprefix("www.") in plain.lower():
        return
    page.write(f" <{bare}>")
