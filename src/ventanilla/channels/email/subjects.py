"""Subjects without what programs put before and into them."""

import re

# Replies and forwards as programs of the world write them; "Ref:" and "PD:" are left alone, people begin subjects so.
_REPLY = r"re|res|rta|rsp|resp|rif|aw|antw|antwort|sv|vs|rép|odp|ynt|r|回复|答复|返信"
_FORWARD = r"rv|fwd|fw|wg|tr|enc|rvd|reenv|reenviado|renv|vl|vb|doorst|i|ilt|fs|转发|轉寄|転送"
_PREFIX = re.compile(
    rf"\s*(?:(?P<re>{_REPLY})|(?P<fwd>{_FORWARD}))\s*(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^\d{{1,3}})?\s*[:：]",
    re.IGNORECASE,
)
_EXTERNAL = re.compile(r"\s*\[(?:ext|external|externo|spam|\*+spam\*+)\]\s*:?", re.IGNORECASE)


def strip_prefixes(subject: str) -> str:
    """The subject without any number of "RE:", "RV:", "Fwd:", "Re[2]:"… before it."""
    while True:
        match = _EXTERNAL.match(subject) or _PREFIX.match(subject)
        if not match:
            return subject.strip()
        subject = subject[match.end() :]


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix says that something is being passed on, rather than answered."""
    while match := _EXTERNAL.match(subject):
        subject = subject[match.end() :]
    first = _PREFIX.match(subject)
    return bool(first and first["fwd"])
