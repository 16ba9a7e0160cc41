"""Mailboxes out of address headers, as people's programs really write them."""

import re
from dataclasses import dataclass

from ventanilla.channels.email.headers import decode_words

MAX_MAILBOXES = 2_000

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|<([^<>]*)>|([,;:(])|([^",;:(<]+)|(.)', re.DOTALL)
_SIMPLE = re.compile(r"([^\"<>,;:()@\[\]\\]*)<([^<>,;:()\s@\"]+@[^<>,;:()\s@\"]+)>")
_ADDRESS = re.compile(r"""(?:[^\s@<>",;:()\[\]\\]+|"(?:[^"\\\r\n]|\\.)+")@(?:[^\s@<>",;:()\[\]\\]*\w|\[[\w.:]+\])""")
_ANYWHERE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address` is in lower case; `name` is what stands beside it, for people."""

    address: str
    name: str = ""


def normalise(text: str) -> str:
    """The one form of an e-mail address, or "" when it is none."""
    address = text.strip().strip("<>").strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]
    if "=?" in address:
        address = decode_words(address)
    if " " in address and '"' not in address:
        address = address.replace(" ", "")
    address = address.strip(".'").lower()
    if len(address) > 320 or not _ADDRESS.fullmatch(address):
        return ""
    return address


def parse(value: str) -> list[Mailbox]:
    """Every usable mailbox of an address header (words still encoded), groups opened, in order."""
    if not value:
        return []
    simple = _SIMPLE.fullmatch(value)
    if simple:
        address = normalise(simple[2])
        if address:
            return [Mailbox(address, _name(simple[1]))]
    found = _parse(value)
    if not found and "=?" in value:
        decoded = decode_words(value)
        if decoded != value:
            found = _parse(decoded)
    if not found:
        loose = _ANYWHERE.search(value)
        if loose and (address := normalise(loose[0])):
            found = [Mailbox(address)]
    return found


def _name(text: str) -> str:
    name = _SPACES.sub(" ", decode_words(text)).strip(" \t'\"<>")
    return name if len(name) <= 200 else name[:200]


def _comment_end(value: str, start: int) -> int:
    """Just after the bracket that closes the comment opened at `start`, or -1."""
    depth = 0
    position = start
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return -1


def _parse(value: str) -> list[Mailbox]:
    found: list[Mailbox] = []
    phrase: list[str] = []
    comments: list[str] = []
    angle = ""
    carried = ""
    has_open_comments = True
    position = 0

    def finish() -> None:
        nonlocal angle, carried
        text = "".join(phrase).strip()
        address, name = "", ""
        if angle:
            address, name = normalise(angle), f"{carried}, {text}" if carried and text else carried or text
            if not address and "@" in text:
                address, name = normalise(text), ""
        elif "@" in text:
            address = normalise(text)
            if not address:
                loose = _ANYWHERE.search(text)
                if loose:
                    address, name = normalise(loose[0]), text.replace(loose[0], " ")
        if address:
            found.append(Mailbox(address, _name(name or " ".join(comments))))
            carried = ""
        elif text and not angle:
            carried = f"{carried}, {text}" if carried else text
        else:
            carried = ""
        phrase.clear()
        comments.clear()
        angle = ""

    while position < len(value) and len(found) < MAX_MAILBOXES:
        match = _TOKEN.match(value, position)
        if match is None:
            break
        position = match.end()
        if match[1] is not None:
            following = value[position : position + 1]
            if following == "@":
                phrase.append(f'"{match[1]}"')
            else:
                phrase.append(re.sub(r"\\(.)", r"\1", match[1]))
        elif match[2] is not None:
            if angle:
                finish()
            angle = match[2]
        elif match[3] == "(":
            end = _comment_end(value, match.start()) if has_open_comments else -1
            if end < 0:
                has_open_comments = False
                phrase.append("(")
            else:
                comments.append(value[match.end() : end - 1])
                position = end
        elif match[3] == ":":
            if "@" not in "".join(phrase) and not angle:
                phrase.clear()
                carried = ""
            else:
                phrase.append(":")
        elif match[3]:
            finish()
        else:
            phrase.append(match[4] or match[5])
    if len(found) < MAX_MAILBOXES:
        finish()
    return found
