"""One table of roles and rights, used by every door. Pure."""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """What somebody may do in a body."""

    SEE_CASES = "see_cases"
    """Read the cases of the body's queues."""
    ANSWER = "answer"
    """Reply, note, close, reopen, take, hand over."""
    ASSIGN = "assign"
    """Give a case to another agent or team."""
    MERGE_CONTACTS = "merge_contacts"
    SEE_BOARD = "see_board"
    """The supervisor's live board."""
    HANDLE_QUARANTINE = "handle_quarantine"
    """See, retry and discard deliveries that could not be read; retry failed messages."""
    CONFIGURE = "configure"
    """The administration."""


_AGENT = frozenset({Right.SEE_CASES, Right.ANSWER, Right.MERGE_CONTACTS, Right.HANDLE_QUARANTINE})
_SUPERVISOR = _AGENT | {Right.ASSIGN, Right.SEE_BOARD}

RIGHTS: dict[str, frozenset[Right]] = {
    "agent": _AGENT,
    "referent": frozenset({Right.SEE_CASES, Right.ANSWER}),
    "supervisor": _SUPERVISOR,
    "manager": _SUPERVISOR,
    "quality": frozenset({Right.SEE_CASES, Right.SEE_BOARD}),
    "administrator": _SUPERVISOR | {Right.CONFIGURE},
}
"""Role (accounts.models.Role) to rights. Agents see quarantine because nobody else looks every day (lessons.md 7)."""


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
