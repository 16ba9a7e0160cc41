"""In which order waiting cases are offered. Pure.

Cases stand in two classes: those that have used half of their promised time, and those that have not. Within a class
the channels take turns, and within a channel whoever has used the greatest share comes first. So a case that waits long
enough precedes every newcomer, and none of the channels can hold up another: whatever stands in one, the first case of
each other is offered in the same round.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HEAD_START_PERCENT: Final = 25
HEAD_START_PERCENT_MOST: Final = 45
"""Below half, so that preferential newcomers never precede whoever has waited half of the promise."""
LONG_ENOUGH: Final = 0.5
"""Share of the promise."""
UNPROMISED: Final = timedelta(hours=24)
"""A case in which no promise runs is counted as if this were promised (domain.md 1.2, the mail's)."""
SHORTEST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in a queue. `due_at` None when no promise runs; `head_start` is a share of the promise."""

    case_id: int
    channel: str
    since_at: datetime
    due_at: datetime | None = None
    head_start: float = 0.0

    def used(self, now: datetime) -> float:
        """Share of the promised time that has passed, with the head start; grows without end."""
        promised = max(self.due_at - self.since_at, SHORTEST) if self.due_at is not None else UNPROMISED
        return max(now - self.since_at, timedelta()) / promised + self.head_start


def in_order(cases: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """The order of the offer."""
    classes: tuple[list[tuple[float, Waiting]], list[tuple[float, Waiting]]] = ([], [])
    for case in cases:
        used = case.used(now)
        classes[0 if used >= LONG_ENOUGH else 1].append((-used, case))
    return [case for one in classes for case in _taking_turns(one)]


def _taking_turns(cases: list[tuple[float, Waiting]]) -> list[Waiting]:
    places: dict[str, int] = {}
    keyed = []
    for used, case in sorted(cases, key=lambda one: (one[0], one[1].since_at, one[1].case_id)):
        place = places.get(case.channel, 0)
        places[case.channel] = place + 1
        keyed.append((place, used, case.since_at, case.case_id, case))
    keyed.sort(key=lambda one: one[:4])
    return [one[-1] for one in keyed]
