"""The traffic light of time: which colour a case shows. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Timed(Protocol):
    """The part of a worklist row that time is read from."""

    state: str
    next_due_at: datetime | None
    next_warn_at: datetime | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Light:
    """`state` is one of look's: ok, soon, late, paused, met, none; `due_at` what it counts towards."""

    state: str
    due_at: datetime | None = None


class Owed(Protocol):
    """The part of a worklist row that the second level's time is read from."""

    referral_due_at: datetime | None
    referral_warn_at: datetime | None


def light_of_referral(row: Owed, now: datetime) -> Light:
    """What a unit owes to the centre; none where the body has no policy for it."""
    due, warn = row.referral_due_at, row.referral_warn_at
    if due is None:
        return Light("none")
    if due <= now:
        return Light("late", due)
    return Light("soon" if warn is not None and warn <= now else "ok", due)


def light_of(row: Timed, now: datetime) -> Light:
    """Closed cases show none: their promises ended with them."""
    if row.state == "closed":
        return Light("none")
    if row.next_due_at is None:
        return Light("paused") if row.is_paused else Light("none")
    if row.next_due_at <= now:
        return Light("late", row.next_due_at)
    if row.next_warn_at is not None and row.next_warn_at <= now:
        return Light("soon", row.next_due_at)
    return Light("ok", row.next_due_at)
