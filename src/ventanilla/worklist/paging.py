"""Pages by key over several runs of rows, each in an order that an index has.

A list is put together from one run for each public body and for open and closed cases. Each run gives its next rows by
its own index; the first of them all are the page. Nothing is sorted but those few, however many rows there are.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, SmallIntegerField, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class BadCursor(ValueError):
    """A cursor that no page gave."""


class Key(NamedTuple):
    """A row's place in the list; keys compare as their rows stand. `number` and `tie` are negative where the newest
    comes first."""

    rank: int
    """0, or 1 for a run that stands behind all of rank 0."""
    number: int
    """Microseconds since 1970."""
    tie: int

    @classmethod
    def of(cls, case_id: int, rank: int, at: datetime, sign: int) -> "Key":
        return cls(rank, sign * ((at - EPOCH) // MICROSECOND), sign * case_id)

    @property
    def case_id(self) -> int:
        return abs(self.tie)

    @property
    def at(self) -> datetime:
        return EPOCH + abs(self.number) * MICROSECOND


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, and which way it goes."""

    key: Key
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Rows in the order of `column`: rising where `sign` is 1, the newest first where it is -1."""

    rows: "QuerySet[Any]"
    column: str
    sign: int
    rank: int = 0


def beyond(run: Run, place: Place | None) -> "QuerySet[Any] | None":
    """The run's rows from that place on, the nearest first; None when the run has none there.

    Rows are the arguments of `Key.of`.
    """
    rows, sign = run.rows, run.sign
    if place is not None:
        forward = 1 if not place.is_backward else -1
        if (run.rank - place.key.rank) * forward < 0:
            return None
        sign *= forward
        if run.rank == place.key.rank:
            at, case_id, way = place.key.at, place.key.case_id, "gt" if sign > 0 else "lt"
            # The first condition is the index's way in; the second settles ties.
            rows = rows.filter(
                Q(**{f"{run.column}__{way}e": at}),
                Q(**{f"{run.column}__{way}": at}) | Q(**{run.column: at, f"case_id__{way}": case_id}),
            )
    prefix = "" if sign > 0 else "-"
    return rows.order_by(f"{prefix}{run.column}", f"{prefix}case_id").values_list(
        "case_id",
        Value(run.rank, SmallIntegerField()),
        F(run.column),
        Value(run.sign, SmallIntegerField()),
    )


def write_cursor(key: Key, *, is_backward: bool = False) -> str:
    plain = json.dumps([*key, is_backward])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """Raises BadCursor."""
    try:
        rank, number, tie, is_backward = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = Place(Key(int(rank), int(number), int(tie)), bool(is_backward))
        is_possible = rank in (0, 1) and place.key.case_id < 2**63 and place.key.at.tzinfo is not None
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise BadCursor(text) from problem
    if not is_possible:
        raise BadCursor(text)
    return place
