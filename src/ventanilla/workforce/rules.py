"""Who may attend what, and what a post lets see. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


def is_valid_on(valid_from_on: date, valid_until_on: date | None, on: date) -> bool:
    """Whether a certificate or a contract counts on that day; its last day counts."""
    return valid_from_on <= on and (valid_until_on is None or on <= valid_until_on)


@dataclass(frozen=True, slots=True)
class Contract:
    """What a provider may see: days and channels; no channels means all."""

    provider_id: int
    from_on: date
    until_on: date | None
    channels: Collection[str] = ()
    is_own_only: bool = False
    """Each agent sees what she attends herself, and not what the rest of her team does."""

    def is_in_force(self, on: date) -> bool:
        return is_valid_on(self.from_on, self.until_on, on)


@dataclass(frozen=True, slots=True)
class Post:
    """A place of an agent in a team; `contract` when the team is a provider's."""

    body_id: int
    team_id: int
    is_active: bool
    contract: Contract | None = None


def must_sign(demanded_of: str, posts_in_body: Collection[Post]) -> bool:
    """Whether a body's confidentiality statement is for whoever holds these posts in it, those out of use too."""
    if demanded_of == "everybody":
        return bool(posts_in_body)
    return demanded_of == "providers" and any(post.contract is not None for post in posts_in_body)


WARNING_DAYS = (30, 7, 1)
"""Before a contract ends, what somebody has to do about it takes weeks, days, or is for today: the body's choice."""


def warning_due(until_on: date, today: date, told_days: int | None) -> int | None:
    """The warning that is due, by the days that it promises; None when it was given, or nothing ends soon.

    A house that stood still for days gives the latest one, not all.
    """
    left = (until_on - today).days
    reached = [days for days in WARNING_DAYS if 0 <= left <= days]
    due = min(reached, default=None)
    return due if due is not None and (told_days is None or due < told_days) else None
