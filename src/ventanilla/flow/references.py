"""Ids and signed references of what we send."""

import hashlib
import secrets
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from ventanilla.messages import references

REFERENCES_LIMIT = 20
"""Enough to thread in any client, short enough for any header."""


@cache
def _key() -> bytes:
    return hashlib.sha256(b"ventanilla.references:" + settings.SECRET_KEY.encode()).digest()


def token_of(case_id: int) -> str:
    return references.make_token(_key(), case_id)


def genuine_case_ids(tokens: Sequence[str]) -> list[int]:
    """The cases of those tokens that we really signed."""
    return [
        case_id for token in tokens[:REFERENCES_LIMIT] if (case_id := references.read_token(_key(), token)) is not None
    ]


def new_external_id(case_id: int, account_address: str) -> str:
    """A Message-ID of our own, without brackets, that carries the case's signed reference."""
    domain = account_address.rpartition("@")[2] or "localhost"
    return f"{token_of(case_id)}.{secrets.token_hex(8)}@{domain}"


def chain(references_before: Sequence[str], answered_id: str) -> list[str]:
    """References of an answer: the conversation's first id, then the latest ones, the answered one last."""
    ids = list(dict.fromkeys([*references_before, answered_id])) if answered_id else list(references_before)
    return ids if len(ids) <= REFERENCES_LIMIT else [ids[0], *ids[-REFERENCES_LIMIT + 1 :]]
