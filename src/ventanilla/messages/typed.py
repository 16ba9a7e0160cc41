"""What people type, or programs in their name: without what nobody can see, and telephone numbers."""

import re

PHONE_MAX_CHARACTERS = 40
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PHONE = re.compile(r"\+?\(?[0-9](?:[ .()/-]*[0-9]){5,14}\Z")


def seen(text: str) -> str:
    """Without control characters and those that turn the writing round; lines end as ours do."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_phone(text: str) -> bool:
    """Six to fifteen digits (ITU-T E.164), with the separators that people use."""
    return _PHONE.match(text) is not None
