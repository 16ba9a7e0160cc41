"""What a person wrote, without the quotation below it and the signature.

Rules, not statistics: they know the programs people use in Spanish, Portuguese, English and, more loosely, French,
German, Italian and Dutch. What is passed on stays whole, answers written between quoted lines keep the lines they
answer, and if nothing would remain, all remains. Every pattern looks at one line of bounded length: the cost is linear.
"""

import re

from ventanilla.channels.email.attributions import (
    attribution_end,
    header_block_end,
    is_forward_line,
    is_separator,
    shared_line_cut,
)
from ventanilla.channels.email.html_text import QUOTE_MARK
from ventanilla.channels.email.signatures import cut_signature, is_closing_matter

MAX_LINES = 10_000
"""A longer text is no letter, and stays whole."""

_QUOTED = re.compile(r"^[ \t]{0,3}>(?!>?From )")
_BROKEN_LINK = re.compile(r"^\s*[(<]https?://\S+[)>]?[\s>]*$")
_OWN_MARKER = re.compile(
    r"respuesta por encima de esta l[ií]nea|reply above this line|resposta acima desta linha", re.IGNORECASE
)


def cut(text: str, *, is_forward: bool = False) -> str:
    """The reply in `text` (which may hold QUOTE_MARK lines); `is_forward` says that the subject passes something on."""
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return "\n".join(line for line in lines if QUOTE_MARK not in line).strip("\n").rstrip()
    kept = lines if is_forward else _without_quotation(lines)
    kept = [line for line in kept if QUOTE_MARK not in line]
    if not is_forward:
        kept = cut_signature(kept)
    reply = "\n".join(kept).strip("\n").rstrip()
    if reply.strip():
        return reply
    whole = [line for line in lines if QUOTE_MARK not in line]
    return "\n".join(whole).strip("\n").rstrip()


def _without_quotation(lines: list[str]) -> list[str]:
    marker = _own_marker(lines)
    if marker is not None:
        lines = _without_lead(lines[:marker])
    start = 0
    while start < len(lines):
        line = lines[start]
        if is_forward_line(line):
            return lines
        if _QUOTED.match(line):
            if not start or _QUOTED.match(lines[start - 1]) or _is_real_quotation(lines, start):
                return _around_quotation(lines, start, start)
            start += 1
            continue
        if QUOTE_MARK in line:
            following = _next_text(lines, start + 1)
            if following is None or is_forward_line(lines[following]):
                return lines
            if (
                attribution_end(lines, following)
                or header_block_end(lines, following)
                or is_separator(lines[following])
            ):
                start += 1
                continue
            return _around_quotation(lines, start, start + 1)
        shared = shared_line_cut(line)
        if shared and start + 1 < len(lines) and _QUOTED.match(lines[start + 1]):
            parted = [*lines[:start], line[:shared].rstrip(" -"), *lines[start + 1 :]]
            return _around_quotation(parted, start + 1, start + 1)
        end = attribution_end(lines, start)
        if end:
            return _around_quotation(lines, start, end)
        if header_block_end(lines, start):
            return _before(lines, start)
        if is_separator(line):
            following = _next_text(lines, start + 1)
            if following is None:
                return lines[:start]
            return _before(lines, start)
        start += 1
    return lines


def _is_real_quotation(lines: list[str], start: int) -> bool:
    """Whether marked lines without introduction are a quotation: more than one of them, or nothing said below."""
    block = 0
    place = start
    while place < len(lines) and (not lines[place].strip() or _QUOTED.match(lines[place])):
        block += bool(lines[place].strip())
        place += 1
    return block > 1 or place == len(lines)


def _next_text(lines: list[str], start: int) -> int | None:
    return next((place for place in range(start, min(len(lines), start + 8)) if lines[place].strip()), None)


def _own_marker(lines: list[str]) -> int | None:
    """Where our own "write above this line" stands, unless the person wrote below it all the same."""
    for place, line in enumerate(lines):
        if len(line) < 200 and _OWN_MARKER.search(line):
            if _QUOTED.match(line) and _has_answer(lines, place + 1):
                return None
            return place if any(above.strip() for above in lines[:place]) else None
    return None


