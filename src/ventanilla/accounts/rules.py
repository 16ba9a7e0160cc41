"""One table of roles and rights, used by every door. Pure."""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """What somebody may do in a body."""

    SEE_CASES = "see_cases"
    """Read the cases that her sight reaches (accounts.sight)."""
    ANSWER = "answer"
    """Reply, note, close, reopen, take, hand over."""
    ASSIGN = "assign"
    """Give a case to another agent or team."""
    RESEND = "resend"
    """Send once more a message of a case that she sees."""
    MERGE_CONTACTS = "merge_contacts"
    SEE_BOARD = "see_board"
    """The supervisor's live board."""
    SEE_READINGS = "see_readings"
    """Who read a case, and who read cases that were not theirs."""
    HANDLE_QUARANTINE = "handle_quarantine"
    """See, retry and discard deliveries that could not be read; see every message that could not be sent."""
    DELIVER = "deliver"
    """Hand in raw messages, as a mail server does."""
    MEND_JOBS = "mend_jobs"
    """Try failed jobs again: they belong to the installation."""
    CONFIGURE = "configure"
    """The administration."""


_REFERENT = frozenset({Right.SEE_CASES, Right.ANSWER, Right.RESEND})
_AGENT = _REFERENT | {Right.MERGE_CONTACTS, Right.HANDLE_QUARANTINE, Right.DELIVER}
_SUPERVISOR = _AGENT | {Right.ASSIGN, Right.SEE_BOARD, Right.SEE_READINGS, Right.MEND_JOBS}

RIGHTS: dict[str, frozenset[Right]] = {
    "agent": _AGENT,
    "referent": _REFERENT,
    "supervisor": _SUPERVISOR,
    "manager": _SUPERVISOR,
    "quality": frozenset({Right.SEE_CASES, Right.SEE_BOARD, Right.SEE_READINGS}),
    "administrator": _SUPERVISOR | {Right.CONFIGURE},
}
"""Role (accounts.models.Role) to rights. Agents see quarantine because nobody else looks every day (lessons.md 7)."""

OPERATOR = frozenset({Right.CONFIGURE})
"""Of whoever runs the machine (`is_superuser`, given by the console only): there must be somebody to make the first
body and to give its first role. No case is in her sight."""

OF_THE_WHOLE_BODY = frozenset({Right.MERGE_CONTACTS, Right.HANDLE_QUARANTINE, Right.DELIVER, Right.MEND_JOBS})
"""Rights that cannot be cut to a unit or a contract: what nobody has read belongs to no unit, and people are the
body's. Whoever sees a part of the body does not have them."""


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    return frozenset().union(*(RIGHTS[role] for role in roles))


TOKEN_PREFIX = "vt_"  # noqa: S105 # what every token begins with is no secret
"""Lets scanners of leaked secrets recognise a token."""

_TOKEN = re.compile(rf"{TOKEN_PREFIX}[A-Za-z0-9_-]{{43}}\Z")


def is_token(text: str) -> bool:
    """Whether it has the shape of a token; anything else need not be looked up."""
    return _TOKEN.match(text) is not None


def digest_of(token: str) -> str:
    """SHA-256, hexadecimal. No salt: a token has 256 random bits, and a look-up must find it."""
    return hashlib.sha256(token.encode()).hexdigest()
