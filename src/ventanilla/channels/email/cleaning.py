"""HTML of strangers, made safe to show: nothing runs, nothing is fetched, links say nothing about us.

Quotations that mail programs mark in their own ways come out with the one class QUOTE_CLASS, so that a screen can fold
them and `html_text` can find them.
"""

import html as entities
import re

import nh3

QUOTE_CLASS = "cita"
MAX_CHARACTERS = 3_000_000
"""Longer HTML is shown as plain text only."""

_MAX_DEPTH = 400
_MAX_WORK = 2_000_000
_MANY_TAGS = 2_000

_TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
    "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul",
    "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "ol": {"start", "type"},
    "li": {"value"},
}
_CONTENT_TAGS = {"script", "style", "title", "noframes", "object", "applet", "svg", "math", "template"}
_QUOTE_MARK = re.compile(
    r"gmail_quote|gmail_extra|yahoo_quoted|yahoo-quoted|moz-cite-prefix|OutlookMessageHeader|protonmail_quote|tutanota_quote"
    r"|zmail_extra|ms-outlook-mobile-reference-message|front-blockquote|aolmail_|WordSection1_quote|replymessage|hmmessage_quote"
)
_QUOTE_ID = re.compile(
    r"""\bid\s*=\s*["']?(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro"""
    r"""|mqQuote|ymail_android_signature_quote|zwchr|isReplyContent|OLK_SRC_BODY_SECTION)["']?""",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "wbr", "area", "base", "source", "param"})
_CLOSES_ITSELF = frozenset(
    {"p", "li", "tr", "td", "th", "dt", "dd", "option", "body", "html", "head", "tbody", "thead"}
)


class _Cleaning:
    """One run of the cleaner; remembers whether something from outside was left out."""

    def __init__(self) -> None:
        self.has_remote_images = False

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return QUOTE_CLASS if _QUOTE_MARK.search(value) else None
        if name == "src":
            address = value.strip()
            if address[:4].lower() == "cid:":
                return address
            self.has_remote_images = self.has_remote_images or address[:5].lower() != "data:"
            return None
        if name in ("width", "height") and not value.strip().rstrip("%").isdigit():
            return None
        return value


def is_hostile(html: str) -> bool:
    """Whether parsing this HTML would cost out of all proportion: endless nesting, or formatting reopened for ever."""
    if len(html) > MAX_CHARACTERS:
        return True
    if html.count("<") < _MANY_TAGS:
        return False
    depths: dict[str, int] = {}
    depth = work = 0
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _VOID:
            continue
        work += depth
        if slash:
            if depths.get(tag):
                depths[tag] -= 1
                depth -= 1
        elif tag not in _CLOSES_ITSELF:
            depths[tag] = depths.get(tag, 0) + 1
            depth += 1
            if depth > _MAX_DEPTH:
                return True
    return work > max(_MAX_WORK, 60 * html.count("<"))


def clean(html: str) -> tuple[str, bool]:
    """Safe HTML, and whether remote images were left out; "" when the HTML is hostile or empty."""
    if is_hostile(html):
        return "", False
    run = _Cleaning()
    marked = _QUOTE_ID.sub(f'class="{QUOTE_CLASS} gmail_quote"', html) if "id" in html else html
    cleaned = nh3.clean(
        marked,
        tags=_TAGS,
        clean_content_tags=_CONTENT_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=run.attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        url_relative="deny",
    )
    return cleaned.strip(), run.has_remote_images


_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


def strip_tags(html: str) -> str:
    """The text of HTML that is too hostile to parse."""
    return entities.unescape(_ANY_TAG.sub(" ", html[:MAX_CHARACTERS]))
