"""Who hears of what, and when a mail may leave. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

NIGHT_BEGINS_HOUR, DAY_BEGINS_HOUR = 20, 8
"""Nobody is written to between them, whatever she set: her own quiet hours can only be longer. No official number: the
body's own choice."""

DEFAULTS: Mapping[str, tuple[bool, bool]] = {
    "assigned": (True, False),
    "team": (False, False),
    "person_answered": (True, False),
    "due_soon": (True, True),
    "overdue": (True, True),
    "referred": (True, True),
    "referral_answered": (True, False),
    "referral_due": (True, True),
    "undelivered": (True, True),
    "batch_finished": (True, False),
    "training": (True, True),
    "confidentiality": (True, True),
    "team_overdue": (True, False),
    "set_aside": (True, False),
    "cover": (True, True),
}
"""Kind to (in the desk, by mail)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """When a person wants her mail; hours of the clock on the wall, 0 to 23. `last_at` is the last digest."""

    digest: str = "daily"
    daily_hour: int = 9
    quiet_from_hour: int = NIGHT_BEGINS_HOUR
    quiet_until_hour: int = DAY_BEGINS_HOUR
    last_at: datetime | None = None


def is_quiet(hour: int, quiet_from_hour: int, quiet_until_hour: int) -> bool:
    """Whether that hour lies in her quiet hours or in the night."""
    return _is_between(hour, NIGHT_BEGINS_HOUR, DAY_BEGINS_HOUR) or _is_between(hour, quiet_from_hour, quiet_until_hour)


def _is_between(hour: int, begins: int, ends: int) -> bool:
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def is_due(wanted: Wanted, local: datetime, *, is_working_day: bool) -> bool:
    """Whether a digest may leave now; `local` is the wall clock where the person works.

    Never at night, in her quiet hours or on a day on which the body does not work. Hourly: an hour after the last one.
    Daily: once a day from her hour on, or from the end of her quiet hours when these cover it.
    """
    if wanted.digest == "off" or not is_working_day:
        return False
    if is_quiet(local.hour, wanted.quiet_from_hour, wanted.quiet_until_hour):
        return False
    last = wanted.last_at.astimezone(local.tzinfo) if wanted.last_at else None
    if wanted.digest == "hourly":
        return last is None or local - last >= timedelta(hours=1)
    return local.hour >= _first_hour(wanted) and (last is None or last.date() < local.date())


def _first_hour(wanted: Wanted) -> int:
    """Her hour, or the next one that is not quiet; when none follows that day, the first of the day that is not."""
    later = [hour for hour in range(wanted.daily_hour, 24) if not _is_hers_quiet(wanted, hour)]
    return later[0] if later else 0


def _is_hers_quiet(wanted: Wanted, hour: int) -> bool:
    return is_quiet(hour, wanted.quiet_from_hour, wanted.quiet_until_hour)


def lets_nothing_through(quiet_from_hour: int, quiet_until_hour: int) -> bool:
    """Whether no hour of the day is left."""
    return all(is_quiet(hour, quiet_from_hour, quiet_until_hour) for hour in range(24))