def _has_answer(lines: list[str], start: int) -> bool:
    rest = [line for line in lines[start:] if line.strip() and not _QUOTED.match(line) and QUOTE_MARK not in line]
    return bool(rest) and not is_closing_matter(rest)


def _without_lead(lines: list[str]) -> list[str]:
    """Drops quotation marks and dashes that lead up to our marker."""
    end = len(lines)
    while end and not lines[end - 1].strip(" \t>|*_-—"):
        end -= 1
    return lines[:end]


def _before(lines: list[str], start: int) -> list[str]:
    """Everything above a quotation that has no quote marks of its own; all, if nothing stands above."""
    above = lines[:start]
    if any(line.strip(" \t_-*") and QUOTE_MARK not in line for line in above):
        return _without_rule(above)
    return lines


def _without_rule(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip(" \t_*-") or QUOTE_MARK in lines[end - 1]):
        end -= 1
    return lines[:end]


def _around_quotation(lines: list[str], start: int, end: int) -> list[str]:
    """The text around a quotation whose introduction is `lines[start:end]` and whose quoted lines follow."""
    first = _next_text(lines, end)
    if first is None or not _QUOTED.match(lines[first]):
        return _before(lines, start)
    blocks = _blocks(lines, first)
    answers = [place for place, (is_quoted, _, _) in enumerate(blocks) if not is_quoted]
    while answers and is_closing_matter(lines[blocks[answers[-1]][1] : blocks[answers[-1]][2]]):
        answers.pop()
    above = _without_rule(lines[:start])
    has_above = any(line.strip() for line in above)
    if not answers:
        return above if has_above else lines
    last = blocks[answers[-1]]
    is_interleaved = any(is_quoted for is_quoted, _, _ in blocks[answers[0] :])
    if is_interleaved:
        return lines[: last[2]]
    below = lines[last[1] : last[2]]
    if not has_above:
        return below
    return [*above, "", *below]


def _blocks(lines: list[str], start: int) -> list[tuple[bool, int, int]]:
    """Stretches of quoted and unquoted lines from `start`: (is quoted, first line, line after the last)."""
    blocks: list[tuple[bool, int, int]] = []
    place = start
    while place < len(lines):
        is_quoted = _is_quoted(lines, place)
        begin = place
        end = place + 1
        place += 1
        while place < len(lines):
            if not lines[place].strip():
                place += 1
                continue
            if _is_quoted(lines, place) != is_quoted:
                break
            if not is_quoted:
                introduction = attribution_end(lines, place)
                if introduction and place > begin:
                    # A deeper mail of the same thread, quoted without marks: the rest is history.
                    following = _next_text(lines, introduction)
                    if following is not None and _QUOTED.match(lines[following]):
                        break
            place += 1
            end = place
        if not is_quoted and attribution_end(lines, begin):
            place = max(place, begin + 1)
            blocks.append((True, begin, end))
            continue
        blocks.append((is_quoted, begin, end))
    return _joined(blocks)


def _joined(blocks: list[tuple[bool, int, int]]) -> list[tuple[bool, int, int]]:
    joined: list[tuple[bool, int, int]] = []
    for block in blocks:
        if joined and joined[-1][0] == block[0]:
            joined[-1] = (block[0], joined[-1][1], block[2])
        else:
            joined.append(block)
    return joined


def _is_quoted(lines: list[str], place: int) -> bool:
    """Whether a line is quoted, or is the tail that a program broke off a long quoted line."""
    line = lines[place]
    if _QUOTED.match(line):
        return True
    if place and _BROKEN_LINK.match(line) and _QUOTED.match(lines[place - 1]):
        return True
    if 0 < place < len(lines) - 1 and 0 < len(line) < 75 and not line[0].isupper():
        above, below = lines[place - 1], lines[place + 1]
        is_wrapped = (len(above) >= 60 and above.rstrip()[-1] not in ".?!:;…") or "://" in above
        return is_wrapped and bool(_QUOTED.match(above)) and bool(_QUOTED.match(below))
    return False
