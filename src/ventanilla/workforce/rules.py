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

    def is_in_force(self, on: date) -> bool:
        return is_valid_on(self.from_on, self.until_on, on)


@dataclass(frozen=True, slots=True)
class Post:
    """A place of an agent in a team; `contract` when the team is a provider's."""

    body_id: int
    team_id: int
    is_active: bool
    contract: Contract | None = None
